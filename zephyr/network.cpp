// SPDX-License-Identifier: Apache-2.0
// The interface as the network processor reports it.
#include "zephyr/network.h"

#include "zephyr/driver.h"

#include <cstring>
#include <new>
#include <zephyr/net/net_event.h>
#include <zephyr/net/net_if.h>
#include <zephyr/net/net_mgmt.h>

namespace nwp::zephyr {
namespace {

// Empty unless the configuration says something.
constexpr char kSsid[] = CONFIG_OPENNWP_WIFI_SSID;
constexpr char kPassphrase[] = CONFIG_OPENNWP_WIFI_PSK;

alignas(Network) Byte memory[sizeof(Network)];

in_addr ipv4_of(const Address& address) {
    in_addr ip{};
    std::memcpy(&ip, address.ip, sizeof ip);
    return ip;
}

in6_addr ipv6_of(const Address& address) {
    in6_addr ip{};
    std::memcpy(&ip, address.ip, sizeof ip);
    return ip;
}

// Without Zephyr's own stack nobody keeps addresses, but applications wait for their events, and so does the
// connection manager.

#ifdef CONFIG_NET_NATIVE_IPV4
in_addr mask_of(std::uint8_t prefix_length) {
    Address mask;
    for (std::size_t bit = 0; bit < prefix_length && bit < 32; ++bit) {
        mask.ip[bit / 8] = static_cast<Byte>(mask.ip[bit / 8] | 0x80 >> bit % 8);
    }
    return ipv4_of(mask);
}

void add_ipv4(net_if* interface, const AddressChanged& change) {
    in_addr ip = ipv4_of(change.address);
    in_addr mask = mask_of(change.prefix_length);
    in_addr gateway = ipv4_of(change.gateway);
    net_if_ipv4_addr_add(interface, &ip, NET_ADDR_DHCP, 0);
    net_if_ipv4_set_netmask(interface, &mask);
    net_if_ipv4_set_gw(interface, &gateway);
}

void remove_ipv4(net_if* interface, const Address& address) {
    const in_addr ip = ipv4_of(address);
    net_if_ipv4_addr_rm(interface, &ip);
}
#else
void add_ipv4(net_if* interface, const AddressChanged& change) {
    const in_addr ip = ipv4_of(change.address);
    net_mgmt_event_notify_with_info(NET_EVENT_IPV4_ADDR_ADD, interface, &ip, sizeof ip);
}

void remove_ipv4(net_if* interface, const Address& address) {
    const in_addr ip = ipv4_of(address);
    net_mgmt_event_notify_with_info(NET_EVENT_IPV4_ADDR_DEL, interface, &ip, sizeof ip);
}
#endif

#ifdef CONFIG_NET_NATIVE_IPV6
void add_ipv6(net_if* interface, const Address& address) {
    in6_addr ip = ipv6_of(address);
    net_if_ipv6_addr_add(interface, &ip, NET_ADDR_DHCP, 0);
}

void remove_ipv6(net_if* interface, const Address& address) {
    const in6_addr ip = ipv6_of(address);
    net_if_ipv6_addr_rm(interface, &ip);
}
#else
void add_ipv6(net_if* interface, const Address& address) {
    const in6_addr ip = ipv6_of(address);
    net_mgmt_event_notify_with_info(NET_EVENT_IPV6_ADDR_ADD, interface, &ip, sizeof ip);
    net_mgmt_event_notify_with_info(NET_EVENT_IPV6_DAD_SUCCEED, interface, &ip, sizeof ip);
}

void remove_ipv6(net_if* interface, const Address& address) {
    const in6_addr ip = ipv6_of(address);
    net_mgmt_event_notify_with_info(NET_EVENT_IPV6_ADDR_DEL, interface, &ip, sizeof ip);
}
#endif

} // namespace

Network& network() { return *std::launder(reinterpret_cast<Network*>(memory)); }

Network::Network(Host& host, net_if* interface) : host_(host), interface_(interface) {
    k_sem_init(&addressed_, 0, 1);
    net_if_dormant_on(interface_);
    host_.add(*this);
}

bool Network::await_address(k_timeout_t limit) {
    if (k_sem_take(&addressed_, limit) != 0) return false;
    k_sem_give(&addressed_); // for the next one who asks
    return true;
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

void Network::on_address(const AddressChanged& change) { set_address(change); }

/// A failed attempt is told by its request; here what lasted ends, or begins by itself too.
void Network::set_joined(bool joined, WifiCause cause) {
    if (joined == joined_) return;
    joined_ = joined;
    tell_joined(interface_, joined, cause);
}

void Network::set_address(const AddressChanged& change) {
    if (change.address == address_) return;
    if (address_.family == Family::ipv4) remove_ipv4(interface_, address_);
    if (address_.family == Family::ipv6) remove_ipv6(interface_, address_);
    address_ = change.address;
    if (address_.family == Family::ipv4) add_ipv4(interface_, change);
    if (address_.family == Family::ipv6) add_ipv6(interface_, address_);
    if (address_.family == Family::unspecified) {
        net_if_dormant_on(interface_);
        k_sem_reset(&addressed_);
    } else {
        net_if_dormant_off(interface_);
        k_sem_give(&addressed_);
    }
}

void start_network(Host& host, net_if* interface) { new (memory) Network(host, interface); }
bool await_address(k_timeout_t limit) { return network().await_address(limit); }

} // namespace nwp::zephyr
