// SPDX-License-Identifier: Apache-2.0
#include "nwpd/wifi/radio_machine.h"

#include "nwpd/wifi/test_air.h"

#include <gtest/gtest.h>

namespace nwp::wifi {
namespace {

/// A machine and a clock that moves when the test says so.
class RadioMachineTest : public testing::Test {
protected:
    void advance(Duration by) { now_ = now_ + by; }

    /// What is due now.
    std::vector<RadioNotice> heard() {
        std::vector<RadioNotice> all;
        while (auto notice = radio_.next_notice(now_)) all.push_back(std::move(*notice));
        return all;
    }
    /// What is due after that long, alone.
    template <typename Notice>
    Notice hears_after(Duration by) {
        EXPECT_TRUE(heard().empty());
        advance(by - microseconds(1));
        EXPECT_TRUE(heard().empty()) << "too early";
        advance(microseconds(1));
        return hears<Notice>();
    }
    template <typename Notice>
    Notice hears() {
        const auto all = heard();
        EXPECT_EQ(all.size(), 1U);
        if (all.size() != 1 || !std::holds_alternative<Notice>(all[0])) {
            ADD_FAILURE() << "heard something else";
            return {};
        }
        return std::get<Notice>(all[0]);
    }
    Result<void> tell(const RadioEvent& event) { return radio_.on_event(event, now_); }
    void join(const JoinRequest& request) { EXPECT_TRUE(tell(request).ok()); }
    void join_with_lease(const JoinRequest& request) {
        join(request);
        hears_after<Joined>(kJoinTime);
        hears_after<LeaseGiven>(kLeaseTime);
    }
    void expect_silence() {
        EXPECT_EQ(radio_.next_deadline(), Instant::never());
        advance(seconds(100));
        EXPECT_TRUE(heard().empty());
    }

