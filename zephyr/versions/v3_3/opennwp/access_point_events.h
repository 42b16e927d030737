// SPDX-License-Identifier: Apache-2.0
#pragma once

// 3.3 has no events of an access point.

#include "base/wifi.h"

#include <zephyr/net/wifi_mgmt.h>

namespace nwp::zephyr {

constexpr bool kTellsStations = false;
inline void tell_access_point(net_if*, bool) {}
inline void tell_station(net_if*, const Bssid&, bool) {}

} // namespace nwp::zephyr
