// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/wifi/radio_file.h"

#include <deque>
#include <optional>
#include <variant>
#include <vector>

namespace nwp::wifi {

// What a simulated radio is asked to do, and what befalls it.
struct ScanRequested {};
struct LeaveRequested {};
struct AccessPointLost {
    Bssid bssid;
};
struct AccessPointBack {
    Bssid bssid;
};
struct SignalChanged {
    Bssid bssid;
    std::int8_t rssi_dbm = 0;
};
struct LeaseRevoked {};
/// The DHCP server of the network joined, or joined last, gives this lease from now on.
struct LeaseChanged {
    Lease lease;
};
using RadioEvent = std::variant<ScanRequested, JoinRequest, LeaveRequested, AccessPointLost, AccessPointBack,
                                SignalChanged, LeaseRevoked, LeaseChanged, RegulatoryDomain, WifiPowerSave>;

// What its listener is to hear: the functions of RadioListener as values.
struct NetworkFound {
    WifiNetwork network;
};
struct ScanFinished {};
struct Joined {
    WifiNetwork network;
};
struct JoinFailed {
    WifiCause cause = WifiCause::none;
};
struct Lost {
    WifiCause cause = WifiCause::none;
};
struct LeaseGiven {
    Lease lease;
};
struct LeaseGone {};
using RadioNotice = std::variant<NetworkFound, ScanFinished, Joined, JoinFailed, Lost, LeaseGiven, LeaseGone>;

/// The air of a radio file and one station in it: a pure machine, whose owner tells it the time.
class RadioMachine {
public:
    explicit RadioMachine(RadioFile file);

    /// What follows comes out of next_notice(), at once or later.
    ///   not_found       no access point has that BSSID
    ///   not_connected   LeaseRevoked without a lease, LeaseChanged when none was ever joined
    Result<void> on_event(const RadioEvent& event, Instant now);

    /// When next_notice() will have something; never() if nothing is under way.
    Instant next_deadline() const;
    /// The next notice that is due, nullopt if none is. One call, one notice.
    std::optional<RadioNotice> next_notice(Instant now);

    struct AirEntry {
        const AccessPoint& access_point;
        bool present; ///< false: lost, not yet back
    };
    /// The access points, in the order of the file.
    std::vector<AirEntry> air() const;
    /// The network joined; nullptr if none.
    const WifiNetwork* joined() const;
    /// What the station heard until now. An access point sends a beacon every 100 time units; a station that
    /// saves power sleeps through those between its listen intervals, which are not missed. Of a lost access
    /// point the first beacon that does not come is.
    WifiStatistics statistics(Instant now);

private:
    struct Point {
        AccessPoint what;
        bool present = true;
    };
    struct Scan {
        std::size_t next = 0; ///< index of the access point to look at
        Instant due;
    };
    struct Join {
        JoinRequest request;
        Instant due;
    };

    Result<void> on(const ScanRequested&, Instant now);
    Result<void> on(const JoinRequest& request, Instant now);
    Result<void> on(const LeaveRequested&, Instant now);
    Result<void> on(const AccessPointLost& event, Instant now);
    Result<void> on(const AccessPointBack& event, Instant now);
    Result<void> on(const SignalChanged& event, Instant now);
    Result<void> on(const LeaseRevoked&, Instant now);
    Result<void> on(const LeaseChanged& event, Instant now);
    Result<void> on(const RegulatoryDomain& domain, Instant now);
    Result<void> on(const WifiPowerSave& power_save, Instant now);

    Point* find(const Bssid& bssid);
    void leave(Instant now);
    void lose(Instant now);
    void hear_beacons(Instant now);
    bool is_heard(const Point& point) const;
    RadioNotice step_scan(Scan& scan, Instant now);
    RadioNotice finish_join(const JoinRequest& request, Instant now);
    RadioNotice give_lease();

    RadioTiming timing_;
    std::vector<Point> points_;
    std::deque<RadioNotice> at_once_; ///< about the link, not about scans
    std::optional<Scan> scan_;
    std::optional<Join> join_;
    std::optional<std::size_t> joined_; ///< index in points_
    Ssid last_ssid_;                    ///< of the network joined last
    Instant lease_due_ = Instant::never();
    bool has_lease_ = false;
    RegulatoryDomain domain_;
    WifiPowerSave power_save_;
    WifiStatistics statistics_;
    Instant joined_at_{};
    std::uint64_t beacons_ = 0; ///< since then, heard or slept through
};

} // namespace nwp::wifi
