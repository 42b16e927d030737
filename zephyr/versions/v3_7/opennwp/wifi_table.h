/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The interface's table as 3.7 has it: Wi-Fi management's calls are in one of their own, and a scan has
 * parameters. It has the socket calls' data plane alone. */

#include "zephyr/registration.h"

#include <errno.h>
#include <zephyr/net/offloaded_netdev.h>

static enum offloaded_net_if_types opennwp_type(void) { return L2_OFFLOADED_NET_IF_TYPE_WIFI; }

/* A scan asks all channels for all names: the network processor takes no parameters. */
static int opennwp_scan_with(const struct device* device, struct wifi_scan_params* wanted,
                             scan_result_cb_t found) {
    if (wanted != NULL &&
        (wanted->scan_type != WIFI_SCAN_TYPE_ACTIVE || wanted->bands != 0 || wanted->dwell_time_active != 0 ||
         wanted->dwell_time_passive != 0 || wanted->ssids[0] != NULL || wanted->max_bss_cnt != 0 ||
         wanted->band_chan[0].channel != 0)) {
        return -ENOTSUP;
    }
    return opennwp_scan(device, found);
}
#define opennwp_scan opennwp_scan_with

#define OPENNWP_WIFI_TABLE(table, ...)                                                                       \
    static const struct wifi_mgmt_ops table##_operations = {__VA_ARGS__};                                    \
    static const struct net_wifi_mgmt_offload table = {.wifi_iface.iface_api.init = opennwp_init_interface,  \
                                                       .wifi_iface.get_type = opennwp_type,                  \
                                                       .wifi_mgmt_api = &table##_operations}
