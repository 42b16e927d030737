// SPDX-License-Identifier: Apache-2.0
#include "nwpd/service/wlan.h"

#include "nwpd/service/test_world.h"
#include "nwpd/wifi/wired_radio.h"

#include <algorithm>

using namespace nwp;
using namespace nwp::service;
using namespace nwp::service::test;

namespace {

/// A radio that does what the test says, when it says it.
struct PuppetRadio final : wifi::Radio {
    void set_listener(wifi::RadioListener& told) override { listener = &told; }
    void clear_listener() override { listener = nullptr; }
    void scan() override { ++scans; }
    void join(const wifi::JoinRequest& request) override { joins.push_back(request); }
    void leave() override { ++leaves; }
    void set_regulatory_domain(const wifi::RegulatoryDomain& to) override { domain = to; }
    void set_power_save(const WifiPowerSave& to) override { power_save = to; }
    WifiStatistics statistics() override { return {}; }

    wifi::RadioListener* listener = nullptr;
    wifi::RegulatoryDomain domain;
    WifiPowerSave power_save;
    int scans = 0;
    int leaves = 0;
    std::vector<wifi::JoinRequest> joins;
};

class WlanTest : public ::testing::Test {
protected:
    WlanTest() {
        home.ssid = "home";
        home.channel = 6;
        lease.address = Address::ipv4(10, 77, 0, 50);
        lease.dns_servers = {Address::ipv4(10, 77, 0, 1, 53)};
        wlan->add(client);
        wlan->add(other);
        kit::run_ready(context);
    }

    static wifi::JoinRequest open_network() {
        wifi::JoinRequest request;
        request.ssid = "home";
        request.security = WifiSecurity::open;
        return request;
    }
    /// Joined and with an address, everybody told.
    void join() {
        bool joined = false;
        wlan->connect(client, open_network(), seconds(10), [&](const Result<WifiNetwork>& result) {
            EXPECT_TRUE(result);
            EXPECT_EQ(result->ssid, home.ssid);
            joined = true;
        });
        radio.listener->on_joined(home);
        kit::run_ready(context);
        EXPECT_TRUE(joined);
        radio.listener->on_lease(lease);
        kit::run_ready(context);
    }

