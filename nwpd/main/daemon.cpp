// SPDX-License-Identifier: Apache-2.0
#include "nwpd/main/daemon.h"

#include "base/ip_text.h"
#include "nwpd/dialect/native/dialect.h"
#include "nwpd/dialect/simplelink/capture_line.h"
#include "nwpd/dialect/simplelink/dialect.h"
#include "nwpd/endpoint/capture_carrier.h"
#include "nwpd/endpoint/frame_bus_carrier.h"
#include "nwpd/endpoint/pty_line.h"
#include "nwpd/endpoint/serial_carrier.h"
#include "nwpd/endpoint/socket_line.h"
#include "nwpd/endpoint/terminal.h"
#include "nwpd/endpoint/tty_line.h"
#include "nwpd/endpoint/unix_listener.h"
#include "nwpd/service/system_calendar.h"
#include "nwpd/wifi/simulated_radio.h"
#include "nwpd/wifi/wired_radio.h"
#include "wire/hello.h"

#include <boost/asio/signal_set.hpp>
#include <spdlog/spdlog.h>

#include <csignal>
#include <fstream>
#include <list>
#include <optional>
#include <sstream>
#include <utility>

namespace nwp::daemon {
namespace {

constexpr std::size_t kUnixFrameRoom = std::size_t{32} * 1024;
constexpr std::size_t kSerialFrameRoom = 2048;
constexpr unsigned kNativeBaud = 921600;
constexpr unsigned kSimpleLinkBaud = 115200; // what the chip starts with
constexpr std::uint16_t kDnsPort = 53;

constexpr std::uint32_t kCapabilities = wire::capability::streams | wire::capability::listeners |
                                        wire::capability::datagrams | wire::capability::tls |
                                        wire::capability::dtls | wire::capability::names |
                                        wire::capability::credentials | wire::capability::reattach;

std::uint32_t capabilities(bool wired) {
    if (wired) return kCapabilities;
    return kCapabilities | wire::capability::wifi | wire::capability::simulated_radio |
           wire::capability::wifi_management;
}

std::string all_messages(const Problems& problems) {
    std::string text;
    for (const auto& problem : problems) text += (text.empty() ? "" : "\n") + problem.message();
    return text;
}

void tell_where(std::string_view place) { spdlog::info("hosts may connect at {}", place); }

/// Puts the command line's ports in the place of the radio file's.
void replace_ports(std::vector<wifi::MapEntry>& map, const std::vector<wifi::PortMapping>& ports) {
    if (ports.empty()) return;
    for (wifi::MapEntry& entry : map) {
        if (!entry.direct) entry.ports = ports;
    }
}

Result<void> inject(wifi::SimulatedRadio& radio, const wifi::RadioFile& air, service::RadioFault fault,
                    const Bssid& bssid) {
    switch (fault) {
        case service::RadioFault::access_point_lost: return radio.access_point_lost(bssid);
        case service::RadioFault::access_point_back: return radio.access_point_back(bssid);
        case service::RadioFault::lease_lost: return radio.lease_lost();
        case service::RadioFault::lease_back: break;
    }
    for (const wifi::AccessPoint& access_point : air.access_points) {
        if (access_point.network.bssid == bssid && access_point.lease)
            return radio.change_lease(*access_point.lease);
    }
    return Error::not_found;
}

/// A device that is no access point comes and goes the same way.
Result<void> inject(service::Air& devices, service::RadioFault fault, const Bssid& mac) {
    switch (fault) {
        case service::RadioFault::access_point_lost: return devices.set_present(mac, false);
        case service::RadioFault::access_point_back: return devices.set_present(mac, true);
        default: return Error::not_found;
    }
}

/// Those of /etc/resolv.conf (resolv.conf(5)).
std::vector<Address> system_name_servers() {
    std::vector<Address> servers;
    std::ifstream file("/etc/resolv.conf");
    for (std::string line; std::getline(file, line);) {
        std::istringstream words(line);
        std::string keyword;
        std::string text;
        if (!(words >> keyword >> text) || keyword != "nameserver") continue;
        auto server = parse_ip(text);
        if (!server) continue;
        server->port = kDnsPort;
        servers.push_back(*server);
    }
    return servers;
}

/// Without the file nobody can set a country, and everything else works.
wifi::RegulatoryDatabase read_countries(const Configuration& configuration) {
    if (configuration.wired) return {};
    auto read = wifi::RegulatoryDatabase::load(configuration.regulatory_db);
    if (read) return std::move(*read);
    spdlog::warn("{} {}: the radio knows no country's rules; install wireless-regdb, or give "
                 "radio.regulatory_db",
                 configuration.regulatory_db,
                 read.error() == Error::not_found ? "cannot be read"
                                                  : "is no regulatory database of version 20");
    return {};
}

} // namespace

/// In the order in which they are destroyed, backwards: what still flushes in the context when it goes
/// reaches for the network's gate, so the network is declared before the context, and made behind it.
struct Daemon::Parts {
    Parts(wifi::RadioFile file, wifi::RegulatoryDatabase countries, bool is_wired,
          std::unique_ptr<vault::Vault> opened, vault::SettingValues stored, Duration reattach)
        : air(std::move(file)), map(is_wired ? wifi::AddressMap::identity() : wifi::AddressMap(air.map)),
          resolver(context) {
        network.emplace(map, resolver);
        calendar.emplace(*opened);
        credentials.emplace(context, std::move(opened));
        settings.emplace(*credentials, std::move(stored));
        files.emplace(*credentials);
        sockets.emplace(context, *network, *credentials, *calendar);
        sockets->on_date_proven([this] { calendar->date_proven(*credentials); });
        names.emplace(context, resolver, *network);
        if (is_wired)
            radio =
                std::make_unique<wifi::WiredRadio>(context, wifi::Lease{{}, 0, {}, system_name_servers()});
        else
            radio = std::make_unique<wifi::SimulatedRadio>(context, air);
        wlan.emplace(context, *radio, *network, std::move(countries));
        device.emplace(*sockets, is_wired ? service::RadioKind::none : service::RadioKind::simulated,
                       fault_injector(is_wired));
        devices.emplace(context, air.devices);
        access_point.emplace(*wlan, *devices);
        const service::Services services{*device,   *sockets,  *names,        *credentials,
                                         *wlan,     *network,  *settings,     *files,
                                         *calendar, &*devices, &*access_point};
        dialect.emplace(context, services, capabilities(is_wired), reattach);
        simplelink_dialect.emplace(context, services);
    }

