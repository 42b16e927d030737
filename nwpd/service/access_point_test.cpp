// SPDX-License-Identifier: Apache-2.0
#include "nwpd/service/access_point.h"

#include "nwpd/service/test_world.h"
#include "nwpd/wifi/simulated_radio.h"
#include "nwpd/wifi/wired_radio.h"

using namespace nwp;
using namespace nwp::service;
using namespace nwp::service::test;

namespace {

wifi::RadioFile empty_air() { return {}; }

class AccessPointTest : public ::testing::Test {
protected:
    AccessPointTest() {
        phone.mac = *parse_bssid("02:00:00:00:01:01");
        phone.ssid = "ours";
        phone.passphrase = "welcome to us";
        settings.ssid = "ours";
        settings.passphrase = "welcome to us";
        wlan.add(client);
        wlan.add(other);
    }

    boost::asio::io_context context;
    wifi::AddressMap map = wifi::AddressMap::identity();
    net::Resolver resolver{context};
    Network network{map, resolver};
    wifi::SimulatedRadio radio{context, empty_air()};
    Wlan wlan{context, radio, network, wifi::RegulatoryDatabase{{{"DE", {{2'400'000, 2'483'500}}}}}};
    Recorder told;
    Recorder other_told;
    Client client{ClientPolicy{}, told};
    Client other{ClientPolicy{}, other_told};
    wifi::AirDevice phone;
    Air air{context, {}};
    AccessPointSettings settings;
};

TEST_F(AccessPointTest, lets_the_stations_of_the_air_in_and_tells_everybody) {
    Air with_phone{context, {phone}};
    AccessPoint point{wlan, with_phone};
    ASSERT_TRUE(point.start(settings));
    EXPECT_TRUE(told.stations.empty()) << "never from inside a call";
    kit::run_ready(context);
    const std::pair came{phone.mac, true};
    EXPECT_EQ(told.stations, std::vector{came});
    EXPECT_EQ(other_told.stations, std::vector{came});
    ASSERT_EQ(point.stations().size(), 1U);

    ASSERT_TRUE(with_phone.set_present(phone.mac, false));
    kit::run_ready(context);
    EXPECT_EQ(told.stations.back(), std::pair(phone.mac, false));
    ASSERT_TRUE(with_phone.set_present(phone.mac, true));
    kit::run_ready(context);
    ASSERT_TRUE(point.send_away(phone.mac));
    EXPECT_EQ(point.send_away(phone.mac).error(), Error::not_found);
    kit::run_ready(context);
    EXPECT_EQ(told.stations.back(), std::pair(phone.mac, false));
}

TEST_F(AccessPointTest, has_no_place_for_a_wrong_passphrase) {
    phone.passphrase = "another passphrase";
    Air with_phone{context, {phone}};
    AccessPoint point{wlan, with_phone};
    ASSERT_TRUE(point.start(settings));
    kit::run_ready(context);
    EXPECT_TRUE(point.stations().empty());
}

TEST_F(AccessPointTest, sends_its_stations_away_when_it_ends) {
    Air with_phone{context, {phone}};
    AccessPoint point{wlan, with_phone};
    ASSERT_TRUE(point.start(settings));
    ASSERT_TRUE(point.stop());
    kit::run_ready(context);
    EXPECT_EQ(told.stations.back(), std::pair(phone.mac, false));
    EXPECT_FALSE(point.running());
    EXPECT_TRUE(point.stop()) << "also when there is none";
    EXPECT_TRUE(point.start(settings));
}

TEST_F(AccessPointTest, and_a_network_exclude_each_other) {
    AccessPoint point{wlan, air};
    ASSERT_TRUE(point.start(settings));
    EXPECT_EQ(point.start(settings).error(), Error::wifi_busy);
    EXPECT_EQ(wlan.set_country("DE").error(), Error::wifi_busy);
    wifi::JoinRequest join;
    join.ssid = "home";
    join.security = WifiSecurity::open;
    std::optional<Error> error;
    const auto ended = [&](const Result<WifiNetwork>& result) { error = result.error(); };
    wlan.connect(client, join, seconds(1), ended);
    kit::run_ready(context);
    EXPECT_EQ(error, Error::wifi_busy);

    ASSERT_TRUE(point.stop());
    wlan.connect(client, join, seconds(1), ended);
    EXPECT_EQ(point.start(settings).error(), Error::wifi_busy) << "it joins";
}

TEST_F(AccessPointTest, keeps_to_what_it_can_be_and_where_it_may_be) {
    AccessPoint point{wlan, air};
    const auto refusal = [&](const AccessPointSettings& wanted) {
        const auto started = point.start(wanted);
        return started ? Error{} : started.error();
    };
    AccessPointSettings wanted = settings;
    wanted.ssid = "";
    EXPECT_EQ(refusal(wanted), Error::invalid_argument);
    wanted = settings;
    wanted.passphrase = "short";
    EXPECT_EQ(refusal(wanted), Error::invalid_argument);
    wanted = settings;
    wanted.security = WifiSecurity::wpa3_sae;
    EXPECT_EQ(refusal(wanted), Error::operation_not_supported);
    wanted = settings;
    wanted.channel = 13;
    EXPECT_EQ(refusal(wanted), Error::not_permitted) << "not everywhere";
    ASSERT_TRUE(wlan.set_country("DE"));
    EXPECT_EQ(refusal(wanted), Error{});
    EXPECT_EQ(point.running()->channel, 13);
}

TEST_F(AccessPointTest, is_not_without_a_radio) {
    Network wired_network(map, resolver);
    wifi::WiredRadio wire(context);
    Wlan wired(context, wire, wired_network);
    AccessPoint point{wired, air};
    EXPECT_EQ(point.start(settings).error(), Error::operation_not_supported);
    EXPECT_EQ(point.stop().error(), Error::operation_not_supported);
    EXPECT_EQ(point.send_away(phone.mac).error(), Error::operation_not_supported);
    EXPECT_EQ(wired.set_country("DE").error(), Error::operation_not_supported);
    EXPECT_EQ(wired.set_power_save({true, 1}).error(), Error::operation_not_supported);
    EXPECT_EQ(wired.statistics().error(), Error::operation_not_supported);
}

} // namespace
