// SPDX-License-Identifier: Apache-2.0
#include "nwpd/service/auto_joiner.h"

#include "nwpd/service/test_world.h"
#include "nwpd/wifi/simulated_radio.h"
#include "nwpd/wifi/test_air.h"

using namespace nwp;
using namespace nwp::service;
using namespace nwp::service::test;

namespace {

class AutoJoinerTest : public ::testing::Test {
protected:
    AutoJoinerTest() { wlan.add(client); }

    bool until(const std::function<bool()>& holds) { return kit::run_until(context, holds); }
    bool connected_to(const wifi::JoinRequest& request) {
        return until([&] {
            const WlanStatus status = wlan.status();
            return status.state == WifiState::connected && status.network.ssid == request.ssid;
        });
    }

    boost::asio::io_context context;
    wifi::AddressMap map = wifi::AddressMap::identity();
    net::Resolver resolver{context};
    Network network{map, resolver};
    wifi::SimulatedRadio radio{context, wifi::test_air()};
    Wlan wlan{context, radio, network};
    Recorder told;
    Client client{ClientPolicy{}, told};
    AutoJoiner joiner{context, wlan, "test"};
};

TEST_F(AutoJoinerTest, joins_the_network_joined_last_at_power_on) {
    std::vector<wifi::JoinRequest> joined;
    joiner.on_joined([&](const wifi::JoinRequest& request) { joined.push_back(request); });
    joiner.set_policy({false, true});
    joiner.set_last(wifi::guest());
    joiner.start();
    EXPECT_TRUE(connected_to(wifi::guest()));
    EXPECT_TRUE(until([&] { return !joined.empty(); }));
    EXPECT_EQ(joined.front().ssid, wifi::guest().ssid);
}

TEST_F(AutoJoinerTest, finds_a_preferred_network_that_comes_on_the_air_later) {
    ASSERT_TRUE(radio.access_point_lost(wifi::kGuest));
    joiner.set_policy({true, false});
    joiner.set_networks({{wifi::guest(), 0}});
    joiner.start();
    kit::run_ready(context);
    ASSERT_TRUE(radio.access_point_back(wifi::kGuest));
    EXPECT_TRUE(connected_to(wifi::guest()));
}

TEST_F(AutoJoinerTest, gives_way_to_who_joins_by_hand) {
    joiner.set_policy({false, true});
    joiner.set_last(wifi::guest());
    joiner.start();
    ASSERT_TRUE(joiner.joining());
    joiner.yield();
    bool answered = false;
    wlan.connect(client, wifi::home(), seconds(10), [&](const Result<WifiNetwork>& result) {
        EXPECT_TRUE(result);
        answered = true;
    });
    EXPECT_TRUE(until([&] { return answered; }));
    EXPECT_TRUE(connected_to(wifi::home()));
}

TEST_F(AutoJoinerTest, leaves_alone_what_others_joined) {
    bool answered = false;
    wlan.connect(client, wifi::home(), seconds(10), [&](const Result<WifiNetwork>&) { answered = true; });
    ASSERT_TRUE(until([&] { return answered; }));
    joiner.set_policy({true, true});
    joiner.set_last(wifi::guest());
    joiner.start();
    EXPECT_FALSE(joiner.joining());
    EXPECT_TRUE(connected_to(wifi::home()));
}

TEST_F(AutoJoinerTest, does_not_undo_a_disconnect) {
    joiner.set_policy({true, true});
    joiner.set_last(wifi::guest());
    joiner.start();
    ASSERT_TRUE(connected_to(wifi::guest()));
    bool left = false;
    wlan.disconnect(client, [&](const Result<void>&) { left = true; });
    ASSERT_TRUE(until([&] { return left; }));
    kit::run_ready(context);
    EXPECT_FALSE(joiner.joining());
    EXPECT_EQ(wlan.status().state, WifiState::disconnected);
}

} // namespace
