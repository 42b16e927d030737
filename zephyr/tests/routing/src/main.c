/* SPDX-License-Identifier: Apache-2.0 */
/* A router between the network processor's Ethernet, fd99::/64, and the board's own, fd98::/64; ::2 on both.
 */
#include <zephyr/device.h>
#include <zephyr/kernel.h>
#include <zephyr/net/net_if.h>

static void join(const struct device* device, const char* name, uint16_t number) {
    struct net_if* const interface = net_if_lookup_by_dev(device);
    struct in6_addr prefix = {{{0xfd, (uint8_t)number}}};
    struct in6_addr address = prefix;
    address.s6_addr[15] = 2;
    while (!net_if_is_up(interface)) k_msleep(10);
    const bool joined = net_if_ipv6_addr_add(interface, &address, NET_ADDR_MANUAL, 0) != NULL &&
                        net_if_ipv6_prefix_add(interface, &prefix, 64, UINT32_MAX) != NULL;
    printk("%s %s\n", name, joined ? "joined" : "failed");
}

void main(void) {
    join(DEVICE_DT_GET(DT_NODELABEL(eth0)), "eth", 0x98);
    join(DEVICE_DT_GET(DT_NODELABEL(nwp)), "nwp", 0x99);
    printk("routing\n");
}
