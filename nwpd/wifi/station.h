// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/instant.h"
#include "nwpd/wifi/radio.h"

#include <deque>
#include <optional>
#include <variant>
#include <vector>

namespace nwp::wifi {

/// Who asked, and which of its requests it was. Both numbers are the caller's own and mean nothing here; no
/// two open requests have the same pair.
struct Asker {
    std::uint64_t client = 0;
    std::uint64_t request = 0;

    friend bool operator==(const Asker&, const Asker&) = default;
};

/// How patient the station is.
struct StationOptions {
    Duration scan = seconds(10);  ///< until a scan that does not end is given up
    Duration join = seconds(15);  ///< from asking the radio to joined or refused
    Duration lease = seconds(10); ///< from joined to the address
    Duration first_retry =
        milliseconds(250); ///< between the first rejoin, which is immediate, and the second
    Duration longest_retry = milliseconds(8000); ///< each pause is twice the one before, up to this
};

/// What holds now.
struct StationStatus {
    WifiState state = WifiState::disconnected;
    WifiCause cause = WifiCause::none;  ///< why the state is what it is
    std::optional<WifiNetwork> network; ///< connected: to this one; joining, lost: the name asked for
    std::optional<Lease> lease;         ///< also while the access point is lost
    bool gate_open = false;             ///< traffic may pass: connected with an address, or wired
};

// What the station wants of its radio.
struct RadioScan {};
struct RadioLeave {};
using RadioCommand = std::variant<RadioScan, JoinRequest, RadioLeave>;

// What the station tells.

/// One network of the scan that `to` asked for.
struct ScanResult {
    Asker to;
    WifiNetwork network;
};
/// The end of a request; each has exactly one.
struct Answer {
    Asker to;
    Error error{};                     ///< Error{}: it succeeded
    WifiCause cause = WifiCause::none; ///< for a refused connect: why
};
/// The link changed. Scans are no such change.
struct StateChanged {
    WifiState state = WifiState::disconnected;
    WifiCause cause = WifiCause::none;
};
/// There is an address now; after AddressLost if there was another before.
struct AddressAcquired {
    Lease lease;
};
/// The address is the same, something else of the lease (DNS servers, gateway, prefix) is not.
struct LeaseRenewed {
    Lease lease;
};
/// The address is gone: connected TCP sockets end with ENETDOWN.
struct AddressLost {};
/// Open: traffic may pass. Closed: sockets neither read nor write.
struct GateChanged {
    bool open = false;
};
using StationNotice =
    std::variant<ScanResult, Answer, StateChanged, AddressAcquired, LeaseRenewed, AddressLost, GateChanged>;

/// The policy of one Wi-Fi station that several clients share. A pure machine: no clock, no input or output.
///
/// Scans: one runs at a time and everyone who asks meanwhile shares it, results so far included. Scans and
/// joins take turns on the radio; neither disturbs the other. A client has at most one scan open.
///
/// Connect: answered when the network is joined; the address is an event of its own. While a connect is
/// unanswered another one is busy. A connect to the network that is connected already succeeds without
/// touching it; any other replaces what is there.
///
/// After the access point is lost the station joins again by itself: at once, then after growing pauses, for
/// as long as nobody disconnects. The address stays meanwhile. A wrong key is reported and not retried.
/// No address in time: after a connect the station leaves again; after a rejoin the old
/// address is lost and the rejoining goes on. An address that the network takes back is waited for without
/// limit.
class Station {
public:
    /// `wireless` false (radio = none): the state is off, `cable_lease` is there from the start.
    explicit Station(bool wireless, StationOptions options = {}, Lease cable_lease = {});

    // Requests. Each ends with one Answer within `limit`:
    //   operation_not_supported   there is no radio
    //   cancelled                 cancel(), or for a connect: a disconnect
    //   timed_out                 `limit` passed, or the radio did not finish

    /// ScanResult for each network, then the Answer.
    ///   wifi_busy   this client has a scan open
    void scan(Asker asker, Duration limit, Instant now);

