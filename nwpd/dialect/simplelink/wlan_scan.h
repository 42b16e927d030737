// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/dialect/simplelink/board.h"
#include "nwpd/dialect/simplelink/scan_list.h"
#include "nwpd/dialect/simplelink/silo.h"
#include "nwpd/dialect/simplelink/wlan_policies.h"
#include "nwpd/dialect/simplelink/wlan_settings.h"
#include "nwpd/service/alarm.h"

#include <functional>
#include <memory>
#include <vector>

namespace nwp::simplelink {

/// The list of networks that a host reads, and the scans that fill it: periodic ones where the policy wants
/// them, else one whenever a host asks and what is known is older than kFresh.
class WlanScan final : public SiloHandler {
public:
    static constexpr Duration kFresh = seconds(10);

    /// All outlive it.
    WlanScan(const Power& power, const WlanSettings& settings, const WlanPolicies& policies);

    bool take(const HostMessage& message) override;

    /// The policy decides anew whether and when scans run by themselves.
    void on_policy_changed();
    /// Scans once, or waits for the scan that runs; then calls `done`.
    void look(std::function<void()> done);
    /// By the last scan that ended.
    const std::vector<WifiNetwork>& found() const { return found_; }
    /// Told of each network that a scan hears.
    void on_heard(std::function<void(const WifiNetwork&)> listener) { heard_ = std::move(listener); }

    void on(const ScanResultsGet& command, ByteView payload);
    void on(const ExtendedScanResultsGet& command, ByteView payload);

private:
    /// What the host may be shown now; nothing: it is told why not.
    bool may_answer(std::uint8_t index, std::uint8_t count);
    std::vector<WifiNetwork> shown(std::uint8_t index, std::uint8_t count) const;
    bool is_fresh() const;
    void begin();
    void finish();
    void arm();

    Board& board_;
    service::Client& client_;
    Outbox& out_;
    const WlanSettings& settings_;
    const WlanPolicies& policies_;
    service::Alarm timer_;
    std::vector<WifiNetwork> found_;
    std::vector<WifiNetwork> running_;
    bool is_running_ = false;
    bool has_ended_ = false; ///< one at least
    std::chrono::steady_clock::time_point ended_;
    std::vector<std::function<void()>> waiting_;
    std::function<void(const WifiNetwork&)> heard_;
};

} // namespace nwp::simplelink
