// SPDX-License-Identifier: Apache-2.0
// The interface as the network processor reports it.
#include "zephyr/network.h"

#include "zephyr/driver.h"

#include <new>
#include <opennwp/access_point_events.h>
#include <zephyr/net/net_if.h>

namespace nwp::zephyr {
namespace {

// Empty unless the configuration says something.
constexpr char kSsid[] = CONFIG_OPENNWP_WIFI_SSID;
constexpr char kPassphrase[] = CONFIG_OPENNWP_WIFI_PSK;

alignas(Network) Byte memory[sizeof(Network)];

} // namespace

Network& network() { return *std::launder(reinterpret_cast<Network*>(memory)); }

Network::Network(Host& host, net_if* interface) : host_(host), interface_(interface) {
    k_sem_init(&usable_, 0, 1);
    net_if_dormant_on(interface_);
    host_.add(*this);
}

bool Network::await(k_timeout_t limit) {
    if (k_sem_take(&usable_, limit) != 0) return false;
    k_sem_give(&usable_); // for the next one who asks
    return true;
}

void Network::set_usable(bool usable) {
    if (usable) {
        net_if_dormant_off(interface_);
        k_sem_give(&usable_);
    } else {
        net_if_dormant_on(interface_);
        k_sem_reset(&usable_);
    }
}

void Network::on_link(const LinkChanged& change) {
    if (change.state == LinkState::up) {
        may_join_ = true;
        return;
    }
    set_joined(false, WifiCause::none);
    set_address({});
}

void Network::on_wifi(const WifiChanged& change) {
    if (change.state == WifiState::disconnected && may_join_ && sizeof kSsid > 1) {
        const WifiSecurity security = sizeof kPassphrase == 1 ? WifiSecurity::open : WifiSecurity::wpa2_psk;
        static_cast<void>(join({kSsid, kPassphrase, security, {}, 0}));
    }
    may_join_ = false;
    // To join another network is to leave this one without a word.
    if (change.state == WifiState::joining) joined_ = false;
    const bool joined = change.state == WifiState::connected || change.state == WifiState::off;
    if (change.state != WifiState::joining) set_joined(joined, change.cause);
}

/// Stations of an access point of ours, where Zephyr has such events.
void Network::on_event(std::uint16_t id, ByteView body) {
    if (!kTellsStations || id != wire::WifiStationChanged::id) return;
    const auto change = wire::decode<wire::WifiStationChanged>(body);
    if (change) tell_station(interface_, change->station, change->joined != 0);
}

void Network::on_address(const AddressChanged& change) { set_address(change); }

/// A failed attempt is told by its request; here what lasted ends, or begins by itself too.
void Network::set_joined(bool joined, WifiCause cause) {
    if (joined == joined_) return;
    joined_ = joined;
    tell_joined(interface_, joined, cause);
}

void Network::set_address(const AddressChanged& change) {
    if (change.address == address_) return;
    const Address before = address_;
    address_ = change.address;
    take_address(interface_, before, change);
}

void start_network(Host& host, net_if* interface) { new (memory) Network(host, interface); }
bool await_network(k_timeout_t limit) { return network().await(limit); }

} // namespace nwp::zephyr
