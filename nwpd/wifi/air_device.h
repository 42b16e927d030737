// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/wifi.h"

#include <cstdint>

namespace nwp::wifi {

/// Somebody's device on the simulated air, beside the access points: what may come to us.
struct AirDevice {
    enum class Kind : std::uint8_t {
        station,  ///< joins an access point of ours that is the one it looks for
        p2p_peer, ///< speaks Wi-Fi Direct
    };

    Kind kind = Kind::station;
    Bssid mac;
    Text<32> name;
    bool present = true;

    // Of stations.
    Ssid ssid;             ///< of the network it looks for
    Passphrase passphrase; ///< what it believes that network's to be; empty: it looks for an open one

    // Of peers.
    bool invites = false; ///< asks us to join it
    bool accepts = true;  ///< agrees when we ask
};

} // namespace nwp::wifi
