// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/instant.h"
#include "nwpd/wifi/radio.h"

#include <cstdint>
#include <deque>
#include <optional>
#include <variant>
#include <vector>

namespace nwp::wifi {

/// A network that a station may join without being told to.
struct PreferredNetwork {
    JoinRequest request;
    std::uint8_t priority = 0; ///< the higher is tried first
};

struct AutoJoinPolicy {
    bool automatic = false;  ///< keep trying the preferred networks while there is no link
    bool last_first = false; ///< begin with the network that was joined last, without looking for it
};

/// Whether `network` is what `request` asks for: name, security and, where given, BSSID and channel.
bool matches(const WifiNetwork& network, const JoinRequest& request);

/// Joins networks by itself while nobody else does: at power-on the one joined last, then those that are on
/// the air, by priority and then by signal; again and again after growing pauses while the policy is
/// automatic. A pure machine: no clock, no input or output.
///
/// Never touches a link that stands. While it waits for an answer to a command it has no other one.
class AutoJoin {
public:
    static constexpr Duration kFirstPause = milliseconds(500);
    static constexpr Duration kLongestPause = seconds(30);

    struct Scan {};
    using Command = std::variant<Scan, JoinRequest>;

    // What to go by. A change is a reason to try at once.
    void set_policy(AutoJoinPolicy policy, Instant now);
    void set_networks(std::vector<PreferredNetwork> networks, Instant now);
    /// None: nothing was joined yet, or the host left it on purpose.
    void set_last(const std::optional<JoinRequest>& last) { last_ = last; }

    /// Power-on. `linked`: somebody else's link stands already.
    void start(bool linked, Instant now);

    // What becomes of the link.

    /// It stands, or somebody else makes it: a command under way is forgotten.
    void on_linked();
    /// It is no more, or could not be made; nobody wanted that.
    void on_unlinked(Instant now);
    /// The host wants none: nothing until the policy or a network changes, or a link comes and goes.
    void on_left();

    // Answers to commands; a late one means nothing.
    void on_scanned(const std::vector<WifiNetwork>& found, Instant now);
    void on_join_failed(Instant now);

    /// Call on_time() then; never() if nothing is waited for.
    Instant next_deadline() const { return retry_at_; }
    void on_time(Instant now);
    /// To be carried out at once; nullopt: nothing.
    std::optional<Command> next_command();

private:
    enum class State : std::uint8_t { idle, waiting, scanning, joining };

    void reconsider(Instant now);
    void begin_round();
    void try_next(Instant now);
    bool has_candidates() const;

    AutoJoinPolicy policy_;
    std::vector<PreferredNetwork> networks_;
    std::optional<JoinRequest> last_;
    State state_ = State::idle;
    bool started_ = false;
    bool linked_ = false;
    std::deque<JoinRequest> round_; ///< still to be tried before the next pause
    Duration pause_ = kFirstPause;
    Instant retry_at_ = Instant::never();
    std::optional<Command> command_;
};

} // namespace nwp::wifi
