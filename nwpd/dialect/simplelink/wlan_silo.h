// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/dialect/simplelink/rx_filters.h"
#include "nwpd/dialect/simplelink/rx_statistics.h"
#include "nwpd/dialect/simplelink/silo.h"
#include "nwpd/dialect/simplelink/wlan_access_point.h"
#include "nwpd/dialect/simplelink/wlan_link.h"
#include "nwpd/dialect/simplelink/wlan_p2p.h"
#include "nwpd/dialect/simplelink/wlan_policies.h"
#include "nwpd/dialect/simplelink/wlan_profiles.h"
#include "nwpd/dialect/simplelink/wlan_provisioning.h"
#include "nwpd/dialect/simplelink/wlan_scan.h"
#include "nwpd/dialect/simplelink/wlan_settings.h"

namespace nwp::simplelink {

/// Everything about Wi-Fi. Its parts are files of their own; here they are wired, and answer what needs
/// several.
class WlanSilo final : public SiloHandler {
public:
    explicit WlanSilo(const Power& power);
    ~WlanSilo() override;

    bool take(const HostMessage& message) override;

    /// After INIT COMPLETE: what the chip does by itself begins.
    void start();
    /// Told when the host connects to the network that it has already: it waits for an address then too.
    void on_connected_anew(std::function<void()> listener) { link_.on_connected_anew(std::move(listener)); }
    void on_wifi_changed(WifiState state, WifiCause cause);
    void on_address_changed(const std::optional<wifi::Lease>& lease);

    /// Empty but in that mode.
    WlanAccessPoint& access_point() { return access_point_; }

    void on(const WlanModeSet& command, ByteView payload);
    void on(const WlanSet& command, ByteView payload);
    void on(const WlanGet& command, ByteView payload);
    void on(const RxFilterAdd& command, ByteView payload);
    void on(const RxStatisticsStart& command, ByteView payload);
    void on(const RxStatisticsStop& command, ByteView payload);
    void on(const RxStatisticsGet& command, ByteView payload);

private:
    /// While provisioning runs, the chip connects and scans for it alone.
    bool refuse_during_provisioning(const HostMessage& message);
    std::int16_t set_rx_filters(std::uint16_t option, ByteView value);
    void on_setting_changed(WlanGroup group, std::uint16_t option);
    void answer(const WlanGet& command, ByteView value);
    ConnectionInfo connection_info() const;

    Board& board_;
    service::Client& client_;
    Outbox& out_;
    Flash flash_;
    WlanMode mode_; ///< since power-on; another one takes effect at the next
    WlanPolicies policies_;
    WlanProfiles profiles_;
    WlanSettings settings_;
    WlanScan scan_;
    WlanP2p p2p_;
    WlanLink link_;
    WlanAccessPoint access_point_;
    WlanProvisioning provisioning_;
    RxFilters rx_filters_;
    RxStatistics rx_statistics_;
};

} // namespace nwp::simplelink
