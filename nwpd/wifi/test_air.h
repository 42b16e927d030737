// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/wifi/radio_file.h"

namespace nwp::wifi {

// The air of this folder's tests.

constexpr Bssid kStrong{{2, 0, 0, 0, 0, 1}}; ///< of "home", -40 dBm, channel 6
constexpr Bssid kWeak{{2, 0, 0, 0, 0, 2}};   ///< of "home", -70 dBm, channel 11
constexpr Bssid kGuest{{2, 0, 0, 0, 0, 3}};  ///< of "guest"
constexpr Bssid kTwin{{2, 0, 0, 0, 0, 4}};   ///< "home" too, but open
constexpr Bssid kSilent{{2, 0, 0, 0, 0, 5}}; ///< of "silent", which gives no address

constexpr Duration kSpacing = milliseconds(2);
constexpr Duration kJoinTime = milliseconds(5);
constexpr Duration kLeaseTime = milliseconds(3);

inline Lease home_lease() {
    return {Address::ipv4(10, 77, 0, 2), 24, Address::ipv4(10, 77, 0, 1), {Address::ipv4(10, 77, 0, 1, 53)}};
}

inline Lease guest_lease() {
    return {Address::ipv4(10, 77, 0, 4), 24, Address::ipv4(10, 77, 0, 1), {Address::ipv4(10, 77, 0, 1, 53)}};
}

inline JoinRequest home() {
    JoinRequest request;
    request.ssid = "home";
    request.passphrase = "open sesame";
    request.security = WifiSecurity::wpa2_psk;
    return request;
}

inline JoinRequest guest() {
    JoinRequest request;
    request.ssid = "guest";
    request.security = WifiSecurity::open;
    return request;
}

inline RadioFile test_air() {
    RadioFile file;
    file.timing = {kSpacing, kJoinTime, kLeaseTime};
    file.access_points = {
        {{"home", kStrong, 6, -40, WifiSecurity::wpa2_psk}, "open sesame", home_lease()},
        {{"home", kWeak, 11, -70, WifiSecurity::wpa2_psk}, "open sesame", home_lease()},
        {{"guest", kGuest, 1, -50, WifiSecurity::open}, "", guest_lease()},
        {{"home", kTwin, 6, -60, WifiSecurity::open}, "", guest_lease()},
        {{"silent", kSilent, 1, -50, WifiSecurity::open}, "", {}},
    };
    return file;
}

} // namespace nwp::wifi
