/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Wi-Fi management's types, as far as the driver fills or reads them. Events are kept for the test. */

#include <zephyr/net/net_if.h>

#ifdef __cplusplus
extern "C" {
#endif

#define WIFI_CHANNEL_ANY 255

enum wifi_security_type {
    WIFI_SECURITY_TYPE_NONE = 0,
    WIFI_SECURITY_TYPE_PSK,
    WIFI_SECURITY_TYPE_PSK_SHA256,
    WIFI_SECURITY_TYPE_SAE,
    WIFI_SECURITY_TYPE_WAPI,
};
enum wifi_mfp_options { WIFI_MFP_DISABLE = 0, WIFI_MFP_OPTIONAL, WIFI_MFP_REQUIRED };
enum wifi_frequency_bands { WIFI_FREQ_BAND_2_4_GHZ = 0, WIFI_FREQ_BAND_5_GHZ };
enum wifi_iface_state {
    WIFI_STATE_DISCONNECTED = 0,
    WIFI_STATE_INTERFACE_DISABLED,
    WIFI_STATE_INACTIVE,
    WIFI_STATE_SCANNING,
    WIFI_STATE_AUTHENTICATING,
    WIFI_STATE_ASSOCIATING,
    WIFI_STATE_COMPLETED = 9,
};
enum wifi_iface_mode { WIFI_MODE_INFRA = 0, WIFI_MODE_AP = 2 };
enum wifi_ps { WIFI_PS_DISABLED = 0, WIFI_PS_ENABLED };
enum wifi_ps_mode { WIFI_PS_MODE_LEGACY = 0, WIFI_PS_MODE_WMM };
enum wifi_mgmt_op { WIFI_MGMT_GET = 0, WIFI_MGMT_SET };
enum wifi_link_mode { WIFI_LINK_MODE_UNKNOWN = 8 };

struct wifi_scan_result {
    uint8_t ssid[32];
    uint8_t ssid_length;
    uint8_t band;
    uint8_t channel;
    enum wifi_security_type security;
    enum wifi_mfp_options mfp;
    int8_t rssi;
    uint8_t mac[6];
    uint8_t mac_length;
};
struct wifi_connect_req_params {
    const uint8_t* ssid;
    uint8_t ssid_length;
    uint8_t* psk;
    uint8_t psk_length;
    uint8_t* sae_password;
    uint8_t sae_password_length;
    uint8_t channel;
    enum wifi_security_type security;
    enum wifi_mfp_options mfp;
};
struct wifi_iface_status {
    int state;
    unsigned ssid_len;
    char ssid[32];
    char bssid[6];
    enum wifi_frequency_bands band;
    unsigned channel;
    enum wifi_iface_mode iface_mode;
    enum wifi_link_mode link_mode;
    enum wifi_security_type security;
    enum wifi_mfp_options mfp;
    int rssi;
};
typedef void (*scan_result_cb_t)(struct net_if*, int, struct wifi_scan_result*);
void wifi_mgmt_raise_connect_result_event(struct net_if* interface, int status);
void wifi_mgmt_raise_disconnect_result_event(struct net_if* interface, int status);

typedef uint32_t net_stats_t;
struct net_stats_sta_mgmt {
    net_stats_t beacons_rx;
    net_stats_t beacons_miss;
};
struct net_stats_bytes {
    net_stats_t sent;
    net_stats_t received;
};
struct net_stats_pkts {
    net_stats_t tx;
    net_stats_t rx;
};
struct net_stats_wifi {
    struct net_stats_sta_mgmt sta_mgmt;
    struct net_stats_bytes bytes;
    struct net_stats_pkts pkts;
    struct net_stats_pkts broadcast;
    struct net_stats_pkts multicast;
    struct net_stats_pkts errors;
};

#if SHIM_ZEPHYR < 37
struct wifi_ps_params {
    enum wifi_ps enabled;
};
struct wifi_ps_mode_params {
    enum wifi_ps_mode mode;
};
struct wifi_ps_config {
    bool enabled;
    enum wifi_ps_mode mode;
    char num_twt_flows;
};
struct wifi_reg_domain {
    enum wifi_mgmt_op oper;
    bool force;
    uint8_t country_code[2];
};
#else
enum wifi_ps_wakeup_mode { WIFI_PS_WAKEUP_MODE_DTIM = 0, WIFI_PS_WAKEUP_MODE_LISTEN_INTERVAL };
enum wifi_ps_param_type {
    WIFI_PS_PARAM_STATE,
    WIFI_PS_PARAM_LISTEN_INTERVAL,
    WIFI_PS_PARAM_WAKEUP_MODE,
    WIFI_PS_PARAM_MODE,
    WIFI_PS_PARAM_TIMEOUT,
};
enum wifi_config_ps_param_fail_reason {
    WIFI_PS_PARAM_FAIL_UNSPECIFIED,
    WIFI_PS_PARAM_FAIL_CMD_EXEC_FAIL,
    WIFI_PS_PARAM_FAIL_OPERATION_NOT_SUPPORTED,
    WIFI_PS_PARAM_LISTEN_INTERVAL_RANGE_INVALID,
};
struct wifi_ps_params {
    enum wifi_ps enabled;
    unsigned short listen_interval;
    enum wifi_ps_wakeup_mode wakeup_mode;
    enum wifi_ps_mode mode;
    unsigned timeout_ms;
    enum wifi_ps_param_type type;
    enum wifi_config_ps_param_fail_reason fail_reason;
};
struct wifi_ps_config {
    char num_twt_flows;
    struct wifi_ps_params ps_params;
};
struct wifi_reg_domain {
    enum wifi_mgmt_op oper;
    bool force;
    uint8_t country_code[2];
    unsigned num_channels;
};
enum wifi_ap_status { WIFI_STATUS_AP_SUCCESS = 0 };
struct wifi_ap_sta_info {
    enum wifi_link_mode link_mode;
    uint8_t mac[6];
    uint8_t mac_length;
    bool twt_capable;
};
void wifi_mgmt_raise_ap_enable_result_event(struct net_if* interface, enum wifi_ap_status status);
void wifi_mgmt_raise_ap_disable_result_event(struct net_if* interface, enum wifi_ap_status status);
void wifi_mgmt_raise_ap_sta_connected_event(struct net_if* interface, struct wifi_ap_sta_info* info);
void wifi_mgmt_raise_ap_sta_disconnected_event(struct net_if* interface, struct wifi_ap_sta_info* info);
#endif

struct net_if_api {
    void (*init)(struct net_if*);
};
struct net_pkt;
struct ethernet_api {
    struct net_if_api iface_api;
    int (*send)(const struct device*, struct net_pkt*);
};
#if SHIM_ZEPHYR < 37
struct net_wifi_mgmt_offload {
#ifdef CONFIG_OPENNWP_ETHERNET
    struct ethernet_api wifi_iface;
#else
    struct net_if_api wifi_iface;
#endif
    int (*scan)(const struct device*, scan_result_cb_t);
#else
enum wifi_scan_type { WIFI_SCAN_TYPE_ACTIVE = 0, WIFI_SCAN_TYPE_PASSIVE };
struct wifi_band_channel {
    uint8_t band;
    uint8_t channel;
};
struct wifi_scan_params {
    enum wifi_scan_type scan_type;
    uint8_t bands;
    uint16_t dwell_time_active;
    uint16_t dwell_time_passive;
    const char* ssids[2];
    uint16_t max_bss_cnt;
    struct wifi_band_channel band_chan[2];
};
struct wifi_mgmt_ops {
    int (*scan)(const struct device*, struct wifi_scan_params*, scan_result_cb_t);
#endif
    int (*connect)(const struct device*, struct wifi_connect_req_params*);
    int (*disconnect)(const struct device*);
    int (*ap_enable)(const struct device*, struct wifi_connect_req_params*);
    int (*ap_disable)(const struct device*);
    int (*iface_status)(const struct device*, struct wifi_iface_status*);
#ifdef CONFIG_NET_STATISTICS_WIFI
    int (*get_stats)(const struct device*, struct net_stats_wifi*);
#endif
    int (*set_power_save)(const struct device*, struct wifi_ps_params*);
#if SHIM_ZEPHYR < 37
    int (*set_power_save_mode)(const struct device*, struct wifi_ps_mode_params*);
#endif
    int (*get_power_save_config)(const struct device*, struct wifi_ps_config*);
    int (*reg_domain)(const struct device*, struct wifi_reg_domain*);
#if SHIM_ZEPHYR >= 37
    int (*ap_sta_disconnect)(const struct device*, const uint8_t*);
#endif
};
#if SHIM_ZEPHYR >= 37
enum offloaded_net_if_types { L2_OFFLOADED_NET_IF_TYPE_UNKNOWN, L2_OFFLOADED_NET_IF_TYPE_WIFI = 3 };
struct offloaded_if_api {
    struct net_if_api iface_api;
    int (*enable)(const struct net_if*, bool);
    enum offloaded_net_if_types (*get_type)(void);
};
struct net_wifi_mgmt_offload {
    struct offloaded_if_api wifi_iface;
    const struct wifi_mgmt_ops* const wifi_mgmt_api;
};
#endif

#ifdef __cplusplus
}
#endif
