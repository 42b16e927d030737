// SPDX-License-Identifier: Apache-2.0
#pragma once

// Events of an access point: that it begins and ends, and who comes and goes.

#include "base/wifi.h"

#include <cstring>
#include <zephyr/net/wifi_mgmt.h>

namespace nwp::zephyr {

constexpr bool kTellsStations = true;

inline void tell_access_point(net_if* interface, bool enabled) {
    if (enabled)
        wifi_mgmt_raise_ap_enable_result_event(interface, WIFI_STATUS_AP_SUCCESS);
    else
        wifi_mgmt_raise_ap_disable_result_event(interface, WIFI_STATUS_AP_SUCCESS);
}

inline void tell_station(net_if* interface, const Bssid& station, bool joined) {
    wifi_ap_sta_info info{};
    info.link_mode = WIFI_LINK_MODE_UNKNOWN;
    info.mac_length = sizeof station.octets;
    std::memcpy(info.mac, station.octets, sizeof station.octets);
    if (joined)
        wifi_mgmt_raise_ap_sta_connected_event(interface, &info);
    else
        wifi_mgmt_raise_ap_sta_disconnected_event(interface, &info);
}

} // namespace nwp::zephyr
