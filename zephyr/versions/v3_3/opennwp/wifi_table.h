/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The interface's table as 3.3 has it: Wi-Fi management's calls are members.
 * The data plane says what the interface itself is. Target wake time is not there. */

#include "zephyr/registration.h"

#include <errno.h>

static int opennwp_power_save(const struct device* device, struct wifi_ps_params* wanted) {
    ARG_UNUSED(device);
    return opennwp_set_power_save(wanted->enabled == WIFI_PS_ENABLED);
}

/* The NWP's is the legacy one. */
static int opennwp_power_save_mode(const struct device* device, struct wifi_ps_mode_params* wanted) {
    ARG_UNUSED(device);
    return wanted->mode == WIFI_PS_MODE_LEGACY ? 0 : -ENOTSUP;
}

static int opennwp_power_save_config(const struct device* device, struct wifi_ps_config* into) {
    uint8_t listen_interval = 0;
    ARG_UNUSED(device);
    into->mode = WIFI_PS_MODE_LEGACY;
    into->num_twt_flows = 0;
    return opennwp_get_power_save(&into->enabled, &listen_interval);
}

/* There is one source of hints: each overrides the one before, forced or not. */
static int opennwp_regulatory_domain(const struct device* device, struct wifi_reg_domain* domain) {
    ARG_UNUSED(device);
    return opennwp_country(domain->oper == WIFI_MGMT_SET, domain->country_code);
}

#ifdef CONFIG_NET_STATISTICS_WIFI
#define OPENNWP_STATISTICS .get_stats = opennwp_statistics,
#else
#define OPENNWP_STATISTICS
#endif

#define OPENNWP_WIFI_TABLE(table, ...)                                                                       \
    static const struct net_wifi_mgmt_offload table = {OPENNWP_INTERFACE,                                    \
                                                       OPENNWP_STATISTICS.set_power_save =                   \
                                                           opennwp_power_save,                               \
                                                       .set_power_save_mode = opennwp_power_save_mode,       \
                                                       .get_power_save_config = opennwp_power_save_config,   \
                                                       .reg_domain = opennwp_regulatory_domain,              \
                                                       __VA_ARGS__}
