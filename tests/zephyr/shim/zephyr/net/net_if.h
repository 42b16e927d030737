// SPDX-License-Identifier: Apache-2.0
#pragma once

// An interface is what the driver told of it.

#include <cstdint>
#include <zephyr/device.h>
#include <zephyr/net/socket.h>

struct net_offload;
using net_socket_create_t = int (*)(int, int, int);
struct net_if_dev {
    const device* dev;
    net_offload* offload;
    net_socket_create_t socket_offload;
};
struct net_if {
    net_if_dev* if_dev;
    bool dormant;
    in_addr address;
    in_addr netmask;
    in_addr gateway;
    bool addressed;
};
struct net_if_addr {};
enum net_addr_type { NET_ADDR_DHCP };
#define NET_LINK_ETHERNET 3

inline const device* net_if_get_device(net_if* interface) { return interface->if_dev->dev; }
inline void net_if_socket_offload_set(net_if* interface, net_socket_create_t create) {
    interface->if_dev->socket_offload = create;
}
inline net_socket_create_t net_if_socket_offload(net_if* interface) {
    return interface->if_dev->socket_offload;
}
inline int net_if_set_link_addr(net_if*, std::uint8_t*, std::uint8_t, int) { return 0; }
net_if* net_if_lookup_by_dev(const device* of);
inline void net_if_dormant_on(net_if* interface) { interface->dormant = true; }
inline void net_if_dormant_off(net_if* interface) { interface->dormant = false; }
net_if_addr* net_if_ipv4_addr_add(net_if* interface, in_addr* address, net_addr_type type,
                                  std::uint32_t life);
bool net_if_ipv4_addr_rm(net_if* interface, const in_addr* address);
inline void net_if_ipv4_set_netmask(net_if* interface, const in_addr* mask) { interface->netmask = *mask; }
inline void net_if_ipv4_set_gw(net_if* interface, const in_addr* gateway) { interface->gateway = *gateway; }
