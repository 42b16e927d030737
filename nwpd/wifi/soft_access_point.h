// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/wifi/air_device.h"

#include <deque>
#include <optional>
#include <vector>

namespace nwp::wifi {

/// An access point of our own.
struct SoftAccessPointSettings {
    Ssid ssid;
    Passphrase passphrase; ///< empty: open
    std::size_t max_stations = 4;
    std::vector<Bssid> denied; ///< whom it does not let in
};

/// Who is in an access point of ours: decides which of the stations on the air joins it. A pure machine.
class SoftAccessPoint {
public:
    struct Change {
        AirDevice station;
        bool joined = false;   ///< false: it left
        std::size_t place = 0; ///< 0 to max_stations - 1, its own while it is in
    };

    explicit SoftAccessPoint(SoftAccessPointSettings settings);

    /// What is on the air now. Who is gone has left; who fits and finds room joins, in this order.
    void on_air(const std::vector<AirDevice>& devices);
    /// Other settings while it runs: whoever they do not fit is sent away; next on_air() lets others in.
    void set_settings(SoftAccessPointSettings settings);
    /// Sends a station away; it comes back only after it was off the air.  not_found: it is not in.
    Result<void> send_away(const Bssid& mac);

    /// In the order of their places.
    std::vector<AirDevice> stations() const;
    /// To be told in order; nullopt: no more.
    std::optional<Change> next_change();

private:
    bool admits(const AirDevice& device) const;
    bool is_in(const Bssid& mac) const;
    void leave(std::size_t place);

    SoftAccessPointSettings settings_;
    std::vector<std::optional<AirDevice>> places_;
    std::vector<Bssid> sent_away_; ///< still on the air
    std::deque<Change> changes_;
};

} // namespace nwp::wifi
