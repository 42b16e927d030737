// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/dialect/simplelink/board.h"
#include "nwpd/dialect/simplelink/flash.h"
#include "nwpd/dialect/simplelink/wlan_settings.h"
#include "nwpd/service/air.h"
#include "simplelink/netapp.h"
#include "simplelink/netcfg.h"

#include <optional>
#include <vector>

namespace nwp::simplelink {

/// The chip as an access point: tells of stations that come and go, and of the addresses that its DHCP server
/// gives them. What the settings say holds from the start; the access list, the most stations, name and key
/// also at once.
class WlanAccessPoint {
public:
    WlanAccessPoint(const Power& power, const WlanSettings& settings);

    /// After INIT COMPLETE, in that mode.
    void start();
    void on_settings_changed();

    /// As NetCfgGet's station list shows them.
    std::vector<StationEntry> stations() const;
    /// A code of the protocol.
    std::int16_t send_away(const MacAddress& mac);

private:
    wifi::SoftAccessPointSettings settings() const;
    DhcpServerRange range() const;
    void on_change(const wifi::SoftAccessPoint::Change& change);

    /// A station that is in, and the address it has.
    struct Leased {
        MacAddress mac{};
        HostOrderIpv4 address = 0;
    };

    Board& board_;
    Outbox& out_;
    Flash flash_;
    const WlanSettings& settings_;
    std::vector<Leased> leased_;
    std::optional<service::SoftAccessPoint> point_;
};

} // namespace nwp::simplelink
