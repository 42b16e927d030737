/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The interface's table as 3.3 has it: Wi-Fi management's calls are members.
 * The data plane says what the interface itself is. */

#include "zephyr/registration.h"

#define OPENNWP_WIFI_TABLE(table, ...)                                                                       \
    static const struct net_wifi_mgmt_offload table = {OPENNWP_INTERFACE, __VA_ARGS__}
