/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <zephyr/net/net_if.h>

/* What the data plane gives the table of the interface: it has no Ethernet and no stack of its own. */
#define OPENNWP_INTERFACE .wifi_iface.init = opennwp_init_interface
#define OPENNWP_DEVICE_DEFINE(instance, init, config, api)                                                   \
    NET_DEVICE_DT_INST_OFFLOAD_DEFINE(instance, init, NULL, NULL, config, CONFIG_WIFI_INIT_PRIORITY, api,    \
                                      1500)
