// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/wifi/station.h"
#include "nwpd/wifi/test_air.h"

#include <gtest/gtest.h>

#include <string>

namespace nwp::wifi {
constexpr Duration kLimit = seconds(60);
constexpr Asker kAlice{1, 10};
constexpr Asker kBob{2, 20};
inline const WifiNetwork kHomeNetwork{"home", kStrong, 6, -40, WifiSecurity::wpa2_psk};

inline std::string text(const Asker& asker) { return asker.client == 1 ? "alice" : "bob"; }

/// Notices and commands as lines to compare.
struct Describe {
    std::string operator()(const ScanResult& notice) const {
        return text(notice.to) + " finds " + std::string{notice.network.ssid.view()};
    }
    std::string operator()(const Answer& notice) const {
        const std::string end = notice.error == Error{} ? "ok" : to_string(notice.error);
        const std::string why =
            notice.cause == WifiCause::none ? "" : std::string{" ("} + to_string(notice.cause) + ")";
        return text(notice.to) + " " + end + why;
    }
    std::string operator()(const StateChanged& notice) const {
        return std::string{to_string(notice.state)} + " (" + to_string(notice.cause) + ")";
    }
    std::string operator()(const AddressAcquired& notice) const {
        return "address " + std::string{ip_text(notice.lease.address).view()};
    }
    std::string operator()(const LeaseRenewed&) const { return "lease renewed"; }
    std::string operator()(const AddressLost&) const { return "address lost"; }
    std::string operator()(const GateChanged& notice) const {
        return notice.open ? "gate open" : "gate closed";
    }

    std::string operator()(const RadioScan&) const { return "scan"; }
    std::string operator()(const JoinRequest& request) const {
        return "join " + std::string{request.ssid.view()};
    }
    std::string operator()(const RadioLeave&) const { return "leave"; }
};

using Lines = std::vector<std::string>;

/// A station, a clock that moves when the test says so, and a radio that the test plays itself.
class StationTest : public testing::Test {
protected:
    Lines told() {
        Lines lines;
        while (const auto notice = station_.next_notice()) lines.push_back(std::visit(Describe{}, *notice));
        return lines;
    }
    Lines commanded() {
        Lines lines;
        while (const auto command = station_.next_command())
            lines.push_back(std::visit(Describe{}, *command));
        return lines;
    }
    void connect(const Asker& asker = kAlice, const JoinRequest& request = home(), Duration limit = kLimit) {
        station_.connect(asker, request, limit, now_);
    }
    void clear() {
        told();
        commanded();
    }
    void be_connected() {
        connect();
        station_.on_joined(kHomeNetwork, now_);
        station_.on_lease(home_lease(), now_);
        clear();
        ASSERT_EQ(station_.link().state, WifiState::connected);
    }
    /// Moves time to the next deadline, which must be that far away.
    void wait(Duration expected) {
        ASSERT_EQ(station_.next_deadline(), now_ + expected);
        now_ = now_ + (expected - microseconds(1));
        station_.on_time(now_);
        EXPECT_EQ(told(), Lines{}) << "too early";
        EXPECT_EQ(commanded(), Lines{}) << "too early";
        now_ = now_ + microseconds(1);
        station_.on_time(now_);
    }

    Instant now_{1'000'000};
    Station station_{true};
};

} // namespace nwp::wifi
