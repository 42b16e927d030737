// SPDX-License-Identifier: Apache-2.0
#include "nwpd/wifi/auto_join.h"

#include <algorithm>
#include <utility>

namespace nwp::wifi {
namespace {

/// A preferred network with what was seen of it.
struct Candidate {
    const JoinRequest* request;
    int priority;
    int rssi_dbm;
};

constexpr int kBeforeAllPriorities = 256;

void add_if_seen(std::vector<Candidate>& all, const JoinRequest& request, int priority,
                 const std::vector<WifiNetwork>& found) {
    const WifiNetwork* best = nullptr;
    for (const WifiNetwork& network : found) {
        if (!matches(network, request)) continue;
        if (best == nullptr || network.rssi_dbm > best->rssi_dbm) best = &network;
    }
    if (best != nullptr) all.push_back({&request, priority, best->rssi_dbm});
}

} // namespace

bool matches(const WifiNetwork& network, const JoinRequest& request) {
    return network.ssid == request.ssid && network.security == request.security &&
           (request.bssid == Bssid{} || request.bssid == network.bssid) &&
           (request.channel == 0 || request.channel == network.channel);
}

void AutoJoin::set_policy(AutoJoinPolicy policy, Instant now) {
    policy_ = policy;
    reconsider(now);
}

void AutoJoin::set_networks(std::vector<PreferredNetwork> networks, Instant now) {
    networks_ = std::move(networks);
    reconsider(now);
}

void AutoJoin::start(bool linked, Instant now) {
    started_ = true;
    linked_ = linked;
    if (linked) return;
    if (policy_.last_first && last_) {
        state_ = State::joining;
        command_ = *last_;
        return;
    }
    reconsider(now);
}

/// A command that is under way is answered first: try_next() sees the change then.
void AutoJoin::reconsider(Instant now) {
    if (!started_ || linked_ || state_ == State::scanning || state_ == State::joining) return;
    if (!policy_.automatic || !has_candidates()) {
        state_ = State::idle;
        retry_at_ = Instant::never();
        return;
    }
    // What changes in one go (a host that adds profiles) is acted on once.
    state_ = State::waiting;
    pause_ = kFirstPause;
    retry_at_ = earlier(retry_at_, now);
}

void AutoJoin::on_linked() {
    linked_ = true;
    state_ = State::idle;
    retry_at_ = Instant::never();
    round_.clear();
    command_.reset();
}

void AutoJoin::on_unlinked(Instant now) {
    if (!started_) return;
    linked_ = false;
    if (state_ != State::idle) return;
    pause_ = kFirstPause;
    try_next(now);
}

void AutoJoin::on_left() {
    on_linked();
    linked_ = false;
}

void AutoJoin::on_scanned(const std::vector<WifiNetwork>& found, Instant now) {
    if (state_ != State::scanning) return;
    std::vector<Candidate> seen;
    if (policy_.last_first && last_) add_if_seen(seen, *last_, kBeforeAllPriorities, found);
    for (const PreferredNetwork& each : networks_) add_if_seen(seen, each.request, each.priority, found);
    std::stable_sort(seen.begin(), seen.end(), [](const Candidate& a, const Candidate& b) {
        return a.priority != b.priority ? a.priority > b.priority : a.rssi_dbm > b.rssi_dbm;
    });
    for (const Candidate& each : seen) round_.push_back(*each.request);
    try_next(now);
}

void AutoJoin::on_join_failed(Instant now) {
    if (state_ == State::joining) try_next(now);
}

void AutoJoin::on_time(Instant now) {
    if (retry_at_ > now) return;
    retry_at_ = Instant::never();
    begin_round();
}

std::optional<AutoJoin::Command> AutoJoin::next_command() { return std::exchange(command_, std::nullopt); }

void AutoJoin::begin_round() {
    state_ = State::scanning;
    round_.clear();
    command_ = Scan{};
}

/// The next network of this round; after the last of them, a pause.
void AutoJoin::try_next(Instant now) {
    if (policy_.automatic && !round_.empty()) {
        state_ = State::joining;
        command_ = round_.front();
        round_.pop_front();
        return;
    }
    round_.clear();
    if (!policy_.automatic || !has_candidates()) {
        state_ = State::idle;
        return;
    }
    state_ = State::waiting;
    retry_at_ = now + pause_;
    pause_ = std::min(pause_ * 2, kLongestPause);
}

bool AutoJoin::has_candidates() const { return !networks_.empty() || (policy_.last_first && last_); }

} // namespace nwp::wifi
