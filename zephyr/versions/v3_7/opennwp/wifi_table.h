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

/* On or off, and the listen interval; what else there is, is as it is. */
static int opennwp_power_save(const struct device* device, struct wifi_ps_params* wanted) {
    bool enabled = false;
    uint8_t listen_interval = 0;
    int result = 0;

    ARG_UNUSED(device);
    switch (wanted->type) {
        case WIFI_PS_PARAM_STATE: result = opennwp_set_power_save(wanted->enabled == WIFI_PS_ENABLED); break;
        case WIFI_PS_PARAM_LISTEN_INTERVAL:
            if (wanted->listen_interval == 0 || wanted->listen_interval > UINT8_MAX) {
                wanted->fail_reason = WIFI_PS_PARAM_LISTEN_INTERVAL_RANGE_INVALID;
                return -EINVAL;
            }
            result = opennwp_get_power_save(&enabled, &listen_interval);
            if (result == 0) {
                result = opennwp_set_listen_interval(enabled, (uint8_t)wanted->listen_interval);
            }
            break;
        case WIFI_PS_PARAM_WAKEUP_MODE:
            result = wanted->wakeup_mode == WIFI_PS_WAKEUP_MODE_LISTEN_INTERVAL ? 0 : -ENOTSUP;
            break;
        case WIFI_PS_PARAM_MODE: result = wanted->mode == WIFI_PS_MODE_LEGACY ? 0 : -ENOTSUP; break;
        default: result = -ENOTSUP; break;
    }
    if (result != 0) {
        wanted->fail_reason = result == -ENOTSUP ? WIFI_PS_PARAM_FAIL_OPERATION_NOT_SUPPORTED
                                                 : WIFI_PS_PARAM_FAIL_CMD_EXEC_FAIL;
    }
    return result;
}

static int opennwp_power_save_config(const struct device* device, struct wifi_ps_config* into) {
    bool enabled = false;
    uint8_t listen_interval = 0;
    const int result = opennwp_get_power_save(&enabled, &listen_interval);

    ARG_UNUSED(device);
    into->num_twt_flows = 0;
    into->ps_params.enabled = enabled ? WIFI_PS_ENABLED : WIFI_PS_DISABLED;
    into->ps_params.listen_interval = listen_interval;
    into->ps_params.wakeup_mode = WIFI_PS_WAKEUP_MODE_LISTEN_INTERVAL;
    into->ps_params.mode = WIFI_PS_MODE_LEGACY;
    into->ps_params.timeout_ms = 0;
    return result;
}

/* There is one source of hints: each overrides the one before, forced or not. The power that a channel may be
 * used with is not known, so that none is listed. */
static int opennwp_regulatory_domain(const struct device* device, struct wifi_reg_domain* domain) {
    ARG_UNUSED(device);
    domain->num_channels = 0;
    return opennwp_country(domain->oper == WIFI_MGMT_SET, domain->country_code);
}

#ifdef CONFIG_NET_STATISTICS_WIFI
#define OPENNWP_STATISTICS .get_stats = opennwp_statistics,
#else
#define OPENNWP_STATISTICS
#endif

#define OPENNWP_WIFI_TABLE(table, ...)                                                                       \
    static const struct wifi_mgmt_ops table##_operations = {                                                 \
        OPENNWP_STATISTICS.set_power_save = opennwp_power_save,                                              \
        .get_power_save_config = opennwp_power_save_config, .reg_domain = opennwp_regulatory_domain,         \
        .ap_sta_disconnect = opennwp_remove_station, __VA_ARGS__};                                           \
    static const struct net_wifi_mgmt_offload table = {.wifi_iface.iface_api.init = opennwp_init_interface,  \
                                                       .wifi_iface.get_type = opennwp_type,                  \
                                                       .wifi_mgmt_api = &table##_operations}
