// SPDX-License-Identifier: Apache-2.0
#include "nwpd/service/wlan.h"

#include "nwpd/wifi/station_runner.h"

#include <boost/asio/post.hpp>

#include <map>
#include <utility>

namespace nwp::service {

struct Wlan::Impl final : wifi::StationListener {
    /// A request on its way through the station.
    struct Request {
        std::uint64_t client = 0;
        std::function<void(const WifiNetwork&)> found;
        std::function<void(Result<void>)> done;
    };

    Impl(boost::asio::io_context& made_on, wifi::Radio& on, Network& of, wifi::RegulatoryDatabase known)
        : context(made_on), network(of), radio(on), countries(std::move(known)),
          runner(context, radio, *this) {
        const wifi::StationStatus begin = runner.status();
        state = begin.state;
        cause = begin.cause;
        network.set_lease(begin.lease);
        network.set_associated(begin.gate_open);
    }

    void on_scan_result(const wifi::Asker& asker, const WifiNetwork& found) override;
    void on_answer(const wifi::Asker& asker, Result<void> result, WifiCause why) override;
    void on_state(WifiState now, WifiCause why) override;
    void on_address_acquired(const wifi::Lease& lease) override { lease_changed(lease); }
    void on_lease_renewed(const wifi::Lease& lease) override { lease_changed(lease); }
    void on_address_lost() override { lease_changed(std::nullopt); }
    void on_gate(bool open) override { network.set_associated(open); }

    void lease_changed(const std::optional<wifi::Lease>& lease);
    std::uint64_t number_of(Client& client);
    wifi::Asker begin(Client& client, Request request);
    template <typename Tell>
    void tell_everybody(Tell tell);