    boost::asio::io_context context;
    wifi::AddressMap map = wifi::AddressMap::identity();
    net::Resolver resolver{context};
    Network network{map, resolver};
    PuppetRadio radio;
    WifiNetwork home;
    wifi::Lease lease;
    Recorder told;
    Recorder other_told;
    Client client{ClientPolicy{}, told};
    Client other{ClientPolicy{}, other_told};
    std::unique_ptr<Wlan> wlan = std::make_unique<Wlan>(
        context, radio, network, wifi::RegulatoryDatabase{{{"DE", {{2'400'000, 2'483'500}}}}});
};

TEST_F(WlanTest, a_join_tells_every_client_each_change_once_and_opens_the_network) {
    EXPECT_FALSE(network.lease());
    join();
    for (const Recorder* recorder : {&told, &other_told}) {
        ASSERT_FALSE(recorder->wifi.empty());
        EXPECT_EQ(recorder->wifi.back().first, WifiState::connected);
        EXPECT_EQ(std::count(recorder->wifi.begin(), recorder->wifi.end(),
                             std::pair{WifiState::connected, WifiCause::none}),
                  1);
        EXPECT_EQ(recorder->leases, std::vector{std::optional{lease}});
    }
    EXPECT_EQ(network.lease(), std::optional{lease});
    EXPECT_TRUE(network.gate().open());
    EXPECT_EQ(wlan->status().state, WifiState::connected);
    EXPECT_EQ(wlan->status().network.channel, 6);
    EXPECT_EQ(wlan->status().lease, std::optional{lease});
}

TEST_F(WlanTest, a_client_that_comes_later_hears_only_what_comes_later) {
    wlan->remove(other);
    join();
    wlan->add(other);
    kit::run_ready(context);
    EXPECT_TRUE(other_told.wifi.empty());
    EXPECT_TRUE(other_told.leases.empty());
    EXPECT_EQ(wlan->status().state, WifiState::connected);
}

TEST_F(WlanTest, a_lost_access_point_closes_the_gate_and_keeps_the_address) {
    join();
    radio.listener->on_lost(WifiCause::access_point_lost);
    kit::run_ready(context);
    EXPECT_FALSE(network.gate().open());
    EXPECT_EQ(network.lease(), std::optional{lease});
    EXPECT_EQ(told.wifi.back(), (std::pair{WifiState::lost, WifiCause::access_point_lost}));
    ASSERT_EQ(radio.joins.size(), 2U) << "and it joins again by itself";
    radio.listener->on_joined(home);
    radio.listener->on_lease(lease);
    kit::run_ready(context);
    EXPECT_TRUE(network.gate().open());
    EXPECT_EQ(told.leases.size(), 1U) << "the address never went";
}

TEST_F(WlanTest, a_lost_address_is_told_to_network_and_clients) {
    join();
    radio.listener->on_lease_lost();
    kit::run_ready(context);
    EXPECT_FALSE(network.lease());
    ASSERT_EQ(told.leases.size(), 2U);
    EXPECT_FALSE(told.leases.back());
}

TEST_F(WlanTest, a_refused_join_says_why) {
    std::optional<Error> error;
    wlan->connect(client, open_network(), seconds(10),
                  [&](const Result<WifiNetwork>& result) { error = result.error(); });
    EXPECT_FALSE(error);
    radio.listener->on_join_failed(WifiCause::wrong_key);
    kit::run_ready(context);
    EXPECT_EQ(error, Error::wifi_wrong_key);
    EXPECT_EQ(wlan->status().cause, WifiCause::wrong_key);
}

TEST_F(WlanTest, scan_results_go_to_the_client_that_asked) {
    std::vector<std::string> found;
    std::optional<Result<void>> done;
    wlan->scan(
        client, seconds(10),
        [&](const WifiNetwork& network_found) { found.emplace_back(network_found.ssid.view()); },
        [&](const Result<void>& result) { done = result; });
    EXPECT_EQ(radio.scans, 1);
    EXPECT_EQ(wlan->status().state, WifiState::scanning);
    radio.listener->on_network(home);
    kit::run_ready(context);
    EXPECT_EQ(found, std::vector<std::string>{"home"});
    EXPECT_FALSE(done);
    radio.listener->on_scan_done();
    kit::run_ready(context);
    ASSERT_TRUE(done);
    EXPECT_TRUE(*done);
}

TEST_F(WlanTest, a_cancelled_request_is_answered_once) {
    int answers = 0;
    std::optional<Error> error;
    const auto request =
        wlan->connect(client, open_network(), seconds(10), [&](const Result<WifiNetwork>& result) {
            ++answers;
            error = result.error();
        });
    wlan->cancel(request);
    wlan->cancel(request);
    kit::run_ready(context);
    EXPECT_EQ(answers, 1);
    EXPECT_EQ(error, Error::cancelled);
}

TEST_F(WlanTest, a_client_that_is_gone_is_told_nothing) {
    bool called = false;
    wlan->connect(client, open_network(), seconds(10), [&](const Result<WifiNetwork>&) { called = true; });
    wlan->remove(client);
    radio.listener->on_joined(home);
    kit::run_ready(context);
    EXPECT_FALSE(called);
    EXPECT_TRUE(told.wifi.empty());
    wlan.reset();
    EXPECT_EQ(radio.listener, nullptr);
}

TEST_F(WlanTest, disconnect_ends_the_connection_for_all) {
    join();
    std::optional<Result<void>> done;
    wlan->disconnect(other, [&](const Result<void>& result) { done = result; });
    kit::run_ready(context);
    ASSERT_TRUE(done);
    EXPECT_TRUE(*done);
    EXPECT_EQ(told.wifi.back(), (std::pair{WifiState::disconnected, WifiCause::requested}));
    EXPECT_FALSE(network.lease());
    EXPECT_GE(radio.leaves, 1);
}

TEST_F(WlanTest, who_is_not_alone_leaves_the_connection_to_the_others) {
    join();
    wlan->disconnect_if_alone(client);
    kit::run_ready(context);
    EXPECT_EQ(wlan->status().state, WifiState::connected);
    wlan->remove(other);
    wlan->disconnect_if_alone(client);
    wlan->remove(client); // at once: a host whose power is cut waits for no answer
    kit::run_ready(context);
    EXPECT_EQ(wlan->status().state, WifiState::disconnected);
    EXPECT_GE(radio.leaves, 1);
}

TEST_F(WlanTest, a_wired_machine_has_its_network_from_the_start) {
    Network wired_network(map, resolver);
    const wifi::Lease cable{{}, 0, {}, {Address::ipv4(127, 0, 0, 53, 53)}};
    wifi::WiredRadio wire(context, cable);
    Wlan wired(context, wire, wired_network);
    EXPECT_EQ(wired.status().state, WifiState::off);
    EXPECT_TRUE(wired_network.gate().open());
    EXPECT_TRUE(wired_network.has_address(Family::ipv4));
    EXPECT_TRUE(wired_network.has_address(Family::ipv6));
    EXPECT_EQ(*wired_network.real(Address::ipv4(127, 0, 0, 1, 80)), Address::ipv4(127, 0, 0, 1, 80));
    std::optional<Error> error;
    wired.scan(client, seconds(1), {}, [&](const Result<void>& result) { error = result.error(); });
    kit::run_ready(context);
    EXPECT_EQ(error, Error::operation_not_supported);
    EXPECT_EQ(wired_network.lease(), cable); // its name servers above all
}

TEST_F(WlanTest, counts_what_passes_over_the_air) {
    network.gate().count_received(100);
    network.gate().count_sent(20);
    const auto counted = wlan->statistics();
    ASSERT_TRUE(counted);
    EXPECT_EQ(counted->bytes_received, 100U);
    EXPECT_EQ(counted->packets_received, 1U);
    EXPECT_EQ(counted->bytes_sent, 20U);
    EXPECT_EQ(counted->packets_sent, 1U);
}

TEST_F(WlanTest, hands_country_and_power_save_to_the_radio) {
    EXPECT_EQ(wlan->set_country("germany").error(), Error::invalid_argument);
    EXPECT_EQ(wlan->set_country("QQ").error(), Error::not_found);
    EXPECT_EQ(wlan->regulatory_domain().country(), Country("00"));
    ASSERT_TRUE(wlan->set_country("DE"));
    EXPECT_EQ(radio.domain.country(), Country("DE"));
    ASSERT_TRUE(wlan->set_power_save({true, 3}));
    ASSERT_TRUE(wlan->set_power_save({true, 0})); // as before
    EXPECT_TRUE(radio.power_save.enabled);
    EXPECT_EQ(radio.power_save.listen_interval, 3);
}

} // namespace
