// SPDX-License-Identifier: Apache-2.0
#pragma once

// Wi-Fi management's types, as far as the driver fills or reads them. Events are kept for the test.

#include <cstdint>
#include <zephyr/net/net_if.h>

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
enum wifi_iface_mode { WIFI_MODE_INFRA = 0 };
enum wifi_link_mode { WIFI_LINK_MODE_UNKNOWN = 8 };

struct wifi_scan_result {
    std::uint8_t ssid[32];
    std::uint8_t ssid_length;
    std::uint8_t band;
    std::uint8_t channel;
    wifi_security_type security;
    wifi_mfp_options mfp;
    std::int8_t rssi;
    std::uint8_t mac[6];
    std::uint8_t mac_length;
};
struct wifi_connect_req_params {
    const std::uint8_t* ssid;
    std::uint8_t ssid_length;
    std::uint8_t* psk;
    std::uint8_t psk_length;
    std::uint8_t* sae_password;
    std::uint8_t sae_password_length;
    std::uint8_t channel;
    wifi_security_type security;
};
struct wifi_iface_status {
    int state;
    unsigned ssid_len;
    char ssid[32];
    char bssid[6];
    wifi_frequency_bands band;
    unsigned channel;
    wifi_iface_mode iface_mode;
    wifi_link_mode link_mode;
    wifi_security_type security;
    wifi_mfp_options mfp;
    int rssi;
};
using scan_result_cb_t = void (*)(net_if*, int, wifi_scan_result*);
void wifi_mgmt_raise_connect_result_event(net_if* interface, int status);
void wifi_mgmt_raise_disconnect_result_event(net_if* interface, int status);