    service::Device::FaultInjector fault_injector(bool is_wired) {
        if (is_wired) return {};
        auto& simulated = static_cast<wifi::SimulatedRadio&>(*radio);
        return [this, &simulated](service::RadioFault fault, const Bssid& bssid) {
            const auto done = inject(simulated, air, fault, bssid);
            if (done || done.error() != Error::not_found) return done;
            return inject(*devices, fault, bssid);
        };
    }

    std::string listen(const EndpointSettings& endpoint, const service::ClientPolicy& policy);
    std::string listen_on_line(const EndpointSettings& endpoint, const service::ClientPolicy& policy);
    std::string listen_on_frame_bus(const EndpointSettings& endpoint, const service::ClientPolicy& policy);
    std::string listen_to_simplelink(const EndpointSettings& endpoint, const service::ClientPolicy& policy);
    std::string listen_to_native(const EndpointSettings& endpoint, const service::ClientPolicy& policy);
    std::unique_ptr<endpoint::HostLine> make_line(const EndpointSettings& endpoint);
    std::string serve(const EndpointSettings& endpoint, const service::ClientPolicy& policy,
                      std::unique_ptr<endpoint::Carrier> carrier, endpoint::Peer peer);

    wifi::RadioFile air;
    wifi::AddressMap map;
    std::optional<service::Network> network;
    boost::asio::io_context context{1};
    net::Resolver resolver;
    std::optional<service::SystemCalendar> calendar;
    std::optional<service::Credentials> credentials;
    std::optional<service::Settings> settings;
    std::optional<service::Files> files;
    std::optional<service::Sockets> sockets;
    std::optional<service::Names> names;
    std::unique_ptr<wifi::Radio> radio;
    std::optional<service::Wlan> wlan;
    std::optional<service::Device> device;
    std::optional<service::Air> devices;
    std::optional<service::AccessPoint> access_point;
    std::optional<native::Dialect> dialect;
    std::optional<simplelink::Dialect> simplelink_dialect;
    std::list<endpoint::PseudoTerminal> pseudo_terminals;
    std::list<endpoint::UnixListener> listeners;
};

std::string Daemon::Parts::serve(const EndpointSettings& endpoint, const service::ClientPolicy& policy,
                                 std::unique_ptr<endpoint::Carrier> carrier, endpoint::Peer peer) {
    if (!endpoint.capture.empty()) {
        auto capture = std::make_unique<endpoint::CaptureCarrier>(std::move(carrier), endpoint.capture);
        if (!capture->error().empty()) return capture->error();
        carrier = std::move(capture);
    }
    dialect->serve(std::move(carrier), peer, policy);
    return {};
}

std::string Daemon::Parts::listen_on_line(const EndpointSettings& endpoint,
                                          const service::ClientPolicy& policy) {
    const endpoint::Opened line =
        endpoint.kind == EndpointKind::terminal
            ? endpoint::open_terminal(endpoint.path, endpoint.baud != 0 ? endpoint.baud : kNativeBaud,
                                      endpoint.hardware_flow_control)
            : pseudo_terminals.emplace_back(endpoint.path).open();
    if (line.descriptor < 0) return line.error;
    const std::size_t room = endpoint.frame_room != 0 ? endpoint.frame_room : kSerialFrameRoom;
    return serve(endpoint, policy, std::make_unique<endpoint::SerialCarrier>(context, line.descriptor, room),
                 {});
}

std::string Daemon::Parts::listen_on_frame_bus(const EndpointSettings& endpoint,
                                               const service::ClientPolicy& policy) {
    const endpoint::Opened bus = endpoint::open_frame_bus(endpoint.path);
    if (bus.descriptor < 0) return bus.error;
    return serve(
        endpoint, policy,
        std::make_unique<endpoint::FrameBusCarrier>(context, bus.descriptor, endpoint.path, endpoint.peer),
        {});
}

std::string Daemon::Parts::listen_to_native(const EndpointSettings& endpoint,
                                            const service::ClientPolicy& policy) {
    if (endpoint.kind == EndpointKind::frame_bus) return listen_on_frame_bus(endpoint, policy);
    if (endpoint.kind != EndpointKind::unix_socket) return listen_on_line(endpoint, policy);
    const std::size_t room = endpoint.frame_room != 0 ? endpoint.frame_room : kUnixFrameRoom;
    const auto on_carrier = [this, endpoint, policy](std::unique_ptr<endpoint::Carrier> carrier,
                                                     endpoint::Peer peer) {
        const std::string error = serve(endpoint, policy, std::move(carrier), peer);
        if (!error.empty()) spdlog::error("{}", error);
    };
    return listeners.emplace_back(context, endpoint.path, room, on_carrier).start();
}

std::unique_ptr<endpoint::HostLine> Daemon::Parts::make_line(const EndpointSettings& endpoint) {
    using endpoint::SocketLine;
    const unsigned baud = endpoint.baud != 0 ? endpoint.baud : kSimpleLinkBaud;
    switch (endpoint.kind) {
        case EndpointKind::unix_socket:
            return std::make_unique<SocketLine>(context, SocketLine::Kind::unix_stream, endpoint.path);
        case EndpointKind::tcp:
            return std::make_unique<SocketLine>(context, SocketLine::Kind::loopback_tcp, endpoint.path);
        case EndpointKind::pseudo_terminal:
            return std::make_unique<endpoint::PtyLine>(context, endpoint.path);
        case EndpointKind::frame_bus: // of native hosts only: reading the configuration saw to it
        case EndpointKind::terminal: break;
    }
    return std::make_unique<endpoint::TtyLine>(
        context, endpoint::TtySettings{endpoint.path, baud, endpoint.hardware_flow_control, endpoint.power});
}

std::string Daemon::Parts::listen_to_simplelink(const EndpointSettings& endpoint,
                                                const service::ClientPolicy& policy) {
    auto line = make_line(endpoint);
    if (!endpoint.capture.empty()) {
        auto capture = std::make_unique<simplelink::CaptureLine>(std::move(line), endpoint.capture);
        if (!capture->error().empty()) return capture->error();
        line = std::move(capture);
    }
    const endpoint::HostLine& started = *line; // lives as long as the dialect
    std::string error = simplelink_dialect->serve(std::move(line), policy);
    if (error.empty()) tell_where(started.place());
    return error;
}

std::string Daemon::Parts::listen(const EndpointSettings& endpoint, const service::ClientPolicy& policy) {
    if (endpoint.dialect == EndpointDialect::simplelink) return listen_to_simplelink(endpoint, policy);
    std::string error = listen_to_native(endpoint, policy);
    if (error.empty()) tell_where(endpoint.path);
    return error;
}

Daemon::Daemon(const Configuration& configuration) : configuration_(configuration) {}

Daemon::~Daemon() = default;

std::string Daemon::start() {
    wifi::RadioFile air;
    if (!configuration_.wired) {
        auto read = configuration_.radio_file.empty()
                        ? wifi::parse_radio_file(wifi::default_radio_file(), "built-in radio file")
                        : wifi::load_radio_file(configuration_.radio_file);
        if (const auto* problems = std::get_if<Problems>(&read)) return all_messages(*problems);
        air = std::get<wifi::RadioFile>(std::move(read));
        replace_ports(air.map, configuration_.ports);
    }
    std::string why;
    auto vault = vault::Vault::open(configuration_.store_folder, &why);
    if (!vault) return "the store in " + configuration_.store_folder + ": " + why;

    auto settings = (*vault)->settings();
    if (!settings)
        return "the settings in " + configuration_.store_folder + ": " + to_string(settings.error());
    parts_ = std::make_unique<Parts>(std::move(air), read_countries(configuration_), configuration_.wired,
                                     std::move(*vault), std::move(*settings), configuration_.reattach);
    for (const EndpointSettings& endpoint : configuration_.endpoints) {
        std::string error = parts_->listen(endpoint, configuration_.policy(endpoint.client));
        if (!error.empty()) return error;
    }
    return {};
}

void Daemon::run() {
    boost::asio::signal_set signals(parts_->context, SIGINT, SIGTERM);
    signals.async_wait([this](boost::system::error_code error, int signal) {
        if (error) return;
        spdlog::info("signal {}: going", signal);
        parts_->context.stop();
    });
    parts_->context.run();
}

} // namespace nwp::daemon
