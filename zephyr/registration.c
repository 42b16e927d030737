/* SPDX-License-Identifier: Apache-2.0 */
/* The driver in Zephyr's tables: the device and its interface, the start. */
#include "zephyr/registration.h"

#define DT_DRV_COMPAT OPENNWP_COMPATIBLE

#include <opennwp/interface.h>
#include <opennwp/wifi_table.h>
#include <zephyr/init.h>

BUILD_ASSERT(DT_NUM_INST_STATUS_OKAY(DT_DRV_COMPAT) == 1, "one network processor");

OPENNWP_WIFI_TABLE(api, .scan = opennwp_scan, .connect = opennwp_connect, .disconnect = opennwp_disconnect,
                   .ap_enable = opennwp_enable_access_point, .ap_disable = opennwp_disable_access_point,
                   .iface_status = opennwp_status);

static const struct opennwp_config config = {
    .line = OPENNWP_LINE,
#if DT_INST_NODE_HAS_PROP(0, local_mac_address)
    .link_address = DT_INST_PROP(0, local_mac_address),
#else
    .link_address = {0x02, 0x00, 0x5e, 0x00, 0x53, 0x01}, /* RFC 9542 2.1: locally administered */
#endif
};

OPENNWP_DEVICE_DEFINE(0, opennwp_init, &config, &api);

static int await_network(const struct device* unused) {
    ARG_UNUSED(unused);
    opennwp_await_network();
    return 0;
}

/* Before what begins to talk at that level, such as net_config. */
SYS_INIT(await_network, APPLICATION, 0);

#ifdef CONFIG_NET_CONNECTION_MANAGER
/* Its thread begins to listen behind the last SYS_INIT(), and asks nobody for an address that Zephyr's own
 * stack does not keep: it would miss one that is there already. A thread below all others runs once that one
 * waits. */
static void tell_connection_manager(void* first, void* second, void* third) {
    ARG_UNUSED(first);
    ARG_UNUSED(second);
    ARG_UNUSED(third);
    opennwp_tell_address_again();
}

K_THREAD_DEFINE(opennwp_teller, 512, tell_connection_manager, NULL, NULL, NULL,
                K_LOWEST_APPLICATION_THREAD_PRIO, 0, 0);
#endif
