// SPDX-License-Identifier: Apache-2.0
#include "nwpd/service/auto_joiner.h"

#include "nwpd/service/steady_time.h"

#include <utility>

namespace nwp::service {

namespace {

constexpr Duration kScanLimit = seconds(20);
constexpr Duration kJoinLimit = seconds(20);

ClientPolicy policy_named(const std::string& name) {
    ClientPolicy policy;
    policy.name = name;
    return policy;
}

} // namespace

AutoJoiner::AutoJoiner(boost::asio::io_context& context, Wlan& wlan, const std::string& name)
    : wlan_(wlan), client_(policy_named(name), *this), timer_(context) {
    wlan_.add(client_);
}

AutoJoiner::~AutoJoiner() { wlan_.remove(client_); }

void AutoJoiner::set_policy(wifi::AutoJoinPolicy policy) {
    machine_.set_policy(policy, steady_now());
    act();
}

void AutoJoiner::set_networks(std::vector<wifi::PreferredNetwork> networks) {
    machine_.set_networks(std::move(networks), steady_now());
    act();
}

void AutoJoiner::start() {
    const WifiState state = wlan_.status().state;
    machine_.start(state != WifiState::disconnected && state != WifiState::scanning, steady_now());
    act();
}

void AutoJoiner::yield() {
    if (!joining_) return;
    joining_.reset();
    wlan_.cancel(join_request_);
    machine_.on_linked();
    arm();
}

void AutoJoiner::rest() {
    yield();
    const WifiState state = wlan_.status().state;
    if (state == WifiState::disconnected || state == WifiState::scanning) machine_.on_left();
    arm();
}

void AutoJoiner::on_wifi_changed(WifiState state, WifiCause cause, std::uint32_t) {
    if (joining_) return; // the answer to our join says it
    if (state != WifiState::disconnected) {
        machine_.on_linked();
    } else if (cause == WifiCause::requested) {
        machine_.on_left();
    } else {
        machine_.on_unlinked(steady_now());
    }
    act();
}

void AutoJoiner::act() {
    while (const auto command = machine_.next_command()) {
        if (const auto* request = std::get_if<wifi::JoinRequest>(&*command)) {
            join(*request);
        } else {
            scan();
        }
    }
    arm();
}

void AutoJoiner::scan() {
    found_.clear();
    wlan_.scan(
        client_, kScanLimit, [this](const WifiNetwork& network) { found_.push_back(network); },
        [this](const Result<void>&) { // one that was cut short found what it found
            machine_.on_scanned(found_, steady_now());
            act();
        });
}

void AutoJoiner::join(const wifi::JoinRequest& request) {
    joining_ = request;
    join_request_ = wlan_.connect(client_, request, kJoinLimit,
                                  [this](const Result<WifiNetwork>& result) { on_join_answer(result); });
}

void AutoJoiner::on_join_answer(const Result<WifiNetwork>& result) {
    const auto request = std::exchange(joining_, std::nullopt);
    if (!request) return; // yielded
    if (result) {
        machine_.on_linked();
        if (joined_) joined_(*request);
    } else {
        machine_.on_join_failed(steady_now());
    }
    act();
}

void AutoJoiner::arm() {
    const Instant deadline = machine_.next_deadline();
    if (deadline == Instant::never()) {
        timer_.cancel();
        return;
    }
    timer_.set(to_chrono(deadline - steady_now()), [this] {
        machine_.on_time(steady_now());
        act();
    });
}

} // namespace nwp::service
