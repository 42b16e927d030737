// SPDX-License-Identifier: Apache-2.0
#include "base/wifi.h"

namespace nwp {

const char* to_string(WifiSecurity security) {
    switch (security) {
        case WifiSecurity::open: return "open";
        case WifiSecurity::wpa2_psk: return "wpa2-psk";
        case WifiSecurity::wpa3_sae: return "wpa3-sae";
    }
    return "unknown";
}

const char* to_string(WifiState state) {
    switch (state) {
        case WifiState::disconnected: return "disconnected";
        case WifiState::scanning: return "scanning";
        case WifiState::joining: return "joining";
        case WifiState::connected: return "connected";
        case WifiState::lost: return "lost";
        case WifiState::off: return "off";
    }
    return "unknown";
}

const char* to_string(WifiCause cause) {
    switch (cause) {
        case WifiCause::none: return "none";
        case WifiCause::requested: return "requested";
        case WifiCause::no_such_network: return "no such network";
        case WifiCause::wrong_key: return "wrong key";
        case WifiCause::rejected: return "rejected";
        case WifiCause::access_point_lost: return "access point lost";
        case WifiCause::security_mismatch: return "security mismatch";
        case WifiCause::timed_out: return "timed out";
        case WifiCause::no_address: return "no address";
    }
    return "unknown";
}

} // namespace nwp