    Instant now_{1000};
    RadioMachine radio_{test_air()};
};

TEST_F(RadioMachineTest, does_nothing_unasked) { expect_silence(); }

TEST_F(RadioMachineTest, finds_networks_one_by_one_with_spacing_and_then_is_done) {
    EXPECT_TRUE(tell(ScanRequested{}).ok());
    for (const auto& entry : radio_.air()) {
        const auto found = hears_after<NetworkFound>(kSpacing);
        EXPECT_EQ(found.network.bssid, entry.access_point.network.bssid);
    }
    hears_after<ScanFinished>(kSpacing);
    expect_silence();
}

TEST_F(RadioMachineTest, shares_one_scan_between_two_requests) {
    EXPECT_TRUE(tell(ScanRequested{}).ok());
    hears_after<NetworkFound>(kSpacing);
    EXPECT_TRUE(tell(ScanRequested{}).ok());
    for (std::size_t i = 1; i < radio_.air().size(); ++i) hears_after<NetworkFound>(kSpacing);
    hears_after<ScanFinished>(kSpacing);
    expect_silence();
}

TEST_F(RadioMachineTest, does_not_find_a_lost_access_point) {
    EXPECT_TRUE(tell(AccessPointLost{kStrong}).ok());
    EXPECT_TRUE(tell(ScanRequested{}).ok());
    for (std::size_t i = 1; i < radio_.air().size(); ++i) {
        EXPECT_NE(hears_after<NetworkFound>(kSpacing).network.bssid, kStrong);
    }
    hears_after<ScanFinished>(kSpacing);
}

TEST_F(RadioMachineTest, finds_the_changed_signal) {
    EXPECT_TRUE(tell(SignalChanged{kStrong, -90}).ok());
    EXPECT_TRUE(tell(ScanRequested{}).ok());
    EXPECT_EQ(hears_after<NetworkFound>(kSpacing).network.rssi_dbm, -90);
}

TEST_F(RadioMachineTest, joins_the_strongest_and_gets_its_lease) {
    join(home());
    EXPECT_EQ(hears_after<Joined>(kJoinTime).network.bssid, kStrong);
    EXPECT_EQ(hears_after<LeaseGiven>(kLeaseTime).lease, home_lease());
    EXPECT_EQ(radio_.joined()->bssid, kStrong);
    expect_silence();
}

TEST_F(RadioMachineTest, follows_the_signal_and_the_wish) {
    EXPECT_TRUE(tell(SignalChanged{kStrong, -90}).ok());
    join(home());
    EXPECT_EQ(hears_after<Joined>(kJoinTime).network.bssid, kWeak);

    JoinRequest pinned = home();
    pinned.bssid = kStrong;
    join(pinned);
    EXPECT_EQ(hears_after<Joined>(kJoinTime).network.bssid, kStrong);

    JoinRequest on_channel = home();
    on_channel.channel = 11;
    join(on_channel);
    EXPECT_EQ(hears_after<Joined>(kJoinTime).network.bssid, kWeak);
}

TEST_F(RadioMachineTest, refuses_a_wrong_passphrase_after_the_join_time) {
    JoinRequest request = home();
    request.passphrase = "something else";
    join(request);
    EXPECT_EQ(hears_after<JoinFailed>(kJoinTime).cause, WifiCause::wrong_key);
    EXPECT_EQ(radio_.joined(), nullptr);
    expect_silence();
}

TEST_F(RadioMachineTest, finds_no_such_network) {
    JoinRequest request = home();
    request.ssid = "nowhere";
    join(request);
    EXPECT_EQ(hears_after<JoinFailed>(kJoinTime).cause, WifiCause::no_such_network);

    request = home();
    request.channel = 13;
    join(request);
    EXPECT_EQ(hears_after<JoinFailed>(kJoinTime).cause, WifiCause::no_such_network);
}

TEST_F(RadioMachineTest, refuses_another_security) {
    JoinRequest request = home();
    request.security = WifiSecurity::wpa3_sae;
    join(request);
    EXPECT_EQ(hears_after<JoinFailed>(kJoinTime).cause, WifiCause::security_mismatch);
}

TEST_F(RadioMachineTest, does_not_join_an_open_twin_of_a_protected_network) {
    EXPECT_TRUE(tell(SignalChanged{kTwin, -1}).ok());
    join(home());
    EXPECT_EQ(hears_after<Joined>(kJoinTime).network.bssid, kStrong);
}

TEST_F(RadioMachineTest, leaves_without_a_word) {
    join(home());
    advance(kJoinTime - microseconds(1));
    EXPECT_TRUE(tell(LeaveRequested{}).ok());
    expect_silence();

    join_with_lease(home());
    EXPECT_TRUE(tell(LeaveRequested{}).ok());
    EXPECT_EQ(radio_.joined(), nullptr);
    expect_silence();
}

TEST_F(RadioMachineTest, leaving_also_takes_back_what_was_not_yet_heard) {
    join_with_lease(home());
    EXPECT_TRUE(tell(AccessPointLost{kStrong}).ok());
    EXPECT_TRUE(tell(LeaveRequested{}).ok());
    expect_silence();
}

TEST_F(RadioMachineTest, answers_only_the_later_of_two_joins) {
    join(home());
    advance(kJoinTime / 2);
    join(guest());
    EXPECT_EQ(hears_after<Joined>(kJoinTime).network.ssid, guest().ssid);
}

TEST_F(RadioMachineTest, scans_while_joined) {
    join_with_lease(home());
    EXPECT_TRUE(tell(ScanRequested{}).ok());
    for (std::size_t i = 0; i < radio_.air().size(); ++i) hears_after<NetworkFound>(kSpacing);
    hears_after<ScanFinished>(kSpacing);
    EXPECT_EQ(radio_.joined()->bssid, kStrong);
}

TEST_F(RadioMachineTest, loses_its_access_point_at_once_and_no_other) {
    join_with_lease(home());
    EXPECT_TRUE(tell(AccessPointLost{kWeak}).ok());
    EXPECT_TRUE(heard().empty());
    EXPECT_TRUE(tell(AccessPointLost{kStrong}).ok());
    EXPECT_EQ(hears<Lost>().cause, WifiCause::access_point_lost);
    EXPECT_EQ(radio_.joined(), nullptr);
}

TEST_F(RadioMachineTest, that_lost_its_access_point_before_the_lease_gets_none) {
    join(home());
    hears_after<Joined>(kJoinTime);
    EXPECT_TRUE(tell(AccessPointLost{kStrong}).ok());
    hears<Lost>();
    expect_silence();
}

TEST_F(RadioMachineTest, whose_access_point_is_lost_during_the_join_takes_the_next) {
    join(home());
    EXPECT_TRUE(tell(AccessPointLost{kStrong}).ok());
    EXPECT_EQ(hears_after<Joined>(kJoinTime).network.bssid, kWeak);
}

TEST_F(RadioMachineTest, joins_an_access_point_that_is_back) {
    EXPECT_TRUE(tell(AccessPointLost{kGuest}).ok());
    join(guest());
    EXPECT_EQ(hears_after<JoinFailed>(kJoinTime).cause, WifiCause::no_such_network);
    EXPECT_TRUE(tell(AccessPointBack{kGuest}).ok());
    join(guest());
    hears_after<Joined>(kJoinTime);
}

TEST_F(RadioMachineTest, gets_no_lease_where_there_is_none) {
    JoinRequest request;
    request.ssid = "silent";
    request.security = WifiSecurity::open;
    join(request);
    hears_after<Joined>(kJoinTime);
    expect_silence();
}

TEST_F(RadioMachineTest, loses_its_lease_and_gets_another) {
    join_with_lease(home());
    EXPECT_TRUE(tell(LeaseRevoked{}).ok());
    hears<LeaseGone>();
    EXPECT_EQ(tell(LeaseRevoked{}).error(), Error::not_connected);
    expect_silence();

    Lease other = home_lease();
    other.address.ip[3] = 99;
    EXPECT_TRUE(tell(LeaseChanged{other}).ok());
    EXPECT_EQ(hears<LeaseGiven>().lease, other);
}

TEST_F(RadioMachineTest, gets_the_changed_lease_also_from_the_networks_other_access_point) {
    join(home());
    hears_after<Joined>(kJoinTime);
    Lease other = home_lease();
    other.address.ip[3] = 99;
    EXPECT_TRUE(tell(LeaseChanged{other}).ok());
    EXPECT_EQ(hears_after<LeaseGiven>(kLeaseTime).lease, other);

    EXPECT_TRUE(tell(AccessPointLost{kStrong}).ok());
    hears<Lost>();
    join(home());
    EXPECT_EQ(hears_after<Joined>(kJoinTime).network.bssid, kWeak);
    EXPECT_EQ(hears_after<LeaseGiven>(kLeaseTime).lease, other);
}

TEST_F(RadioMachineTest, knows_no_other_bssid_and_no_lease_without_a_network) {
    const Bssid nobody = *parse_bssid("02:ff:ff:ff:ff:ff");
    EXPECT_EQ(tell(AccessPointLost{nobody}).error(), Error::not_found);
    EXPECT_EQ(tell(AccessPointBack{nobody}).error(), Error::not_found);
    EXPECT_EQ(tell(SignalChanged{nobody, -1}).error(), Error::not_found);
    EXPECT_EQ(tell(LeaseRevoked{}).error(), Error::not_connected);
    EXPECT_EQ(tell(LeaseChanged{home_lease()}).error(), Error::not_connected);
    expect_silence();
}

TEST_F(RadioMachineTest, sleeps_through_beacons_when_it_saves_power) {
    join_with_lease(home());
    advance(seconds(100));
    const std::uint32_t awake = radio_.statistics(now_).beacons_received;
    EXPECT_EQ(awake, 976U) << "one each 102.4 ms";
    EXPECT_TRUE(tell(WifiPowerSave{true, 10}).ok());
    advance(seconds(100));
    EXPECT_NEAR(radio_.statistics(now_).beacons_received - awake, 98U, 1);
    EXPECT_EQ(radio_.statistics(now_).beacons_missed, 0U) << "it slept";
    EXPECT_EQ(radio_.statistics(now_).joins, 1U);
}

TEST_F(RadioMachineTest, counts_a_loss_and_hears_no_beacon_after_it) {
    join_with_lease(home());
    EXPECT_TRUE(tell(AccessPointLost{kStrong}).ok());
    hears<Lost>();
    const WifiStatistics then = radio_.statistics(now_);
    EXPECT_EQ(then.losses, 1U);
    EXPECT_EQ(then.beacons_missed, 1U);
    advance(seconds(10));
    EXPECT_EQ(radio_.statistics(now_).beacons_received, then.beacons_received);
}

TEST_F(RadioMachineTest, finds_and_joins_only_where_the_country_allows) {
    const RegulatoryDomain us("US", {{2'400'000, 2'472'000}});
    std::uint8_t others = 0;
    for (const auto& entry : radio_.air())
        if (!us.allows_station(entry.access_point.network.channel)) ++others;
    join_with_lease(home());
    const std::uint8_t channel = radio_.joined()->channel;
    ASSERT_TRUE(us.allows_station(channel));
    EXPECT_TRUE(tell(us).ok());
    EXPECT_NE(radio_.joined(), nullptr);
    EXPECT_TRUE(tell(ScanRequested{}).ok());
    for (std::size_t i = others; i < radio_.air().size(); ++i) hears_after<NetworkFound>(kSpacing);
    hears_after<ScanFinished>(kSpacing);
}

} // namespace
} // namespace nwp::wifi
