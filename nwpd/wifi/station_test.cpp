// SPDX-License-Identifier: Apache-2.0
#include "nwpd/wifi/station_fixture.h"

namespace nwp::wifi {
namespace {

// --- connect
// ---------------------------------------------------------------------------------------------------------

TEST_F(StationTest, has_no_address_and_a_closed_gate_before_anything_is_joined) {
    EXPECT_EQ(station_.link().state, WifiState::disconnected);
    EXPECT_FALSE(station_.link().lease);
    EXPECT_FALSE(station_.link().gate_open);
    EXPECT_EQ(station_.next_deadline(), Instant::never());
    EXPECT_EQ(told(), Lines{});
}

TEST_F(StationTest, answers_a_connect_when_joined_and_opens_the_gate_with_the_address) {
    connect();
    EXPECT_EQ(commanded(), Lines{"join home"});
    EXPECT_EQ(told(), Lines{"joining (requested)"});

    station_.on_joined(kHomeNetwork, now_);
    EXPECT_EQ(told(), (Lines{"connected (none)", "alice ok"}));
    EXPECT_FALSE(station_.link().gate_open);

    station_.on_lease(home_lease(), now_);
    EXPECT_EQ(told(), (Lines{"address 10.77.0.2", "gate open"}));
    EXPECT_EQ(station_.next_deadline(), Instant::never());
    EXPECT_EQ(station_.link().lease, home_lease());
    EXPECT_EQ(station_.link().network->bssid, kStrong);
}

TEST_F(StationTest, refuses_a_request_that_no_network_can_satisfy) {
    JoinRequest nameless = home();
    nameless.ssid = "";
    JoinRequest too_short = home();
    too_short.passphrase = "1234567";
    JoinRequest open_with_key = guest();
    open_with_key.passphrase = "12345678";
    for (const auto& request : {nameless, too_short, open_with_key}) {
        connect(kAlice, request);
        EXPECT_EQ(told(), Lines{"alice invalid_argument"});
        EXPECT_EQ(commanded(), Lines{});
    }
}

TEST_F(StationTest, reports_each_cause_of_a_failed_connect_and_does_not_retry) {
    const std::pair<WifiCause, const char*> rows[] = {
        {WifiCause::no_such_network, "alice wifi_no_network (no such network)"},
        {WifiCause::wrong_key, "alice wifi_wrong_key (wrong key)"},
        {WifiCause::rejected, "alice wifi_rejected (rejected)"},
        {WifiCause::security_mismatch, "alice wifi_rejected (security mismatch)"},
    };
    for (const auto& [cause, answer] : rows) {
        connect();
        clear();
        station_.on_join_failed(cause, now_);
        EXPECT_EQ(told(), (Lines{std::string{"disconnected ("} + to_string(cause) + ")", answer}));
        EXPECT_EQ(station_.next_deadline(), Instant::never());
    }
}

TEST_F(StationTest, is_busy_while_a_connect_is_unanswered) {
    connect(kAlice);
    clear();
    connect(kBob, guest());
    EXPECT_EQ(told(), Lines{"bob wifi_busy"});
    EXPECT_EQ(commanded(), Lines{});
    station_.on_joined(kHomeNetwork, now_);
    EXPECT_EQ(told(), (Lines{"connected (none)", "alice ok"}));
}

TEST_F(StationTest, leaves_a_connection_alone_that_another_client_asks_for_too) {
    be_connected();
    connect(kBob);
    EXPECT_EQ(told(), Lines{"bob ok"});
    EXPECT_EQ(commanded(), Lines{});
}

TEST_F(StationTest, replaces_a_connection_by_another_network) {
    be_connected();
    connect(kBob, guest());
    EXPECT_EQ(commanded(), (Lines{"leave", "join guest"}));
    EXPECT_EQ(told(), (Lines{"gate closed", "address lost", "joining (requested)"}));
}

TEST_F(StationTest, keeps_the_address_while_it_moves_to_another_access_point_of_its_network) {
    be_connected();
    JoinRequest pinned = home();
    pinned.bssid = kWeak;
    connect(kBob, pinned);
    EXPECT_EQ(told(), (Lines{"gate closed", "joining (requested)"}));
    station_.on_joined({"home", kWeak, 11, -70, WifiSecurity::wpa2_psk}, now_);
    station_.on_lease(home_lease(), now_);
    EXPECT_EQ(told(), (Lines{"connected (none)", "bob ok", "gate open"}));
}

TEST_F(StationTest, gives_up_a_join_after_15_seconds) {
    connect();
    clear();
    wait(seconds(15));
    EXPECT_EQ(told(), (Lines{"disconnected (timed out)", "alice timed_out (timed out)"}));
    EXPECT_EQ(commanded().front(), "leave");
    EXPECT_EQ(station_.next_deadline(), Instant::never());
}

TEST_F(StationTest, answers_within_the_requests_own_limit) {
    connect(kAlice, home(), seconds(2));
    clear();
    wait(seconds(2));
    EXPECT_EQ(told(), (Lines{"disconnected (timed out)", "alice timed_out (timed out)"}));
    EXPECT_EQ(commanded(), Lines{"leave"});
    station_.on_joined(kHomeNetwork, now_); // too late
    EXPECT_EQ(told(), Lines{});
    EXPECT_EQ(station_.link().state, WifiState::disconnected);
}

TEST_F(StationTest, leaves_when_no_address_comes_for_10_seconds) {
    connect();
    station_.on_joined(kHomeNetwork, now_);
    clear();
    wait(seconds(10));
    EXPECT_EQ(told(), Lines{"disconnected (no address)"});
    EXPECT_EQ(commanded(), Lines{"leave"});
}

TEST_F(StationTest, answers_a_cancelled_connect_once) {
    connect();
    clear();
    station_.cancel(kAlice, now_);
    EXPECT_EQ(told(), (Lines{"disconnected (requested)", "alice cancelled (requested)"}));
    EXPECT_EQ(commanded(), Lines{"leave"});
    station_.cancel(kAlice, now_);
    station_.on_joined(kHomeNetwork, now_);
    station_.on_join_failed(WifiCause::wrong_key, now_);
    EXPECT_EQ(told(), Lines{});
}

TEST_F(StationTest, does_not_cancel_what_is_answered_or_anothers) {
    be_connected();
    station_.cancel(kAlice, now_);
    station_.cancel(kBob, now_);
    EXPECT_EQ(told(), Lines{});
    EXPECT_EQ(station_.link().state, WifiState::connected);

    station_.disconnect(kAlice, now_);
    connect();
    clear();
    station_.cancel({kAlice.client, kAlice.request + 1}, now_);
    station_.cancel({kBob.client, kAlice.request}, now_);
    EXPECT_EQ(told(), Lines{});
    EXPECT_EQ(station_.link().state, WifiState::joining);
}

// --- disconnect
// ------------------------------------------------------------------------------------------------------

TEST_F(StationTest, disconnects_with_the_address) {
    be_connected();
    station_.disconnect(kBob, now_);
    EXPECT_EQ(commanded(), Lines{"leave"});
    EXPECT_EQ(told(), (Lines{"gate closed", "address lost", "disconnected (requested)", "bob ok"}));
    EXPECT_FALSE(station_.link().network);
    EXPECT_EQ(station_.next_deadline(), Instant::never());
}

TEST_F(StationTest, disconnects_without_a_connection) {
    station_.disconnect(kAlice, now_);
    EXPECT_EQ(told(), Lines{"alice ok"});
    EXPECT_EQ(commanded(), Lines{});
}

TEST_F(StationTest, disconnecting_cancels_a_connect) {
    connect();
    clear();
    station_.disconnect(kBob, now_);
    EXPECT_EQ(told(), (Lines{"disconnected (requested)", "alice cancelled (requested)", "bob ok"}));
}

TEST_F(StationTest, disconnecting_ends_the_rejoining) {
    be_connected();
    station_.on_lost(WifiCause::access_point_lost, now_);
    station_.on_join_failed(WifiCause::no_such_network, now_);
    clear();
    station_.disconnect(kAlice, now_);
    EXPECT_EQ(told(), (Lines{"address lost", "disconnected (requested)", "alice ok"}));
    EXPECT_EQ(station_.next_deadline(), Instant::never());
}

// --- contracts 7: the access point is lost, the address is lost
// -------------------------------------------------------

TEST_F(StationTest, stops_traffic_when_the_access_point_is_lost_and_keeps_the_address) {
    be_connected();
    station_.on_lost(WifiCause::access_point_lost, now_);
    EXPECT_EQ(told(), (Lines{"gate closed", "lost (access point lost)"}));
    EXPECT_EQ(commanded(), Lines{"join home"});
    EXPECT_EQ(station_.link().lease, home_lease());
}

TEST_F(StationTest, resumes_traffic_after_a_rejoin_with_the_same_address) {
    be_connected();
    station_.on_lost(WifiCause::access_point_lost, now_);
    clear();
    station_.on_joined(kHomeNetwork, now_);
    EXPECT_EQ(told(), Lines{"connected (none)"});
    station_.on_lease(home_lease(), now_);
    EXPECT_EQ(told(), Lines{"gate open"});
}

TEST_F(StationTest, loses_the_old_address_when_a_rejoin_brings_another) {
    be_connected();
    station_.on_lost(WifiCause::access_point_lost, now_);
    station_.on_joined(kHomeNetwork, now_);
    clear();
    station_.on_lease(guest_lease(), now_);
    EXPECT_EQ(told(), (Lines{"address lost", "address 10.77.0.4", "gate open"}));
}

TEST_F(StationTest, reports_a_changed_address_as_lost_and_acquired) {
    be_connected();
    station_.on_lease(guest_lease(), now_);
    EXPECT_EQ(told(), (Lines{"address lost", "address 10.77.0.4"}));
    EXPECT_TRUE(station_.link().gate_open);
}

TEST_F(StationTest, tells_new_servers_without_touching_the_address) {
    be_connected();
    Lease lease = home_lease();
    lease.dns_servers.push_back(Address::ipv4(10, 77, 0, 8, 53));
    station_.on_lease(lease, now_);
    EXPECT_EQ(told(), Lines{"lease renewed"});
    station_.on_lease(lease, now_);
    EXPECT_EQ(told(), Lines{});
    EXPECT_EQ(station_.link().lease, lease);
}

TEST_F(StationTest, has_a_fixed_address_as_soon_as_it_is_joined) {
    station_.set_fixed_lease(guest_lease(), now_);
    connect();
    station_.on_joined(kHomeNetwork, now_);
    EXPECT_EQ(station_.link().lease, guest_lease());
    EXPECT_TRUE(station_.link().gate_open);
    EXPECT_EQ(station_.next_deadline(), Instant::never()) << "nobody waits for DHCP";
    clear();
    station_.on_lease(home_lease(), now_);
    station_.on_lease_lost(now_);
    EXPECT_EQ(told(), Lines{});
    EXPECT_EQ(station_.link().lease, guest_lease());
}

TEST_F(StationTest, changes_to_a_fixed_address_and_back_while_it_is_joined) {
    be_connected();
    station_.set_fixed_lease(guest_lease(), now_);
    EXPECT_EQ(told(), (Lines{"address lost", "address 10.77.0.4"}));
    station_.set_fixed_lease(std::nullopt, now_);
    EXPECT_EQ(told(), (Lines{"address lost", "address 10.77.0.2"})) << "what DHCP offered";
    station_.set_fixed_lease(guest_lease(), now_);
    station_.on_lease_lost(now_);
    clear();
    station_.set_fixed_lease(std::nullopt, now_);
    EXPECT_EQ(told(), (Lines{"gate closed", "address lost"})) << "DHCP offers nothing now";
}

TEST_F(StationTest, waits_without_limit_for_an_address_that_the_network_took_back) {
    be_connected();
    station_.on_lease_lost(now_);
    EXPECT_EQ(told(), (Lines{"gate closed", "address lost", "connected (no address)"}));
    EXPECT_EQ(commanded(), Lines{});
    EXPECT_EQ(station_.next_deadline(), Instant::never());
    station_.on_lease(home_lease(), now_);
    EXPECT_EQ(told(), (Lines{"address 10.77.0.2", "connected (none)", "gate open"}));
}

TEST_F(StationTest, rejoins_at_once_and_then_after_growing_pauses_for_as_long_as_it_takes) {
    be_connected();
    station_.on_lost(WifiCause::access_point_lost, now_);
    EXPECT_EQ(commanded(), Lines{"join home"});
    told();
    for (const int pause : {250, 500, 1000, 2000, 4000, 8000, 8000, 8000}) {
        station_.on_join_failed(WifiCause::no_such_network, now_);
        EXPECT_EQ(told(), Lines{});
        EXPECT_EQ(commanded().size(), 0U);
        wait(milliseconds(pause));
        EXPECT_EQ(commanded(), Lines{"join home"});
    }
    EXPECT_EQ(station_.link().lease, home_lease());
}

TEST_F(StationTest, begins_with_short_pauses_again_after_it_had_an_address) {
    be_connected();
    for (int round = 0; round < 3; ++round) {
        station_.on_lost(WifiCause::access_point_lost, now_);
        EXPECT_EQ(commanded(), Lines{"join home"});
        station_.on_join_failed(WifiCause::no_such_network, now_);
        told();
        wait(milliseconds(250));
        EXPECT_EQ(commanded(), Lines{"join home"});
        station_.on_joined(kHomeNetwork, now_);
        station_.on_lease(home_lease(), now_);
        clear();
    }
}

TEST_F(StationTest, pauses_between_rejoins_that_never_bring_an_address) {
    be_connected();
    station_.on_lost(WifiCause::access_point_lost, now_);
    station_.on_joined(kHomeNetwork, now_);
    clear();
    station_.on_lost(WifiCause::access_point_lost, now_);
    told();
    EXPECT_EQ(commanded(), Lines{});
    wait(milliseconds(250));
    EXPECT_EQ(commanded(), Lines{"join home"});
}

TEST_F(StationTest, retries_after_a_rejoin_that_does_not_end) {
    be_connected();
    station_.on_lost(WifiCause::access_point_lost, now_);
    clear();
    wait(seconds(15));
    EXPECT_EQ(commanded(), Lines{"leave"});
    EXPECT_EQ(told(), Lines{});
    wait(milliseconds(250));
    EXPECT_EQ(commanded(), Lines{"join home"});
}

TEST_F(StationTest, reports_a_wrong_key_at_the_rejoin_and_does_not_retry) {
    be_connected();
    station_.on_lost(WifiCause::access_point_lost, now_);
    clear();
    station_.on_join_failed(WifiCause::wrong_key, now_);
    EXPECT_EQ(told(), (Lines{"address lost", "disconnected (wrong key)"}));
    EXPECT_EQ(station_.next_deadline(), Instant::never());
    EXPECT_EQ(commanded(), Lines{"leave"});
}

TEST_F(StationTest, goes_on_rejoining_while_only_a_stranger_of_the_same_name_is_there) {
    be_connected();
    station_.on_lost(WifiCause::access_point_lost, now_);
    clear();
    station_.on_join_failed(WifiCause::security_mismatch, now_);
    EXPECT_EQ(told(), Lines{});
    wait(milliseconds(250));
    EXPECT_EQ(commanded(), Lines{"join home"});
}

TEST_F(StationTest, loses_the_address_and_goes_on_when_a_rejoin_brings_none) {
    be_connected();
    station_.on_lost(WifiCause::access_point_lost, now_);
    station_.on_joined(kHomeNetwork, now_);
    clear();
    wait(seconds(10));
    EXPECT_EQ(told(), (Lines{"address lost", "lost (no address)"}));
    EXPECT_EQ(commanded(), Lines{"leave"});
    wait(milliseconds(250));
    EXPECT_EQ(commanded(), Lines{"join home"});
}

TEST_F(StationTest, takes_a_connect_while_the_access_point_is_lost) {
    be_connected();
    station_.on_lost(WifiCause::access_point_lost, now_);
    clear();
    connect(kBob);
    EXPECT_EQ(commanded(), (Lines{"leave", "join home"}));
    EXPECT_EQ(told(), Lines{"joining (requested)"}); // the address stays: it is the same network
    station_.on_joined(kHomeNetwork, now_);
    station_.on_lease(home_lease(), now_);
    EXPECT_EQ(told(), (Lines{"connected (none)", "bob ok", "gate open"}));
}

} // namespace
} // namespace nwp::wifi
