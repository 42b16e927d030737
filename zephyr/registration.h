/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What Zephyr's tables, which only C can fill, need of the driver. */

#include <opennwp/line.h>
#include <stdbool.h>
#include <zephyr/device.h>
#include <zephyr/net/net_if.h>
#include <zephyr/net/wifi_mgmt.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Where the network processor is, and the address of the interface. */
struct opennwp_config {
    struct opennwp_line line;
    uint8_t link_address[6];
};

int opennwp_init(const struct device* device);
void opennwp_init_interface(struct net_if* interface);
void opennwp_await_network(void);
void opennwp_tell_address_again(void);

struct net_pkt;
int opennwp_send_frame(const struct device* device, struct net_pkt* packet);

bool opennwp_supports(int family, int type, int protocol);
int opennwp_socket(int family, int type, int protocol);

int opennwp_scan(const struct device* device, scan_result_cb_t found);
int opennwp_connect(const struct device* device, struct wifi_connect_req_params* wanted);
int opennwp_disconnect(const struct device* device);
int opennwp_enable_access_point(const struct device* device, struct wifi_connect_req_params* wanted);
int opennwp_disable_access_point(const struct device* device);
int opennwp_status(const struct device* device, struct wifi_iface_status* status);
int opennwp_remove_station(const struct device* device, const uint8_t* mac);
int opennwp_statistics(const struct device* device, struct net_stats_wifi* into);
/* What the calls of each version come down to. */
int opennwp_set_power_save(bool enabled);
int opennwp_set_listen_interval(bool enabled, uint8_t beacons);
int opennwp_get_power_save(bool* enabled, uint8_t* listen_interval);
int opennwp_country(bool set, uint8_t* country);

#ifdef __cplusplus
}
#endif
