/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* An interface is what the driver told of it. */

#include <zephyr/device.h>
#include <zephyr/net/socket.h>

#ifdef __cplusplus
extern "C" {
#endif

struct net_if;
struct net_offload;
typedef int (*net_socket_create_t)(int, int, int);
struct net_if_dev {
    const struct device* dev;
    struct net_offload* offload;
    net_socket_create_t socket_offload;
};
struct net_linkaddr {
    uint8_t* addr;
    uint8_t len;
};
struct net_if {
    struct net_if_dev* if_dev;
    bool dormant;
    struct in_addr address;
    struct in_addr netmask;
    struct in_addr gateway;
    bool addressed;
    bool ethernet;
    struct net_linkaddr link_address;
};
struct net_if_addr {
    bool used;
};
enum net_addr_type { NET_ADDR_DHCP };
#define NET_LINK_ETHERNET 3

/* The one device with an interface, for the board. */
struct shim_net_device {
    int (*init)(const struct device*);
    const void* config;
    const void* api;
};
extern const struct shim_net_device shim_net_device;
#define NET_DEVICE_DT_INST_OFFLOAD_DEFINE(instance, init, pm, data, config, priority, api, mtu)              \
    const struct shim_net_device shim_net_device = {(init), (config), (api)}

inline static const struct device* net_if_get_device(struct net_if* interface) {
    return interface->if_dev->dev;
}
inline static void net_if_socket_offload_set(struct net_if* interface, net_socket_create_t create) {
    interface->if_dev->socket_offload = create;
}
inline static net_socket_create_t net_if_socket_offload(struct net_if* interface) {
    return interface->if_dev->socket_offload;
}
inline static int net_if_set_link_addr(struct net_if* interface, uint8_t* address, uint8_t size, int type) {
    interface->link_address.addr = address;
    interface->link_address.len = size;
    return size == 6 && type == NET_LINK_ETHERNET ? 0 : -1;
}
inline static struct net_linkaddr* net_if_get_link_addr(struct net_if* interface) {
    return &interface->link_address;
}
struct net_if* net_if_lookup_by_dev(const struct device* of);
inline static void net_if_dormant_on(struct net_if* interface) { interface->dormant = true; }
inline static void net_if_dormant_off(struct net_if* interface) { interface->dormant = false; }
struct net_if_addr* net_if_ipv4_addr_add(struct net_if* interface, struct in_addr* address,
                                         enum net_addr_type type, uint32_t life);
bool net_if_ipv4_addr_rm(struct net_if* interface, const struct in_addr* address);
inline static void net_if_ipv4_set_netmask(struct net_if* interface, const struct in_addr* mask) {
    interface->netmask = *mask;
}
inline static void net_if_ipv4_set_gw(struct net_if* interface, const struct in_addr* gateway) {
    interface->gateway = *gateway;
}

#ifdef __cplusplus
}
#endif
