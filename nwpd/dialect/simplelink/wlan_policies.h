// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/dialect/simplelink/board.h"
#include "nwpd/dialect/simplelink/flash.h"
#include "nwpd/dialect/simplelink/silo.h"
#include "simplelink/wlan.h"

#include <functional>

namespace nwp::simplelink {

/// What the chip does by itself: connect, scan, sleep, negotiate. Kept in the flash.
class WlanPolicies final : public SiloHandler {
public:
    static constexpr std::uint32_t kDefaultScanInterval_s = 600;

    WlanPolicies(const Power& power, WlanMode mode);

    bool take(const HostMessage& message) override;

    /// Told after a policy was set.
    void on_changed(std::function<void(PolicyType)> listener) { changed_ = std::move(listener); }

    /// Bits of connection_policy.
    std::uint8_t connection() const;
    /// Bits of scan_policy.
    std::uint8_t scan() const;
    std::uint32_t scan_interval_s() const;
    /// Intent in the low 4 bits: 15 wants to own the group.
    std::uint8_t p2p() const;

    void on(const PolicySet& command, ByteView payload);
    void on(const PolicyGet& command, ByteView payload);

private:
    struct Value {
        std::uint8_t option = 0;
        ByteView payload;
    };
    Value value(PolicyType type) const;
    std::int16_t problem_of(const PolicySet& command, ByteView payload) const;

    Outbox& out_;
    Flash flash_;
    WlanMode mode_;
    std::function<void(PolicyType)> changed_;
};

} // namespace nwp::simplelink
