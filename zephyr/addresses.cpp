// SPDX-License-Identifier: Apache-2.0
// Where TCP/IP is offloaded the interface shows the network processor's addresses.
#include "zephyr/network.h"

#include <cstring>
#include <zephyr/net/net_event.h>
#include <zephyr/net/net_if.h>
#include <zephyr/net/net_mgmt.h>

namespace nwp::zephyr {
namespace {

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

void tell_ipv4(net_if*, const Address&) {}
#else
void tell_ipv4(net_if* interface, const Address& address) {
    const in_addr ip = ipv4_of(address);
    net_mgmt_event_notify_with_info(NET_EVENT_IPV4_ADDR_ADD, interface, &ip, sizeof ip);
}

void add_ipv4(net_if* interface, const AddressChanged& change) { tell_ipv4(interface, change.address); }

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

void tell_ipv6(net_if*, const Address&) {}
#else
void tell_ipv6(net_if* interface, const Address& address) {
    const in6_addr ip = ipv6_of(address);
    net_mgmt_event_notify_with_info(NET_EVENT_IPV6_ADDR_ADD, interface, &ip, sizeof ip);
    net_mgmt_event_notify_with_info(NET_EVENT_IPV6_DAD_SUCCEED, interface, &ip, sizeof ip);
}

void add_ipv6(net_if* interface, const Address& address) { tell_ipv6(interface, address); }

void remove_ipv6(net_if* interface, const Address& address) {
    const in6_addr ip = ipv6_of(address);
    net_mgmt_event_notify_with_info(NET_EVENT_IPV6_ADDR_DEL, interface, &ip, sizeof ip);
}
#endif

} // namespace

void take_address(net_if* interface, const Address& before, const AddressChanged& change) {
    if (before.family == Family::ipv4) remove_ipv4(interface, before);
    if (before.family == Family::ipv6) remove_ipv6(interface, before);
    if (change.address.family == Family::ipv4) add_ipv4(interface, change);
    if (change.address.family == Family::ipv6) add_ipv6(interface, change.address);
    network().set_usable(change.address.family != Family::unspecified);
}

void tell_address(net_if* interface, const Address& address) {
    if (address.family == Family::ipv4) tell_ipv4(interface, address);
    if (address.family == Family::ipv6) tell_ipv6(interface, address);
}

} // namespace nwp::zephyr
