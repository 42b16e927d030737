// SPDX-License-Identifier: Apache-2.0
#include "nwpd/wifi/radio_machine.h"

#include <algorithm>

namespace nwp::wifi {

namespace {

bool is_asked_for(const WifiNetwork& network, const JoinRequest& request) {
    return network.ssid == request.ssid && (request.bssid == Bssid{} || request.bssid == network.bssid) &&
           (request.channel == 0 || request.channel == network.channel);
}

} // namespace

RadioMachine::RadioMachine(RadioFile file) : timing_(file.timing) {
    for (AccessPoint& each : file.access_points) points_.push_back({std::move(each), true});
}

Result<void> RadioMachine::on_event(const RadioEvent& event, Instant now) {
    return std::visit([&](const auto& each) { return on(each, now); }, event);
}

Instant RadioMachine::next_deadline() const {
    if (!at_once_.empty()) return Instant{};
    Instant deadline = lease_due_;
    if (scan_) deadline = earlier(deadline, scan_->due);
    if (join_) deadline = earlier(deadline, join_->due);
    return deadline;
}

std::optional<RadioNotice> RadioMachine::next_notice(Instant now) {
    if (!at_once_.empty()) {
        std::optional<RadioNotice> notice{std::move(at_once_.front())};
        at_once_.pop_front();
        return notice;
    }
    const Instant deadline = next_deadline();
    if (deadline == Instant::never() || deadline > now) return {};
    if (join_ && join_->due == deadline) {
        const JoinRequest request = join_->request;
        return finish_join(request, now);
    }
    if (scan_ && scan_->due == deadline) return step_scan(*scan_, now);
    return give_lease();
}

std::vector<RadioMachine::AirEntry> RadioMachine::air() const {
    std::vector<AirEntry> all;
    all.reserve(points_.size());
    for (const Point& point : points_) all.push_back({point.what, point.present});
    return all;
}

const WifiNetwork* RadioMachine::joined() const {
    return joined_ ? &points_[*joined_].what.network : nullptr;
}

RadioMachine::Point* RadioMachine::find(const Bssid& bssid) {
    const auto found = std::find_if(points_.begin(), points_.end(),
                                    [&](const Point& point) { return point.what.network.bssid == bssid; });
    return found == points_.end() ? nullptr : &*found;
}

Result<void> RadioMachine::on(const ScanRequested&, Instant now) {
    if (!scan_) scan_ = Scan{0, now + timing_.scan_result};
    return {};
}

Result<void> RadioMachine::on(const JoinRequest& request, Instant now) {
    leave(now);
    join_ = Join{request, now + timing_.join};
    return {};
}

Result<void> RadioMachine::on(const LeaveRequested&, Instant now) {
    leave(now);
    return {};
}

Result<void> RadioMachine::on(const AccessPointLost& event, Instant now) {
    Point* point = find(event.bssid);
    if (point == nullptr) return Error::not_found;
    point->present = false;
    if (joined_ && &points_[*joined_] == point) lose(now);
    return {};
}

Result<void> RadioMachine::on(const AccessPointBack& event, Instant) {
    Point* point = find(event.bssid);
    if (point == nullptr) return Error::not_found;
    point->present = true;
    return {};
}

Result<void> RadioMachine::on(const SignalChanged& event, Instant) {
    Point* point = find(event.bssid);
    if (point == nullptr) return Error::not_found;
    point->what.network.rssi_dbm = event.rssi_dbm;
    return {};
}

Result<void> RadioMachine::on(const LeaseRevoked&, Instant) {
    if (!has_lease_) return Error::not_connected;
    has_lease_ = false;
    at_once_.emplace_back(LeaseGone{});
    return {};
}

Result<void> RadioMachine::on(const LeaseChanged& event, Instant) {
    if (last_ssid_.empty()) return Error::not_connected;
    for (Point& point : points_) {
        if (point.what.network.ssid == last_ssid_) point.what.lease = event.lease;
    }
    // Away, or the lease still on its way: give_lease() will give the new one.
    if (!joined_ || lease_due_ != Instant::never()) return {};
    has_lease_ = true;
    at_once_.emplace_back(LeaseGiven{event.lease});
    return {};
}

Result<void> RadioMachine::on(const RegulatoryDomain& domain, Instant now) {
    domain_ = domain;
    if (joined_ && !is_heard(points_[*joined_])) lose(now);
    return {};
}

Result<void> RadioMachine::on(const WifiPowerSave& power_save, Instant now) {
    hear_beacons(now);
    power_save_ = power_save;
    return {};
}

WifiStatistics RadioMachine::statistics(Instant now) {
    hear_beacons(now);
    return statistics_;
}

void RadioMachine::hear_beacons(Instant now) {
    if (!joined_) return;
    constexpr std::int64_t kBeacon_us = 100 * 1024; // time units of 1024 us (IEEE 802.11 3.1)
    const auto sent = static_cast<std::uint64_t>((now - joined_at_).microseconds() / kBeacon_us);
    const std::uint64_t each = power_save_.enabled ? power_save_.listen_interval : 1U;
    statistics_.beacons_received += static_cast<std::uint32_t>(sent / each - beacons_ / each);
    beacons_ = sent;
}

bool RadioMachine::is_heard(const Point& point) const {
    return point.present && domain_.allows_station(point.what.network.channel);
}

void RadioMachine::lose(Instant now) {
    leave(now);
    ++statistics_.losses;
    ++statistics_.beacons_missed;
    at_once_.emplace_back(Lost{WifiCause::access_point_lost});
}

void RadioMachine::leave(Instant now) {
    hear_beacons(now);
    at_once_.clear();
    join_.reset();
    joined_.reset();
    lease_due_ = Instant::never();
    has_lease_ = false;
}

RadioNotice RadioMachine::step_scan(Scan& scan, Instant now) {
    while (scan.next < points_.size() && !is_heard(points_[scan.next])) ++scan.next;
    if (scan.next == points_.size()) {
        scan_.reset();
        return ScanFinished{};
    }
    scan.due = now + timing_.scan_result;
    return NetworkFound{points_[scan.next++].what.network};
}

RadioNotice RadioMachine::finish_join(const JoinRequest& request, Instant now) {
    join_.reset();

    bool seen = false;
    Point* best = nullptr;
    for (Point& point : points_) {
        if (!is_heard(point) || !is_asked_for(point.what.network, request)) continue;
        seen = true;
        if (point.what.network.security != request.security) continue;
        if (best == nullptr || point.what.network.rssi_dbm > best->what.network.rssi_dbm) best = &point;
    }
    if (!seen) return JoinFailed{WifiCause::no_such_network};
    if (best == nullptr) return JoinFailed{WifiCause::security_mismatch};
    if (best->what.passphrase != request.passphrase) return JoinFailed{WifiCause::wrong_key};

    joined_ = static_cast<std::size_t>(best - points_.data());
    joined_at_ = now;
    beacons_ = 0;
    ++statistics_.joins;
    last_ssid_ = best->what.network.ssid;
    if (best->what.lease) lease_due_ = now + timing_.lease;
    return Joined{best->what.network};
}

RadioNotice RadioMachine::give_lease() {
    lease_due_ = Instant::never();
    NWP_EXPECT(joined_.has_value());
    const std::optional<Lease>& lease = points_[*joined_].what.lease;
    NWP_EXPECT(lease.has_value());
    has_lease_ = true;
    return LeaseGiven{*lease};
}

} // namespace nwp::wifi
