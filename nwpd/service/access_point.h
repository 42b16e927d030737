// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/service/air.h"
#include "nwpd/service/wlan.h"

#include <optional>
#include <vector>

namespace nwp::service {

struct AccessPointSettings {
    Ssid ssid;
    Passphrase passphrase; ///< empty for an open one
    WifiSecurity security = WifiSecurity::wpa2_psk;
    std::uint8_t channel = 0; ///< 0: the NWP chooses
};

/// The radio as an access point instead of a station, for everybody: it lives on when the client that started
/// it is gone. Stations of the air that look for it come in; everybody hears of it. No traffic of theirs goes
/// through it. One executor. Wlan and Air outlive it.
class AccessPoint {
public:
    static constexpr std::size_t kMostStations = 8;

    AccessPoint(Wlan& wlan, Air& air) : wlan_(wlan), air_(air) {}
    AccessPoint(const AccessPoint&) = delete;
    AccessPoint& operator=(const AccessPoint&) = delete;

    ///   operation_not_supported   there is no radio, or WPA3
    ///   invalid_argument          no name, or a passphrase that does not fit the security
    ///   not_permitted             the country does not allow that channel
    ///   wifi_busy                 it runs, or the radio has a network, or joins one
    Result<void> start(const AccessPointSettings& settings);
    /// Its stations are sent away. Succeeds also when it does not run.
    ///   operation_not_supported   there is no radio
    Result<void> stop();
    /// None: it does not run. The channel is the one chosen.
    const std::optional<AccessPointSettings>& running() const { return running_; }
    std::vector<wifi::AirDevice> stations() const;
    /// It comes back only after it was off the air.
    ///   not_found   it is not in
    Result<void> send_away(const Bssid& station);

private:
    Wlan& wlan_;
    Air& air_;
    std::optional<AccessPointSettings> running_;
    std::optional<SoftAccessPoint> point_;
};

} // namespace nwp::service
