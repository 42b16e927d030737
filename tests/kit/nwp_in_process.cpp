// SPDX-License-Identifier: Apache-2.0
#include "tests/kit/nwp_in_process.h"

#include "nwpd/dialect/native/dialect.h"
#include "nwpd/service/system_calendar.h"
#include "nwpd/wifi/radio_file.h"
#include "nwpd/wifi/simulated_radio.h"
#include "nwpd/wifi/wired_radio.h"
#include "tests/kit/link_carrier.h"
#include "wire/hello.h"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

#include <stdexcept>
#include <thread>
#include <utility>
#include <variant>

namespace nwp::kit {
namespace {

constexpr std::uint32_t kCapabilities =
    wire::capability::streams | wire::capability::listeners | wire::capability::datagrams |
    wire::capability::tls | wire::capability::dtls | wire::capability::names | wire::capability::credentials |
    wire::capability::reattach | wire::capability::wifi | wire::capability::simulated_radio |
    wire::capability::wifi_management;

class FixedCalendar final : public net::Calendar {
public:
    explicit FixedCalendar(FixedDate date) : date_(date) {}
    std::int64_t now() const override { return date_.now; }
    std::int64_t floor() const override { return date_.floor; }

private:
    FixedDate date_;
};

wifi::RadioFile read_air(const std::string& text) {
    if (text.empty()) return {};
    auto read = wifi::parse_radio_file(text, "radio file of the test");
    if (const auto* problems = std::get_if<wifi::RadioFileProblems>(&read)) {
        throw std::runtime_error(problems->front().message());
    }
    return std::get<wifi::RadioFile>(std::move(read));
}

wifi::RegulatoryDatabase countries() {
    auto read = wifi::RegulatoryDatabase::load(wifi::RegulatoryDatabase::kPath);
    if (!read) throw std::runtime_error("no regulatory.db: install wireless-regdb");
    return std::move(*read);
}

std::unique_ptr<vault::Vault> open_store(const std::filesystem::path& folder) {
    auto opened = vault::Vault::open(folder);
    if (!opened) throw std::runtime_error(std::string("store: ") + to_string(opened.error()));
    return std::move(*opened);
}

} // namespace

/// As Daemon::Parts has them, which see for the order.
struct NwpInProcess::Parts {
    explicit Parts(const NwpSettings& settings)
        : air(read_air(settings.radio_file)), wired(settings.radio_file.empty()),
          map(wired ? wifi::AddressMap::identity() : wifi::AddressMap(air.map)), resolver(context) {
        network.emplace(map, resolver);
        auto opened = open_store(settings.store);
        if (settings.date) {
            calendar = std::make_unique<FixedCalendar>(*settings.date);
        } else {
            calendar = std::make_unique<service::SystemCalendar>(*opened);
        }
        auto stored = opened->settings();
        if (!stored) throw std::runtime_error(std::string("settings: ") + to_string(stored.error()));
        credentials.emplace(context, std::move(opened));
        stored_settings.emplace(*credentials, std::move(*stored));
        files.emplace(*credentials);
        sockets.emplace(context, *network, *credentials, *calendar);
        names.emplace(context, resolver, *network);
        make_radio();
        wlan.emplace(context, *radio, *network, wired ? wifi::RegulatoryDatabase() : countries());
        if (wired) network->set_lease(wifi::Lease{});
        devices.emplace(context, air.devices);
        access_point.emplace(*wlan, *devices);
        device.emplace(*sockets, wired ? service::RadioKind::none : service::RadioKind::simulated, inject);
        if (settings.clock != nullptr) now = [clock = settings.clock] { return clock->now(); };
        make_dialect();
        if (settings.clock == nullptr) thread = std::thread([this] { context.run(); });
    }

    ~Parts() {
        context.stop();
        if (thread.joinable()) thread.join();
    }

    void make_dialect() {
        dialect.emplace(context,
                        service::Services{*device, *sockets, *names, *credentials, *wlan, *network,
                                          *stored_settings, *files, *calendar, &*devices, &*access_point},
                        kCapabilities, seconds(60), now);
    }

    void make_radio() {
        if (wired) {
            radio = std::make_unique<wifi::WiredRadio>(context);
            return;
        }
        auto simulated = std::make_unique<wifi::SimulatedRadio>(context, air);
        inject = [this, &it = *simulated](service::RadioFault fault, const Bssid& bssid) -> Result<void> {
            const bool comes = fault == service::RadioFault::access_point_back;
            if (comes || fault == service::RadioFault::access_point_lost) {
                if (const auto done = devices->set_present(bssid, comes)) return done;
            }
            switch (fault) {
                case service::RadioFault::access_point_lost: return it.access_point_lost(bssid);
                case service::RadioFault::access_point_back: return it.access_point_back(bssid);
                case service::RadioFault::lease_lost: return it.lease_lost();
                case service::RadioFault::lease_back: break;
            }
            for (const wifi::AccessPoint& each : air.access_points) {
                if (each.network.bssid == bssid && each.lease) return it.change_lease(*each.lease);
            }
            return Error::not_found;
        };
        radio = std::move(simulated);
    }

    wifi::RadioFile air;
    bool wired;
    wifi::AddressMap map;
    std::optional<service::Network> network;
    boost::asio::io_context context{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work{context.get_executor()};
    net::Resolver resolver;
    std::unique_ptr<net::Calendar> calendar;
    std::optional<service::Credentials> credentials;
    std::optional<service::Settings> stored_settings;
    std::optional<service::Files> files;
    std::optional<service::Sockets> sockets;
    std::optional<service::Names> names;
    std::unique_ptr<wifi::Radio> radio;
    service::Device::FaultInjector inject;
    std::optional<service::Wlan> wlan;
    std::optional<service::Air> devices;
    std::optional<service::AccessPoint> access_point;
    std::optional<service::Device> device;
    std::function<Instant()> now = service::steady_now;
    std::optional<native::Dialect> dialect;
    std::thread thread;
};

NwpInProcess::NwpInProcess(const NwpSettings& settings) : parts_(std::make_unique<Parts>(settings)) {}

NwpInProcess::~NwpInProcess() = default;

void NwpInProcess::serve(link::Link& link, const service::ClientPolicy& policy) {
    boost::asio::post(parts_->context, [parts = parts_.get(), &link, policy] {
        parts->dialect->serve(std::make_unique<LinkCarrier>(parts->context, link), {}, policy);
    });
}

bool NwpInProcess::turn() {
    const bool due = parts_->dialect->next_deadline() <= parts_->now();
    parts_->dialect->run_due();
    return parts_->context.poll() != 0 || due;
}

Instant NwpInProcess::next_deadline() const { return parts_->dialect->next_deadline(); }

void NwpInProcess::unplug() { parts_->make_dialect(); }

void NwpInProcess::on_store_thread(std::function<void()> work) {
    boost::asio::post(parts_->context,
                      [parts = parts_.get(), work = std::move(work)] { parts->credentials->run(work); });
}

} // namespace nwp::kit
