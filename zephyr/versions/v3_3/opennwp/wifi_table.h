/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The interface's table as 3.3 has it: Wi-Fi management's calls are members. */

#include "zephyr/registration.h"

#define OPENNWP_WIFI_TABLE(table, ...)                                                                       \
    static const struct net_wifi_mgmt_offload table = {.wifi_iface.init = opennwp_init_interface, __VA_ARGS__}
