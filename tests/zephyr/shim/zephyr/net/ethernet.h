/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* An Ethernet below a stack that is not there: what it would get is kept for the test (net_recv_data). */

#include <zephyr/net/wifi_mgmt.h>

#define NET_ETH_MTU 1500
#define ETH_NET_DEVICE_DT_INST_DEFINE NET_DEVICE_DT_INST_OFFLOAD_DEFINE

inline static void ethernet_init(struct net_if* interface) { interface->ethernet = true; }