    ///   invalid_argument   no name, or a passphrase that does not fit the security
    ///   wifi_busy          another connect is not answered yet
    ///   wifi_no_network, wifi_wrong_key, wifi_rejected   see the cause
    void connect(Asker asker, const JoinRequest& request, Duration limit, Instant now);

    /// Succeeds also when nothing is connected. Ends what anybody connected or is connecting.
    void disconnect(Asker asker, Instant now);

    /// Ends an open request with `cancelled`; nothing happens if it is answered already.
    void cancel(Asker asker, Instant now);

    /// The client is no more: its open requests end without an answer, and what waits for it is dropped. A
    /// connection that stands stays.
    void client_gone(std::uint64_t client, Instant now);

    /// An address that holds from joining on whatever DHCP says; none: DHCP's again. Changes that of a
    /// network that is joined at once. Without a radio nothing happens.
    void set_fixed_lease(const std::optional<Lease>& lease, Instant now);

    /// The radio is taken for something else, or given back: while it is, a connect is busy.
    ///   operation_not_supported   there is no radio
    ///   wifi_busy                 it is taken already, or there is a network, or one is wanted
    Result<void> take_radio();
    void give_radio_back() { taken_ = false; }

    // From the radio, in its order. What does not fit the state came too late and is ignored.
    void on_network(const WifiNetwork& network, Instant now);
    void on_scan_done(Instant now);
    void on_joined(const WifiNetwork& network, Instant now);
    void on_join_failed(WifiCause cause, Instant now);
    void on_lost(WifiCause cause, Instant now);
    void on_lease(const Lease& lease, Instant now);
    void on_lease_lost(Instant now);

    /// Call on_time() then; never() if nothing is waited for.
    Instant next_deadline() const;
    void on_time(Instant now);

    /// To be carried out at once, in order; nullopt: no more.
    std::optional<RadioCommand> next_command();
    /// To be told in order; nullopt: no more.
    std::optional<StationNotice> next_notice();

    const StationStatus& link() const { return status_; }
    /// link(), where a scan while disconnected shows as `scanning`.
    StationStatus status() const;

private:
    enum class Activity : std::uint8_t { none, scanning, joining }; ///< what the radio is busy with

    struct OpenScan {
        Asker asker;
        Instant deadline;
        bool running = false; ///< false: waits for the radio
    };
    struct OpenConnect {
        Asker asker;
        Instant deadline;
    };

    void answer(const Asker& asker, Error error, WifiCause cause = WifiCause::none);
    void set_state(WifiState state, WifiCause cause);
    void set_gate(bool open);
    void take_address(const Lease& lease);
    void drop_address();
    void forget_join();

    void use_radio(Instant now);
    void end_scan(Error error);
    void end_connect(Error error, WifiCause cause);
    void go_disconnected(WifiCause cause);
    void fail_join(WifiCause cause, Instant now);
    void retry(Instant now);
    void lease_timed_out(Instant now);
    void expire_scans(Instant now);
    bool is_connected_as(const JoinRequest& request) const;
    bool is_same_network(const JoinRequest& request) const;

    StationOptions options_;
    StationStatus status_;
    Activity activity_ = Activity::none;
    Instant activity_deadline_ = Instant::never();
    std::vector<OpenScan> scans_;
    std::vector<WifiNetwork> found_; ///< by the running scan
    std::optional<OpenConnect> connect_;
    JoinRequest wanted_;       ///< what to join, while joining, connected or lost
    bool join_wanted_ = false; ///< as soon as the radio is free
    bool taken_ = false;       ///< the radio, for something else
    bool rejoining_ = false;   ///< the access point was lost since the last connect()
    Instant retry_at_ = Instant::never();
    Duration pause_; ///< before the next retry; zero until the first since there was an address
    Instant lease_deadline_ = Instant::never();
    std::optional<Lease> fixed_lease_;
    std::optional<Lease> offered_lease_; ///< by the network that is joined
    std::deque<RadioCommand> commands_;
    std::deque<StationNotice> notices_;
};

} // namespace nwp::wifi
