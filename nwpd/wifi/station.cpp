// SPDX-License-Identifier: Apache-2.0
#include "nwpd/wifi/station.h"

#include <algorithm>
#include <utility>

namespace nwp::wifi {

namespace {

constexpr std::size_t kMaxFound = 256; // a radio gone mad must not fill the memory

Error error_of(WifiCause cause) {
    switch (cause) {
        case WifiCause::no_such_network: return Error::wifi_no_network;
        case WifiCause::wrong_key: return Error::wifi_wrong_key;
        case WifiCause::timed_out: return Error::timed_out;
        default: return Error::wifi_rejected;
    }
}

/// Trying again with the same words cannot help. A security mismatch at a rejoin is not final: somebody
/// else's access point of the same name must not be able to end the rejoining while ours is away.
bool is_final(WifiCause cause) { return cause == WifiCause::wrong_key; }

bool same_address(const Lease& a, const Lease& b) { return a.address == b.address; }

} // namespace

Station::Station(bool wireless, StationOptions options, Lease cable_lease) : options_(options) {
    if (wireless) return;
    set_state(WifiState::off, WifiCause::none);
    status_.lease = std::move(cable_lease);
    notices_.emplace_back(AddressAcquired{*status_.lease});
    set_gate(true);
}

StationStatus Station::status() const {
    StationStatus shown = status_;
    if (shown.state == WifiState::disconnected && activity_ == Activity::scanning)
        shown.state = WifiState::scanning;
    return shown;
}

void Station::scan(Asker asker, Duration limit, Instant now) {
    if (status_.state == WifiState::off) return answer(asker, Error::operation_not_supported);
    const bool open = std::any_of(scans_.begin(), scans_.end(),
                                  [&](const OpenScan& other) { return other.asker.client == asker.client; });
    if (open) return answer(asker, Error::wifi_busy);

    const bool shares = activity_ == Activity::scanning;
    scans_.push_back({asker, now + limit, shares});
    if (shares) {
        for (const WifiNetwork& network : found_) notices_.emplace_back(ScanResult{asker, network});
    }
    use_radio(now);
}

void Station::connect(Asker asker, const JoinRequest& request, Duration limit, Instant now) {
    if (status_.state == WifiState::off) return answer(asker, Error::operation_not_supported);
    if (request.ssid.empty() || !passphrase_fits(request.security, request.passphrase.view())) {
        return answer(asker, Error::invalid_argument);
    }
    if (connect_ || taken_) return answer(asker, Error::wifi_busy);
    if (is_connected_as(request)) return answer(asker, Error{});

    if (status_.state != WifiState::disconnected) commands_.emplace_back(RadioLeave{});
    set_gate(false);
    if (!is_same_network(request)) drop_address();
    forget_join();

    wanted_ = request;
    join_wanted_ = true;
    connect_ = OpenConnect{asker, now + limit};
    status_.network = WifiNetwork{request.ssid, request.bssid, request.channel, 0, request.security};
    set_state(WifiState::joining, WifiCause::requested);
    use_radio(now);
}

void Station::disconnect(Asker asker, Instant now) {
    if (status_.state == WifiState::off) return answer(asker, Error::operation_not_supported);
    go_disconnected(WifiCause::requested);
    end_connect(Error::cancelled, WifiCause::requested);
    answer(asker, Error{});
    use_radio(now);
}

void Station::cancel(Asker asker, Instant now) {
    const auto scan = std::find_if(scans_.begin(), scans_.end(),
                                   [&](const OpenScan& other) { return other.asker == asker; });
    if (scan != scans_.end()) {
        scans_.erase(scan);
        return answer(asker, Error::cancelled);
    }
    if (!connect_ || connect_->asker != asker) return;
    go_disconnected(WifiCause::requested);
    end_connect(Error::cancelled, WifiCause::requested);
    use_radio(now);
}

void Station::client_gone(std::uint64_t client, Instant now) {
    std::erase_if(scans_, [&](const OpenScan& open) { return open.asker.client == client; });
    std::erase_if(notices_, [&](const StationNotice& notice) {
        if (const auto* result = std::get_if<ScanResult>(&notice)) return result->to.client == client;
        if (const auto* end = std::get_if<Answer>(&notice)) return end->to.client == client;
        return false;
    });
    if (!connect_ || connect_->asker.client != client) return;
    connect_.reset();
    go_disconnected(WifiCause::requested);
    use_radio(now);
}

void Station::on_network(const WifiNetwork& network, Instant) {
    if (activity_ != Activity::scanning || found_.size() == kMaxFound) return;
    found_.push_back(network);
    for (const OpenScan& open : scans_) {
        if (open.running) notices_.emplace_back(ScanResult{open.asker, network});
    }
}

void Station::on_scan_done(Instant now) {
    if (activity_ != Activity::scanning) return;
    end_scan(Error{});
    use_radio(now);
}

void Station::on_joined(const WifiNetwork& network, Instant now) {
    if (activity_ != Activity::joining) return;
    activity_ = Activity::none;
    activity_deadline_ = Instant::never();
    lease_deadline_ = now + options_.lease;
    status_.network = network;
    offered_lease_.reset();
    set_state(WifiState::connected, WifiCause::none);
    end_connect(Error{}, WifiCause::none);
    if (fixed_lease_) take_address(*fixed_lease_);
    use_radio(now);
}

void Station::on_join_failed(WifiCause cause, Instant now) {
    if (activity_ != Activity::joining) return;
    fail_join(cause, now);
}

void Station::on_lost(WifiCause cause, Instant now) {
    if (status_.state != WifiState::connected) return;
    if (is_final(cause)) {
        go_disconnected(cause);
        return use_radio(now);
    }
    lease_deadline_ = Instant::never();
    rejoining_ = true;
    set_gate(false);
    set_state(WifiState::lost, cause == WifiCause::none ? WifiCause::access_point_lost : cause);
    retry(now);
    use_radio(now);
}

void Station::on_lease(const Lease& lease, Instant) {
    if (status_.state != WifiState::connected || lease.address.family == Family::unspecified) return;
    offered_lease_ = lease;
    if (!fixed_lease_) take_address(lease);
}

void Station::set_fixed_lease(const std::optional<Lease>& lease, Instant now) {
    if (status_.state == WifiState::off || fixed_lease_ == lease) return;
    fixed_lease_ = lease;
    if (status_.state != WifiState::connected) return;
    const std::optional<Lease>& now_valid = fixed_lease_ ? fixed_lease_ : offered_lease_;
    if (now_valid) return take_address(*now_valid);
    set_gate(false);
    drop_address();
    lease_deadline_ = now + options_.lease;
}

void Station::take_address(const Lease& lease) {
    lease_deadline_ = Instant::never();
    pause_ = Duration{};
    if (status_.lease && !same_address(*status_.lease, lease)) drop_address();
    if (!status_.lease) {
        notices_.emplace_back(AddressAcquired{lease});
    } else if (*status_.lease != lease) {
        notices_.emplace_back(LeaseRenewed{lease});
    }
    status_.lease = lease;
    set_state(WifiState::connected, WifiCause::none);
    set_gate(true);
}

void Station::on_lease_lost(Instant) {
    offered_lease_.reset();
    if (status_.state != WifiState::connected || !status_.lease || fixed_lease_) return;
    set_gate(false);
    drop_address();
    set_state(WifiState::connected, WifiCause::no_address);
}

Instant Station::next_deadline() const {
    Instant deadline = earlier(earlier(activity_deadline_, lease_deadline_), retry_at_);
    if (connect_) deadline = earlier(deadline, connect_->deadline);
    for (const OpenScan& open : scans_) deadline = earlier(deadline, open.deadline);
    return deadline;
}

void Station::on_time(Instant now) {
    expire_scans(now);
    if (connect_ && connect_->deadline <= now) {
        go_disconnected(WifiCause::timed_out);
        end_connect(Error::timed_out, WifiCause::timed_out);
    }
    if (activity_deadline_ <= now) {
        if (activity_ == Activity::joining) {
            commands_.emplace_back(RadioLeave{});
            fail_join(WifiCause::timed_out, now);
        } else {
            end_scan(Error::timed_out);
        }
    }
    if (lease_deadline_ <= now) lease_timed_out(now);
    if (retry_at_ <= now) {
        retry_at_ = Instant::never();
        join_wanted_ = true;
    }
    use_radio(now);
}

Result<void> Station::take_radio() {
    if (status_.state == WifiState::off) return Error::operation_not_supported;
    if (taken_ || status_.state != WifiState::disconnected) return Error::wifi_busy;
    taken_ = true;
    return {};
}

std::optional<RadioCommand> Station::next_command() {
    std::optional<RadioCommand> command;
    if (!commands_.empty()) {
        command = commands_.front();
        commands_.pop_front();
    }
    return command;
}

std::optional<StationNotice> Station::next_notice() {
    std::optional<StationNotice> notice;
    if (!notices_.empty()) {
        notice.emplace(std::move(notices_.front()));
        notices_.pop_front();
    }
    return notice;
}

void Station::answer(const Asker& asker, Error error, WifiCause cause) {
    notices_.emplace_back(Answer{asker, error, cause});
}

void Station::set_state(WifiState state, WifiCause cause) {
    if (status_.state == state && status_.cause == cause) return;
    status_.state = state;
    status_.cause = cause;
    notices_.emplace_back(StateChanged{state, cause});
}

void Station::set_gate(bool open) {
    if (status_.gate_open == open) return;
    status_.gate_open = open;
    notices_.emplace_back(GateChanged{open});
}

void Station::drop_address() {
    if (!status_.lease) return;
    status_.lease.reset();
    notices_.emplace_back(AddressLost{});
}

/// Nothing is joined, being joined or to be joined any more. The radio has been told.
void Station::forget_join() {
    if (activity_ == Activity::joining) {
        activity_ = Activity::none;
        activity_deadline_ = Instant::never();
    }
    join_wanted_ = false;
    rejoining_ = false;
    retry_at_ = Instant::never();
    lease_deadline_ = Instant::never();
    pause_ = Duration{};
}

/// Gives the radio its next work if it is free. Joins go first: scans have no pause between them.
void Station::use_radio(Instant now) {
    if (activity_ != Activity::none) return;
    if (join_wanted_) {
        join_wanted_ = false;
        activity_ = Activity::joining;
        activity_deadline_ = now + options_.join;
        commands_.emplace_back(wanted_);
        return;
    }
    if (scans_.empty()) return;
    for (OpenScan& open : scans_) open.running = true;
    found_.clear();
    activity_ = Activity::scanning;
    activity_deadline_ = now + options_.scan;
    commands_.emplace_back(RadioScan{});
}

void Station::end_scan(Error error) {
    activity_ = Activity::none;
    activity_deadline_ = Instant::never();
    found_.clear();
    for (const OpenScan& open : scans_) {
        if (open.running) answer(open.asker, error);
    }
    std::erase_if(scans_, [](const OpenScan& open) { return open.running; });
}

void Station::end_connect(Error error, WifiCause cause) {
    if (!connect_) return;
    const Asker asker = connect_->asker;
    connect_.reset();
    answer(asker, error, cause);
}

void Station::go_disconnected(WifiCause cause) {
    if (status_.state == WifiState::disconnected) return;
    commands_.emplace_back(RadioLeave{});
    forget_join();
    status_.network.reset();
    set_gate(false);
    drop_address();
    set_state(WifiState::disconnected, cause);
}

void Station::fail_join(WifiCause cause, Instant now) {
    activity_ = Activity::none;
    activity_deadline_ = Instant::never();
    if (rejoining_ && !is_final(cause)) {
        retry(now);
    } else {
        go_disconnected(cause);
        end_connect(error_of(cause), cause);
    }
    use_radio(now);
}

void Station::retry(Instant now) {
    if (pause_ == Duration{}) {
        join_wanted_ = true;
        pause_ = options_.first_retry;
        return;
    }
    retry_at_ = now + pause_;
    pause_ = std::min(pause_ * 2, options_.longest_retry);
}

void Station::lease_timed_out(Instant now) {
    lease_deadline_ = Instant::never();
    if (!rejoining_) return go_disconnected(WifiCause::no_address);
    commands_.emplace_back(RadioLeave{});
    drop_address();
    set_state(WifiState::lost, WifiCause::no_address);
    retry(now);
}

void Station::expire_scans(Instant now) {
    for (const OpenScan& open : scans_) {
        if (open.deadline <= now) answer(open.asker, Error::timed_out);
    }
    std::erase_if(scans_, [&](const OpenScan& open) { return open.deadline <= now; });
}

bool Station::is_connected_as(const JoinRequest& request) const {
    return status_.state == WifiState::connected && status_.network && is_same_network(request) &&
           (request.bssid == Bssid{} || request.bssid == status_.network->bssid) &&
           (request.channel == 0 || request.channel == status_.network->channel);
}

bool Station::is_same_network(const JoinRequest& request) const {
    return status_.state != WifiState::disconnected && request.ssid == wanted_.ssid &&
           request.security == wanted_.security && request.passphrase == wanted_.passphrase;
}

} // namespace nwp::wifi
