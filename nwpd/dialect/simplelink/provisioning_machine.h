// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/instant.h"
#include "simplelink/wlan_events.h"

#include <deque>
#include <optional>
#include <variant>

namespace nwp::simplelink {

/// Provisioning: from its start, by the host or by policy, until a profile that arrived meanwhile led to a
/// connection with an address, or until it is stopped or nothing happened for too long. A pure machine.
class ProvisioningMachine {
public:
    static constexpr std::uint16_t kShortestInactivity_s = 30;
    static constexpr std::uint16_t kInactivityByPolicy_s = 600;
    static constexpr Duration kAddressLimit = seconds(15);

    struct Tell {
        ProvisioningResult result{};
    };
    /// Tell the host of the profile, then try it; on_connected() or on_failed() follows.
    struct Try {
        std::size_t profile = 0;
    };
    using Action = std::variant<Tell, Try>;

    /// What the command is answered with. A stop succeeds also when nothing runs.
    std::int16_t on(const Provisioning& command, bool profiles_full, Instant now);
    /// The policy starts it.
    void start_by_policy(Instant now);

    // While it runs; at other times they mean nothing.
    void on_profile(std::size_t index, Instant now);
    void on_connected(Instant now);
    void on_address(Instant now);
    void on_failed(DisconnectReason reason, Instant now);

    bool is_running() const { return state_ != State::idle; }
    /// Bits for the host: while it runs, its driver refuses calls and drops events, unless configuration is
    /// expected from the host itself.
    std::uint8_t device_status() const;

    /// Call on_time() then; never() if nothing is waited for.
    Instant next_deadline() const { return earlier(inactive_at_, no_address_at_); }
    void on_time(Instant now);
    std::optional<Action> next_action();

private:
    enum class State : std::uint8_t { idle, waiting, connecting, connected, confirming };

    std::int16_t start(const Provisioning& command, bool profiles_full, Instant now);
    void stay_active(Instant now) { inactive_at_ = now + inactivity_; }
    void tell(ProvisioningResult result) { actions_.emplace_back(Tell{result}); }
    void end(ProvisioningResult result);

    State state_ = State::idle;
    bool by_host_ = false;
    bool host_configures_ = false;
    bool host_confirms_ = false;
    bool listens_to_smart_config_ = false;
    Duration inactivity_;
    Instant inactive_at_ = Instant::never();
    Instant no_address_at_ = Instant::never();
    std::deque<Action> actions_;
};

} // namespace nwp::simplelink
