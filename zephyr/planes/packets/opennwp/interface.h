/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <zephyr/net/ethernet.h>

/* What the data plane gives the table of the interface: an Ethernet below Zephyr's own stack. */
#define OPENNWP_INTERFACE .wifi_iface = {.iface_api.init = opennwp_init_interface, .send = opennwp_send_frame}
#define OPENNWP_DEVICE_DEFINE(instance, init, config, api)                                                   \
    ETH_NET_DEVICE_DT_INST_DEFINE(instance, init, NULL, NULL, config, CONFIG_WIFI_INIT_PRIORITY, api,        \
                                  NET_ETH_MTU)
