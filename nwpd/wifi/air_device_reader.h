// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/wifi/air_device.h"
#include "nwpd/wifi/toml_table.h"

#include <vector>

namespace nwp::wifi {

/// Keys of a radio file's [[station]] and [[p2p_peer]].
inline constexpr std::string_view kStationKeys[] = {"mac", "name", "ssid", "passphrase", "present"};
inline constexpr std::string_view kPeerKeys[] = {"mac", "name", "invites", "accepts", "present"};

/// Reads one of these tables and adds it to `devices`; what is wrong goes to `problems`.
void read_station(ProblemList& problems, const toml::table& node, std::vector<AirDevice>& devices);
void read_peer(ProblemList& problems, const toml::table& node, std::vector<AirDevice>& devices);

} // namespace nwp::wifi
