// SPDX-License-Identifier: Apache-2.0
#include "nwpd/wifi/station_fixture.h"

namespace nwp::wifi {
namespace {

// ------------------------------------------------------------------------------------------------------------

TEST_F(StationTest, sends_scan_results_one_by_one_to_the_asker) {
    station_.scan(kAlice, kLimit, now_);
    EXPECT_EQ(commanded(), Lines{"scan"});
    EXPECT_EQ(station_.status().state, WifiState::scanning);
    station_.on_network(kHomeNetwork, now_);
    EXPECT_EQ(told(), Lines{"alice finds home"});
    station_.on_scan_done(now_);
    EXPECT_EQ(told(), Lines{"alice ok"});
    EXPECT_EQ(station_.status().state, WifiState::disconnected);
    EXPECT_EQ(station_.next_deadline(), Instant::never());
}

TEST_F(StationTest, shares_a_running_scan_with_what_it_found_so_far) {
    station_.scan(kAlice, kLimit, now_);
    station_.on_network(kHomeNetwork, now_);
    clear();
    station_.scan(kBob, kLimit, now_);
    EXPECT_EQ(told(), Lines{"bob finds home"});
    EXPECT_EQ(commanded(), Lines{});
    station_.on_network({"guest", kGuest, 1, -50, WifiSecurity::open}, now_);
    station_.on_scan_done(now_);
    EXPECT_EQ(told(), (Lines{"alice finds guest", "bob finds guest", "alice ok", "bob ok"}));
}

TEST_F(StationTest, lets_a_client_have_one_scan) {
    station_.scan(kAlice, kLimit, now_);
    clear();
    station_.scan({kAlice.client, 11}, kLimit, now_);
    EXPECT_EQ(told(), Lines{"alice wifi_busy"});
    station_.on_scan_done(now_);
    EXPECT_EQ(told(), Lines{"alice ok"});
}

TEST_F(StationTest, scans_while_connected_without_a_word_to_others) {
    be_connected();
    station_.scan(kBob, kLimit, now_);
    station_.on_network(kHomeNetwork, now_);
    station_.on_scan_done(now_);
    EXPECT_EQ(told(), (Lines{"bob finds home", "bob ok"}));
    EXPECT_EQ(station_.status().state, WifiState::connected);
}

TEST_F(StationTest, joins_when_a_running_scan_is_done) {
    station_.scan(kAlice, kLimit, now_);
    clear();
    connect(kBob);
    EXPECT_EQ(commanded(), Lines{});
    station_.on_scan_done(now_);
    EXPECT_EQ(commanded(), Lines{"join home"});
    station_.on_joined(kHomeNetwork, now_);
    EXPECT_EQ(told(), (Lines{"joining (requested)", "alice ok", "connected (none)", "bob ok"}));
}

TEST_F(StationTest, scans_when_a_running_join_is_done) {
    connect(kAlice);
    clear();
    station_.scan(kBob, kLimit, now_);
    EXPECT_EQ(commanded(), Lines{});
    station_.on_join_failed(WifiCause::wrong_key, now_);
    EXPECT_EQ(commanded(), (Lines{"leave", "scan"}));
}

TEST_F(StationTest, rejoins_when_a_running_scan_is_done) {
    be_connected();
    station_.scan(kBob, kLimit, now_);
    clear();
    station_.on_lost(WifiCause::access_point_lost, now_);
    EXPECT_EQ(commanded(), Lines{});
    station_.on_scan_done(now_);
    EXPECT_EQ(commanded(), Lines{"join home"});
}

TEST_F(StationTest, gives_up_a_scan_that_does_not_end) {
    station_.scan(kAlice, kLimit, now_);
    connect(kBob);
    clear();
    wait(seconds(10));
    EXPECT_EQ(told(), Lines{"alice timed_out"});
    EXPECT_EQ(commanded(), Lines{"join home"});
}

TEST_F(StationTest, answers_each_scan_within_its_own_limit) {
    station_.scan(kAlice, seconds(1), now_);
    station_.scan(kBob, seconds(5), now_);
    clear();
    wait(seconds(1));
    EXPECT_EQ(told(), Lines{"alice timed_out"});
    station_.on_network(kHomeNetwork, now_);
    station_.on_scan_done(now_);
    EXPECT_EQ(told(), (Lines{"bob finds home", "bob ok"}));
}

TEST_F(StationTest, cancels_one_scan_and_not_the_other) {
    station_.scan(kAlice, kLimit, now_);
    station_.scan(kBob, kLimit, now_);
    station_.cancel(kAlice, now_);
    EXPECT_EQ(told(), Lines{"alice cancelled"});
    station_.on_network(kHomeNetwork, now_);
    station_.on_scan_done(now_);
    EXPECT_EQ(told(), (Lines{"bob finds home", "bob ok"}));
}

TEST_F(StationTest, keeps_at_most_256_networks_of_a_scan) {
    station_.scan(kAlice, kLimit, now_);
    for (int i = 0; i < 1000; ++i) station_.on_network(kHomeNetwork, now_);
    EXPECT_EQ(told().size(), 256U);
}

// --- clients that go, radios that err, no radio
// -----------------------------------------------------------------------

TEST_F(StationTest, forgets_a_client_that_is_gone) {
    station_.scan(kAlice, kLimit, now_);
    station_.scan(kBob, kLimit, now_);
    station_.on_network(kHomeNetwork, now_);
    station_.client_gone(kAlice.client, now_);
    station_.on_scan_done(now_);
    EXPECT_EQ(told(), (Lines{"bob finds home", "bob ok"}));
}

TEST_F(StationTest, ends_the_connect_of_a_client_that_is_gone) {
    connect(kAlice);
    clear();
    station_.client_gone(kAlice.client, now_);
    EXPECT_EQ(told(), Lines{"disconnected (requested)"});
    EXPECT_EQ(commanded(), Lines{"leave"});
}

TEST_F(StationTest, stays_connected_when_the_client_that_connected_is_gone) {
    be_connected();
    station_.client_gone(kAlice.client, now_);
    EXPECT_EQ(told(), Lines{});
    EXPECT_EQ(station_.link().state, WifiState::connected);
}

TEST_F(StationTest, ignores_what_a_radio_says_too_late) {
    station_.on_network(kHomeNetwork, now_);
    station_.on_scan_done(now_);
    station_.on_joined(kHomeNetwork, now_);
    station_.on_join_failed(WifiCause::wrong_key, now_);
    station_.on_lost(WifiCause::access_point_lost, now_);
    station_.on_lease(home_lease(), now_);
    station_.on_lease_lost(now_);
    EXPECT_EQ(told(), Lines{});
    EXPECT_EQ(commanded(), Lines{});
    be_connected();
    station_.on_lease(Lease{}, now_);
    EXPECT_EQ(told(), Lines{});
}

TEST(WiredStation, is_off_and_has_an_address_at_once) {
    Station station{false};
    EXPECT_EQ(station.status().state, WifiState::off);
    EXPECT_TRUE(station.status().gate_open);
    EXPECT_TRUE(station.status().lease);
    Lines lines;
    while (const auto notice = station.next_notice()) lines.push_back(std::visit(Describe{}, *notice));
    EXPECT_EQ(lines, (Lines{"off (none)", "address ", "gate open"}));
}

TEST(WiredStation, supports_no_request) {
    Station station{false};
    while (station.next_notice()) {
    }
    const Instant now;
    station.scan(kAlice, kLimit, now);
    station.connect(kAlice, home(), kLimit, now);
    station.disconnect(kAlice, now);
    for (int i = 0; i < 3; ++i) {
        const auto notice = station.next_notice();
        ASSERT_TRUE(notice.has_value());
        EXPECT_EQ(std::visit(Describe{}, *notice), "alice operation_not_supported");
    }
    EXPECT_FALSE(station.next_command());
    EXPECT_EQ(station.next_deadline(), Instant::never());
}

} // namespace
} // namespace nwp::wifi
