// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/wifi.h"
#include "simplelink/wlan.h"

#include <cstdint>
#include <string_view>
#include <vector>

namespace nwp::simplelink {

/// Which networks a host wants to see.
struct ScanView {
    std::uint32_t channels = 0x1FFF; ///< bit 0: channel 1
    std::int32_t rssi_threshold_dbm = -128;
    bool hidden = false; ///< also those that tell no name
};

/// Channels of 2.4 GHz that a country allows, bit 0 for channel 1; 0: we know no such country.
std::uint32_t channels_in(std::string_view country);

/// What is shown of `found`: the strongest first, each access point once, as many as a host can ask for.
std::vector<WifiNetwork> seen_through(const ScanView& view, const std::vector<WifiNetwork>& found);

ScanEntry scan_entry(const WifiNetwork& network);

} // namespace nwp::simplelink
