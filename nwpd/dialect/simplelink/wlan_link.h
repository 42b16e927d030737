// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/dialect/simplelink/board.h"
#include "nwpd/dialect/simplelink/flash.h"
#include "nwpd/dialect/simplelink/silo.h"
#include "nwpd/dialect/simplelink/wlan_network.h"
#include "nwpd/dialect/simplelink/wlan_p2p.h"
#include "nwpd/dialect/simplelink/wlan_policies.h"
#include "nwpd/dialect/simplelink/wlan_profiles.h"
#include "nwpd/dialect/simplelink/wlan_scan.h"
#include "nwpd/dialect/simplelink/wlan_settings.h"
#include "nwpd/service/auto_joiner.h"
#include "simplelink/wlan_events.h"

#include <functional>
#include <optional>

namespace nwp::simplelink {

/// The station: connects, leaves, and tells how it stands. The radio is everybody's on this daemon: what
/// others join is joined here too, and told as such; what stands is not touched unless the host says so.
class WlanLink final : public SiloHandler {
public:
    struct Parts {
        WlanScan& scan;
        const WlanPolicies& policies;
        const WlanProfiles& profiles;
        const WlanSettings& settings;
        WlanP2p& p2p;
    };
    /// How an attempt of the host's ended; success: it is connected.
    using Outcome = std::function<void(bool connected, DisconnectReason reason)>;

    WlanLink(const Power& power, WlanMode mode, const Parts& parts);
    ~WlanLink() override;

    bool take(const HostMessage& message) override;

    /// After INIT COMPLETE: tells of a link that stands, or makes one as the policy wants.
    void start();
    /// The power is cut; nothing else is called any more.
    void stop();
    /// Told when the host connects to the network that it has already.
    void on_connected_anew(std::function<void()> listener) { connected_anew_ = std::move(listener); }
    void on_wifi_changed(WifiState state, WifiCause cause);
    /// The policy, a profile or its suspension changed.
    void reconsider();
    /// The host's provisioning tries a profile; as WlanConnect, with the outcome told besides.
    void join(const WlanNetwork& network, Outcome outcome);

    /// The host was told of a link.
    bool is_connected() const { return told_.has_value(); }
    bool is_connecting() const { return attempt_.has_value() || joiner_->joining().has_value(); }
    /// Of the network connected, else empty.
    std::string_view ssid() const;
    /// As told last; nothing while disconnected.
    std::optional<WlanConnected> connected() const;
    WlanSecurity security() const;

    void on(const WlanConnect& command, ByteView payload);
    void on(const WlanConnectEap& command, ByteView payload);
    void on(const WlanDisconnect& command, ByteView payload);

private:
    /// A connect of the host's that has no end yet.
    struct Attempt {
        std::uint64_t number = 0;
        WlanNetwork network;
        std::uint64_t request = 0; ///< for Wlan::cancel(); 0: we only look whether it is there
        Outcome outcome;
    };

    template <typename Response, typename Message>
    void connect(const Message& command, ByteView payload, WlanForm form);
    void begin(WlanNetwork network, Outcome outcome);
    void cancel_attempt();
    void leave();
    void succeed();
    void fail(DisconnectReason reason);
    void tell_connected();
    void tell_disconnected(const WlanConnected& from, DisconnectReason reason);
    void remember(const WlanNetwork& network);
    void forget();

    Board& board_;
    service::Client& client_;
    Outbox& out_;
    Flash flash_;
    WlanMode mode_;
    Parts parts_;
    std::optional<service::AutoJoiner> joiner_; ///< until the power is cut
    std::optional<WifiNetwork> told_;           ///< the host knows that it is connected to this
    std::optional<Attempt> attempt_;
    std::uint64_t attempts_ = 0;
    std::function<void()> connected_anew_;
    bool leaving_ = false; ///< the host wants the link to end
    bool ours_ = false;    ///< the link that stands is of this chip's making
};

} // namespace nwp::simplelink
