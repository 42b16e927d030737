// SPDX-License-Identifier: Apache-2.0
#include "nwpd/wifi/auto_join.h"

#include "nwpd/wifi/test_air.h"

#include <gtest/gtest.h>

using namespace nwp;
using namespace nwp::wifi;

namespace {

constexpr AutoJoinPolicy kAutomatic{true, false};
constexpr AutoJoinPolicy kFast{false, true};
constexpr AutoJoinPolicy kBoth{true, true};

class AutoJoinTest : public ::testing::Test {
protected:
    static PreferredNetwork preferred(const JoinRequest& request, std::uint8_t priority) {
        return {request, priority};
    }
    static std::vector<WifiNetwork> whole_air() {
        std::vector<WifiNetwork> networks;
        for (const AccessPoint& each : test_air().access_points) networks.push_back(each.network);
        return networks;
    }
    /// The SSID of the join that is wanted now; "scan" for a scan; "" for nothing.
    std::string wanted() {
        const auto command = join.next_command();
        if (!command) return "";
        if (std::holds_alternative<AutoJoin::Scan>(*command)) return "scan";
        return std::string{std::get<JoinRequest>(*command).ssid.view()};
    }
    /// Time passes up to what the machine waits for.
    void wait() {
        ASSERT_NE(join.next_deadline(), Instant::never());
        if (now < join.next_deadline()) now = join.next_deadline();
        join.on_time(now);
    }

    AutoJoin join;
    Instant now{1000};
};

TEST_F(AutoJoinTest, does_nothing_without_a_policy) {
    join.set_networks({preferred(home(), 1)}, now);
    join.set_last(home());
    join.start(false, now);
    EXPECT_EQ(wanted(), "");
    EXPECT_EQ(join.next_deadline(), Instant::never());
}

TEST_F(AutoJoinTest, begins_with_the_network_joined_last_without_a_scan) {
    join.set_policy(kFast, now);
    join.set_last(guest());
    join.start(false, now);
    EXPECT_EQ(wanted(), "guest");
}

TEST_F(AutoJoinTest, tries_the_last_network_once_if_the_policy_is_fast_alone) {
    join.set_policy(kFast, now);
    join.set_last(guest());
    join.start(false, now);
    EXPECT_EQ(wanted(), "guest");
    join.on_join_failed(now);
    EXPECT_EQ(wanted(), "");
    EXPECT_EQ(join.next_deadline(), Instant::never());
}

TEST_F(AutoJoinTest, goes_by_priority_and_then_by_signal) {
    JoinRequest weak = home();
    weak.bssid = kWeak;
    JoinRequest silent = guest();
    silent.ssid = "silent";
    join.set_policy(kAutomatic, now);
    join.set_networks({preferred(weak, 3), preferred(guest(), 3), preferred(silent, 9)}, now);
    join.start(false, now);
    wait();
    EXPECT_EQ(wanted(), "scan");
    join.on_scanned(whole_air(), now);
    EXPECT_EQ(wanted(), "silent");
    join.on_join_failed(now);
    EXPECT_EQ(wanted(), "guest");
    join.on_join_failed(now);
    EXPECT_EQ(wanted(), "home");
}

TEST_F(AutoJoinTest, passes_over_what_is_not_on_the_air_or_of_another_security) {
    JoinRequest absent = guest();
    absent.ssid = "absent";
    JoinRequest other = guest();
    other.security = WifiSecurity::wpa3_sae;
    join.set_policy(kAutomatic, now);
    join.set_networks({preferred(absent, 9), preferred(other, 8), preferred(home(), 0)}, now);
    join.start(false, now);
    wait();
    EXPECT_EQ(wanted(), "scan");
    join.on_scanned(whole_air(), now);
    EXPECT_EQ(wanted(), "home");
}

TEST_F(AutoJoinTest, looks_again_after_growing_pauses_while_nothing_is_found) {
    join.set_policy(kAutomatic, now);
    join.set_networks({preferred(home(), 0)}, now);
    join.start(false, now);
    wait();
    Duration before{};
    for (int round = 0; round < 10; ++round) {
        EXPECT_EQ(wanted(), "scan");
        join.on_scanned({}, now);
        const Duration pause = join.next_deadline() - now;
        EXPECT_GE(pause, before);
        EXPECT_LE(pause, AutoJoin::kLongestPause);
        before = pause;
        wait();
    }
    EXPECT_EQ(before, AutoJoin::kLongestPause);
}

TEST_F(AutoJoinTest, puts_the_last_network_first_in_every_round) {
    join.set_policy(kBoth, now);
    join.set_networks({preferred(home(), 9)}, now);
    join.set_last(guest());
    join.start(false, now);
    EXPECT_EQ(wanted(), "guest");
    join.on_join_failed(now);
    wait();
    EXPECT_EQ(wanted(), "scan");
    join.on_scanned(whole_air(), now);
    EXPECT_EQ(wanted(), "guest");
}

TEST_F(AutoJoinTest, leaves_a_link_alone_that_stands_at_power_on) {
    join.set_policy(kBoth, now);
    join.set_networks({preferred(home(), 9)}, now);
    join.set_last(guest());
    join.start(true, now);
    EXPECT_EQ(wanted(), "");
    EXPECT_EQ(join.next_deadline(), Instant::never());
}

TEST_F(AutoJoinTest, begins_anew_when_a_link_is_gone) {
    join.set_policy(kAutomatic, now);
    join.set_networks({preferred(home(), 9)}, now);
    join.start(true, now);
    join.on_unlinked(now);
    wait();
    EXPECT_EQ(wanted(), "scan");
}

TEST_F(AutoJoinTest, rests_after_the_host_left_until_something_changes) {
    join.set_policy(kAutomatic, now);
    join.set_networks({preferred(home(), 9)}, now);
    join.start(true, now);
    join.on_left();
    EXPECT_EQ(join.next_deadline(), Instant::never());
    join.set_policy(kAutomatic, now);
    wait();
    EXPECT_EQ(wanted(), "scan");
}

TEST_F(AutoJoinTest, forgets_its_search_when_somebody_else_links) {
    join.set_policy(kAutomatic, now);
    join.set_networks({preferred(home(), 9)}, now);
    join.start(false, now);
    wait();
    EXPECT_EQ(wanted(), "scan");
    join.on_linked();
    join.on_scanned(whole_air(), now);
    EXPECT_EQ(wanted(), "");
}

TEST_F(AutoJoinTest, stops_when_the_policy_is_taken_away_in_the_middle) {
    join.set_policy(kAutomatic, now);
    join.set_networks({preferred(home(), 9), preferred(guest(), 1)}, now);
    join.start(false, now);
    wait();
    EXPECT_EQ(wanted(), "scan");
    join.on_scanned(whole_air(), now);
    EXPECT_EQ(wanted(), "home");
    join.set_policy({}, now);
    join.on_join_failed(now);
    EXPECT_EQ(wanted(), "");
    EXPECT_EQ(join.next_deadline(), Instant::never());
}

} // namespace
