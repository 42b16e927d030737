// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/dialect/simplelink/board.h"
#include "nwpd/dialect/simplelink/wlan_network.h"
#include "nwpd/dialect/simplelink/wlan_policies.h"
#include "nwpd/service/air.h"
#include "simplelink/wlan_events.h"

#include <memory>
#include <optional>
#include <vector>

namespace nwp::simplelink {

/// Wi-Fi Direct: tells of peers on the air, asks one to form a group and tells how that ended. Who owns the
/// group the policy's intent says: 15 we, else the peer. Groups carry no traffic on a simulated radio.
class WlanP2p {
public:
    WlanP2p(const Power& power, const WlanPolicies& policies);

    /// After INIT COMPLETE, in that mode.
    void start();

    /// Asks the peer that `network` names by BSSID, or else by its name as SSID. Told later: connected or
    /// failed.
    void connect(const WlanNetwork& network);
    /// Only while connected.
    void disconnect();

    bool is_connected() const { return connected_.has_value(); }
    bool is_owner() const { return owner_; }
    /// Of the group connected.
    P2pConnected connected() const;

private:
    void look();
    void end(DisconnectReason reason);
    void join(const wifi::AirDevice& peer);
    bool wants_to_own() const;
    const wifi::AirDevice* find(const WlanNetwork& network) const;

    Board& board_;
    Outbox& out_;
    const WlanPolicies& policies_;
    std::vector<Bssid> told_; ///< peers that the host knows of
    std::optional<wifi::AirDevice> connected_;
    bool owner_ = false; ///< of the group connected
    std::shared_ptr<void> watching_;
};

} // namespace nwp::simplelink