    boost::asio::io_context& context;
    std::shared_ptr<bool> alive = std::make_shared<bool>(true);
    Network& network;
    wifi::Radio& radio;
    wifi::RegulatoryDatabase countries;
    wifi::RegulatoryDomain domain;
    WifiPowerSave power_save;
    bool taken = false;                         ///< the radio, for an access point
    std::map<std::uint64_t, Client*> listening; ///< who hears of changes, by number
    std::map<Client*, std::uint64_t> numbers;
    std::uint64_t last_number = 0;
    std::map<std::uint64_t, Request> requests;
    std::uint64_t last_request = 0;
    WifiState state = WifiState::disconnected; ///< as the listeners were told
    WifiCause cause = WifiCause::none;
    wifi::StationRunner runner; // last: it calls the rest
};

std::uint64_t Wlan::Impl::number_of(Client& client) {
    const auto [at, is_new] = numbers.try_emplace(&client, last_number + 1);
    if (is_new) ++last_number;
    return at->second;
}

wifi::Asker Wlan::Impl::begin(Client& client, Request request) {
    request.client = number_of(client);
    const wifi::Asker asker{request.client, ++last_request};
    requests.emplace(asker.request, std::move(request));
    return asker;
}

/// A listener may end any client's session, its own included.
template <typename Tell>
void Wlan::Impl::tell_everybody(Tell tell) {
    const auto now = listening;
    for (const auto& [number, client] : now)
        if (listening.count(number) != 0) tell(client->listener());
}

void Wlan::Impl::on_scan_result(const wifi::Asker& asker, const WifiNetwork& found) {
    const auto at = requests.find(asker.request);
    if (at != requests.end() && at->second.found) at->second.found(found);
}

void Wlan::Impl::on_answer(const wifi::Asker& asker, Result<void> result, WifiCause) {
    const auto request = requests.extract(asker.request);
    if (!request.empty()) request.mapped().done(result);
}

void Wlan::Impl::on_state(WifiState now, WifiCause why) {
    if (now == state && why == cause) return; // the state from the start is told by status()
    state = now;
    cause = why;
    tell_everybody([now, why](ClientListener& listener) { listener.on_wifi_changed(now, why, 0); });
}

void Wlan::Impl::lease_changed(const std::optional<wifi::Lease>& lease) {
    if (lease == network.lease()) return; // a listener that was added meanwhile saw it in status()
    network.set_lease(lease);
    tell_everybody([&lease](ClientListener& listener) { listener.on_address_changed(lease); });
}

Wlan::Wlan(boost::asio::io_context& context, wifi::Radio& radio, Network& network,
           wifi::RegulatoryDatabase countries)
    : impl_(std::make_unique<Impl>(context, radio, network, std::move(countries))) {}

Wlan::~Wlan() = default;

void Wlan::add(Client& client) { impl_->listening[impl_->number_of(client)] = &client; }

void Wlan::remove(Client& client) {
    const auto number = impl_->numbers.extract(&client);
    if (number.empty()) return;
    impl_->listening.erase(number.mapped());
    std::erase_if(impl_->requests, [&](const auto& entry) { return entry.second.client == number.mapped(); });
    impl_->runner.client_gone(number.mapped());
}

std::uint64_t Wlan::scan(Client& client, Duration limit, std::function<void(const WifiNetwork&)> found,
                         std::function<void(Result<void>)> done) {
    const wifi::Asker asker = impl_->begin(client, {0, std::move(found), std::move(done)});
    impl_->runner.scan(asker, limit);
    return asker.request;
}

std::uint64_t Wlan::connect(Client& client, const wifi::JoinRequest& request, Duration limit,
                            std::function<void(Result<WifiNetwork>)> done) {
    auto joined = [impl = impl_.get(), done = std::move(done)](Result<void> result) {
        const auto network = impl->runner.status().network;
        if (!result) return done(result.error());
        // Joined, and lost before this could be told: the name and nothing more is known by now.
        done(network.value_or(WifiNetwork{}));
    };
    const wifi::Asker asker = impl_->begin(client, {0, {}, std::move(joined)});
    impl_->runner.connect(asker, request, limit);
    return asker.request;
}

void Wlan::cancel(std::uint64_t request) {
    const auto at = impl_->requests.find(request);
    if (at != impl_->requests.end()) impl_->runner.cancel({at->second.client, request});
}

void Wlan::disconnect(Client& client, std::function<void(Result<void>)> done) {
    impl_->runner.disconnect(impl_->begin(client, {0, {}, std::move(done)}));
}

void Wlan::set_fixed_lease(const std::optional<wifi::Lease>& lease) { impl_->runner.set_fixed_lease(lease); }

void Wlan::disconnect_if_alone(Client& client) {
    const std::uint64_t number = impl_->number_of(client);
    for (const auto& [other, listener] : impl_->listening)
        if (other != number) return;
    disconnect(client, [](const Result<void>&) {});
}

Result<void> Wlan::set_country(std::string_view country) {
    if (!impl_->radio.wireless()) return Error::operation_not_supported;
    const Result<wifi::RegulatoryDomain> domain = impl_->countries.domain(country);
    if (!domain) return domain.error();
    if (impl_->taken) return Error::wifi_busy;
    impl_->domain = *domain;
    impl_->radio.set_regulatory_domain(*domain);
    return {};
}

const wifi::RegulatoryDomain& Wlan::regulatory_domain() const { return impl_->domain; }

Result<void> Wlan::set_power_save(const WifiPowerSave& power_save) {
    if (!impl_->radio.wireless()) return Error::operation_not_supported;
    impl_->power_save.enabled = power_save.enabled;
    if (power_save.listen_interval != 0) impl_->power_save.listen_interval = power_save.listen_interval;
    impl_->radio.set_power_save(impl_->power_save);
    return {};
}

const WifiPowerSave& Wlan::power_save() const { return impl_->power_save; }

Result<WifiStatistics> Wlan::statistics() const {
    if (!impl_->radio.wireless()) return Error::operation_not_supported;
    WifiStatistics statistics = impl_->radio.statistics();
    const net::Traffic& traffic = impl_->network.gate().traffic();
    statistics.bytes_received = traffic.bytes_received;
    statistics.bytes_sent = traffic.bytes_sent;
    statistics.packets_received = traffic.packets_received;
    statistics.packets_sent = traffic.packets_sent;
    return statistics;
}

Result<void> Wlan::take_radio() {
    const Result<void> taken = impl_->runner.take_radio();
    impl_->taken = impl_->taken || taken.ok();
    return taken;
}

void Wlan::give_radio_back() {
    impl_->taken = false;
    impl_->runner.give_radio_back();
}

void Wlan::tell_station_changed(const Bssid& station, bool joined) {
    boost::asio::post(impl_->context, [weak = std::weak_ptr{impl_->alive}, impl = impl_.get(), station,
                                       joined] {
        if (weak.expired()) return;
        impl->tell_everybody([&](ClientListener& listener) { listener.on_station_changed(station, joined); });
    });
}

WlanStatus Wlan::status() const {
    const wifi::StationStatus now = impl_->runner.status();
    const bool scanning = impl_->state == WifiState::disconnected && now.state == WifiState::scanning;
    WlanStatus status;
    status.state = scanning ? WifiState::scanning : impl_->state;
    status.cause = impl_->cause;
    status.network = now.network.value_or(WifiNetwork{});
    status.lease = impl_->network.lease();
    return status;
}

} // namespace nwp::service
