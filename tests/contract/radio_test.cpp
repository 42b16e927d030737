// SPDX-License-Identifier: Apache-2.0
// The radio is managed: country, power save, statistics, the access point (docs/decisions/0031).
#include "tests/contract/radio_scenario.h"
#include "tests/contract/scenario.h"
#include "tests/kit/link_host.h"
#include "tests/kit/live_pair.h"
#include "tests/kit/nwp_in_process.h"
#include "tests/kit/pipe_pair.h"
#include "tests/kit/temporary_folder.h"

#include <memory>
#include <optional>

namespace nwp::contract {
namespace {

using Fault = request::SimulateFault::Fault;

class Radio : public Scenario {
protected:
    void SetUp() override {
        Scenario::SetUp();
        if (IsSkipped()) return;
        ears.emplace(world().host());
        radio.emplace(world().host());
    }
    void TearDown() override {
        Scenario::TearDown();
        if (IsSkipped()) return;
        ears.reset();
        if (restarted_) return join_network(world().host());
        EXPECT_EQ(radio->stop(), Error{});
        EXPECT_EQ(radio->set_country("00"), Error{});
        EXPECT_EQ(radio->set_power_save(false, WifiPowerSave{}.listen_interval), Error{});
        if (!left_) return;
        EXPECT_EQ(radio->leave(), Error{});
        join_network(world().host());
    }

    void leave_network() {
        left_ = true;
        ASSERT_EQ(radio->leave(), Error{});
        ASSERT_TRUE(ears->wait_address(false));
    }
    void restart_nwp() {
        restarted_ = true;
        world().kill_nwp();
        world().start_nwp();
        request::GetWifiStatus status;
        Result<void> asked;
        do { // where it died without a word the host finds out by its first request
            ASSERT_TRUE(world().host().await_link(Instant::never()));
            asked = world().host().perform(status);
        } while (asked.error() == Error::connection_aborted || asked.error() == Error::network_down);
        ASSERT_TRUE(asked) << to_string(asked.error());
    }

    std::optional<RadioEars> ears;
    std::optional<RadioCalls> radio;

private:
    bool left_ = false;
    bool restarted_ = false;
};
SCENARIOS_OF(Radio);

// ---- country

TEST_P(Radio, keeps_its_country_when_another_is_refused) {
    EXPECT_EQ(radio->country(), "00");
    EXPECT_EQ(radio->set_country("US"), Error{});
    EXPECT_EQ(radio->set_country("QQ"), Error::not_found);
    for (const char* const wrong : {"", "U", "us", "U1", "0"})
        EXPECT_EQ(radio->set_country(wrong), Error::invalid_argument) << wrong;
    EXPECT_EQ(radio->country(), "US");
    EXPECT_EQ(radio->set_country("00"), Error{});
    EXPECT_EQ(radio->country(), "00");
}

TEST_P(Radio, finds_and_joins_only_what_the_country_allows) {
    leave_network();
    EXPECT_TRUE(radio->finds(kHighSsid));
    ASSERT_EQ(radio->set_country("US"), Error{});
    EXPECT_FALSE(radio->finds(kHighSsid));
    EXPECT_TRUE(radio->finds(kSsid));
    EXPECT_EQ(radio->join(kHighSsid), Error::wifi_no_network);
    ASSERT_EQ(radio->set_country("DE"), Error{});
    EXPECT_TRUE(radio->finds(kHighSsid));
    EXPECT_EQ(radio->join(kHighSsid), Error{});
}

TEST_P(Radio, loses_a_network_that_a_new_country_forbids_until_it_is_allowed_again) {
    leave_network();
    ASSERT_EQ(radio->join(kHighSsid), Error{});
    ASSERT_TRUE(ears->wait_address(true));
    ASSERT_EQ(radio->set_country("US"), Error{});
    EXPECT_TRUE(ears->wait_state(WifiState::lost));
    ASSERT_EQ(radio->set_country("00"), Error{});
    EXPECT_TRUE(ears->wait_state(WifiState::connected));
}

TEST_P(Radio, keeps_a_network_that_a_new_country_allows) {
    const std::uint32_t losses = radio->statistics().losses;
    Server server([](Connection& peer) { peer.echo(); });
    const int socket = connected(server);
    ASSERT_EQ(radio->set_country("US"), Error{});
    send_all(socket, "echo");
    EXPECT_EQ(receive(socket, 4), "echo");
    EXPECT_EQ(radio->statistics().losses, losses);
}

// ---- power save

TEST_P(Radio, saves_power_as_it_was_told_last) {
    EXPECT_FALSE(radio->power_save().enabled);
    ASSERT_EQ(radio->set_power_save(true, 3), Error{});
    EXPECT_TRUE(radio->power_save().enabled);
    EXPECT_EQ(radio->power_save().listen_interval, 3);
    ASSERT_EQ(radio->set_power_save(true, 0), Error{});
    EXPECT_EQ(radio->power_save().listen_interval, 3) << "0: as before";
    ASSERT_EQ(radio->set_power_save(false, 255), Error{});
    EXPECT_FALSE(radio->power_save().enabled);
    EXPECT_EQ(radio->power_save().listen_interval, 255);
}

TEST_P(Radio, loses_no_byte_while_it_saves_power) {
    ASSERT_EQ(radio->set_power_save(true, 255), Error{});
    Server server([](Connection& peer) { peer.echo(); });
    const int socket = connected(server);
    const std::string bytes = pattern(100000);
    std::string got;
    for (std::size_t at = 0; at < bytes.size(); at += 10000) {
        send_all(socket, std::string_view(bytes).substr(at, 10000));
        got += receive(socket, 10000);
    }
    EXPECT_EQ(hash(got), hash(bytes));
}

// ---- statistics

TEST_P(Radio, counts_what_it_carries) {
    const std::string bytes = pattern(50000);
    Server server([](Connection& peer) { peer.echo(); });
    const int socket = connected(server);
    const WifiStatistics before = radio->statistics();
    send_all(socket, bytes);
    ASSERT_EQ(receive(socket, bytes.size()).size(), bytes.size());
    const WifiStatistics after = radio->statistics();
    EXPECT_EQ(after.bytes_sent - before.bytes_sent, bytes.size());
    EXPECT_EQ(after.bytes_received - before.bytes_received, bytes.size());
    EXPECT_GT(after.packets_sent, before.packets_sent);
    EXPECT_GT(after.packets_received, before.packets_received);
    EXPECT_EQ(after.joins, before.joins);
    EXPECT_GE(after.beacons_received, before.beacons_received);
}

TEST_P(Radio, counts_joins_and_losses) {
    const WifiStatistics before = radio->statistics();
    Bssid bssid;
    copy_bytes(bssid.octets, ByteView{kBssid});
    ASSERT_EQ(radio->simulate(Fault::access_point_lost, bssid), Error{});
    ASSERT_TRUE(ears->wait_state(WifiState::lost));
    ASSERT_EQ(radio->simulate(Fault::access_point_back, bssid), Error{});
    ASSERT_TRUE(ears->wait_state(WifiState::connected));
    const WifiStatistics after = radio->statistics();
    EXPECT_EQ(after.losses - before.losses, 1U);
    EXPECT_EQ(after.joins - before.joins, 1U);
    EXPECT_GT(after.beacons_missed, before.beacons_missed);
}

// ---- access point

TEST_P(Radio, is_no_access_point_while_it_has_a_network) {
    EXPECT_EQ(radio->start(), Error::wifi_busy);
    EXPECT_FALSE(radio->access_point().running);
    EXPECT_EQ(radio->stop(), Error{}) << "also where there is none";
    EXPECT_EQ(radio->remove(station(0)), Error::not_found);
    Server server([](Connection& peer) { peer.echo(); });
    const int socket = make_socket();
    EXPECT_EQ(connect_to(socket, server), 0) << "nothing happened to the network: " << errno_text();
}

TEST_P(Radio, joins_no_network_while_it_is_an_access_point) {
    leave_network();
    ASSERT_EQ(radio->start(), Error{});
    EXPECT_EQ(radio->join(kSsid), Error::wifi_busy);
    EXPECT_EQ(radio->start(), Error::wifi_busy);
    EXPECT_EQ(radio->set_country("US"), Error::wifi_busy);
    EXPECT_EQ(radio->country(), "00");
    Server server([](Connection& peer) { peer.echo(); });
    const int socket = make_socket();
    EXPECT_FAILS(connect_to(socket, server), ENETUNREACH);
    ASSERT_EQ(radio->stop(), Error{});
    EXPECT_EQ(radio->set_country("US"), Error{});
    EXPECT_EQ(radio->join(kSsid), Error{});
}

TEST_P(Radio, tells_which_stations_come_and_go) {
    leave_network();
    ASSERT_EQ(radio->start(), Error{});
    EXPECT_TRUE(ears->wait_told({{0, true}, {1, true}}));
    EXPECT_EQ(radio->stations(), (std::vector<Byte>{0, 1}));
    const AccessPointStatus running = radio->access_point();
    EXPECT_TRUE(running.running);
    EXPECT_EQ(running.ssid, Ssid(kOwnSsid));
    EXPECT_EQ(running.security, WifiSecurity::wpa2_psk);
    EXPECT_GE(running.channel, 1);
    EXPECT_LE(running.channel, 11);

    ASSERT_EQ(radio->remove(station(0)), Error{});
    EXPECT_TRUE(ears->wait_told({{0, true}, {1, true}, {0, false}}));
    EXPECT_EQ(radio->remove(station(0)), Error::not_found);
    EXPECT_EQ(radio->stations(), (std::vector<Byte>{1}));
    ASSERT_EQ(radio->simulate(Fault::access_point_lost, station(1)), Error{});
    EXPECT_TRUE(ears->wait_told({{0, true}, {1, true}, {0, false}, {1, false}}));
    ASSERT_EQ(radio->simulate(Fault::access_point_back, station(1)), Error{});
    EXPECT_TRUE(ears->wait_told({{0, true}, {1, true}, {0, false}, {1, false}, {1, true}}));
    ASSERT_EQ(radio->stop(), Error{});
    EXPECT_TRUE(ears->wait_told({{0, true}, {1, true}, {0, false}, {1, false}, {1, true}, {1, false}}));
    EXPECT_FALSE(radio->access_point().running);
}

TEST_P(Radio, lets_no_station_in_that_takes_another_passphrase_for_its_own) {
    leave_network();
    AccessPointChoice other = RadioCalls::own_access_point();
    other.passphrase = "welcome to them";
    ASSERT_EQ(radio->start(other), Error{});
    EXPECT_TRUE(radio->stations().empty());
    ASSERT_EQ(radio->stop(), Error{});
    ASSERT_EQ(radio->start(), Error{});
    EXPECT_TRUE(ears->wait_told({{0, true}, {1, true}})) << "and nothing was told of the other";
}

TEST_P(Radio, begins_an_access_point_only_where_the_country_allows) {
    leave_network();
    EXPECT_EQ(radio->start_on(12), Error::not_permitted) << "not everywhere";
    EXPECT_EQ(radio->start_on(36), Error::not_permitted) << "not everywhere";
    ASSERT_EQ(radio->set_country("US"), Error{});
    EXPECT_EQ(radio->start_on(13), Error::not_permitted);
    EXPECT_EQ(radio->start_on(100), Error::not_permitted) << "where radar has to be looked out for";
    EXPECT_FALSE(radio->access_point().running);
    EXPECT_EQ(radio->start_on(36), Error{});
    EXPECT_EQ(radio->access_point().channel, 36);
    ASSERT_EQ(radio->stop(), Error{});
    ASSERT_EQ(radio->set_country("DE"), Error{});
    EXPECT_EQ(radio->start_on(13), Error{});
    EXPECT_EQ(radio->access_point().channel, 13);
}

TEST_P(Radio, begins_no_access_point_that_802_11_does_not_have) {
    leave_network();
    AccessPointChoice choice = RadioCalls::own_access_point();
    choice.ssid = "";
    EXPECT_EQ(radio->start(choice), Error::invalid_argument);
    choice.ssid = "a name of thirty-three characters";
    EXPECT_EQ(radio->start(choice), Error::invalid_argument);
    choice = RadioCalls::own_access_point();
    choice.passphrase = "7 chars";
    EXPECT_EQ(radio->start(choice), Error::invalid_argument);
    choice.passphrase = "";
    EXPECT_EQ(radio->start(choice), Error::invalid_argument);
    choice = RadioCalls::own_access_point();
    choice.security = WifiSecurity::open;
    EXPECT_EQ(radio->start(choice), Error::invalid_argument) << "an open one has no passphrase";
    choice = RadioCalls::own_access_point();
    choice.security = WifiSecurity::wpa3_sae;
    EXPECT_EQ(radio->start(choice), Error::operation_not_supported);
    EXPECT_FALSE(radio->access_point().running);
}

TEST_P(Radio, begins_anew_with_its_nwp) {
    leave_network();
    ASSERT_EQ(radio->set_country("DE"), Error{});
    ASSERT_EQ(radio->set_power_save(true, 3), Error{});
    ASSERT_EQ(radio->start_on(13), Error{});
    restart_nwp();
    EXPECT_FALSE(radio->access_point().running);
    EXPECT_EQ(radio->country(), "00");
    EXPECT_FALSE(radio->power_save().enabled);
    EXPECT_EQ(radio->power_save().listen_interval, WifiPowerSave{}.listen_interval);
    EXPECT_EQ(radio->statistics().joins, 0U);
}

// ---- several hosts

/// One radio, and two hosts of it on links of their own.
class TwoHostsOneRadio : public ::testing::Test {
protected:
    struct Place {
        Place() {
            auto made = std::make_unique<kit::PipePair>();
            pipe = made.get();
            pair = std::make_unique<kit::LivePair>(std::move(made));
        }
        std::unique_ptr<kit::LivePair> pair;
        kit::PipePair* pipe;
    };

    TwoHostsOneRadio() {
        kit::NwpSettings settings;
        settings.store = folder_ / "store";
        settings.radio_file = radio_file();
        nwp_ = std::make_unique<kit::NwpInProcess>(settings);
        nwp_->serve(one_.pair->nwp());
        nwp_->serve(other_.pair->nwp());
        host = std::make_unique<kit::LinkHost>(one_.pair->host(), 1);
        other_host = std::make_unique<kit::LinkHost>(other_.pair->host(), 2);
        for (kit::LinkHost* each : {host.get(), other_host.get()})
            EXPECT_TRUE(each->host().await_link(each->port().now() + seconds(60)));
        radio.emplace(host->host());
        other.emplace(other_host->host());
    }
    void lose_host() {
        radio.reset();
        host.reset();
        one_.pipe->cut();
    }

private:
    kit::TemporaryFolder folder_;
    Place one_;
    Place other_;
    std::unique_ptr<kit::NwpInProcess> nwp_;

protected:
    std::unique_ptr<kit::LinkHost> host;
    std::unique_ptr<kit::LinkHost> other_host;
    std::optional<RadioCalls> radio;
    std::optional<RadioCalls> other;
};

TEST_F(TwoHostsOneRadio, see_what_the_other_has_set) {
    ASSERT_EQ(radio->set_country("JP"), Error{});
    EXPECT_EQ(other->country(), "JP");
    ASSERT_EQ(other->set_power_save(true, 7), Error{});
    EXPECT_TRUE(radio->power_save().enabled);
    EXPECT_EQ(radio->power_save().listen_interval, 7);
    ASSERT_EQ(radio->start_on(14), Error{});
    EXPECT_EQ(other->access_point().channel, 14);
}

TEST_F(TwoHostsOneRadio, hear_both_of_stations) {
    RadioEars ears(host->host());
    RadioEars other_ears(other_host->host());
    ASSERT_EQ(radio->start(), Error{});
    EXPECT_TRUE(ears.wait_told({{0, true}, {1, true}}));
    EXPECT_TRUE(other_ears.wait_told({{0, true}, {1, true}}));
    ASSERT_EQ(other->remove(station(1)), Error{}) << "also who did not start it";
    EXPECT_TRUE(ears.wait_told({{0, true}, {1, true}, {1, false}}));
    EXPECT_TRUE(other_ears.wait_told({{0, true}, {1, true}, {1, false}}));
    ASSERT_EQ(other->stop(), Error{});
    EXPECT_TRUE(ears.wait_told({{0, true}, {1, true}, {1, false}, {0, false}}));
}

TEST_F(TwoHostsOneRadio, find_it_busy_with_what_the_other_does) {
    ASSERT_EQ(radio->join(kSsid), Error{});
    EXPECT_EQ(other->start(), Error::wifi_busy);
    ASSERT_EQ(radio->leave(), Error{});
    ASSERT_EQ(other->start(), Error{});
    EXPECT_EQ(radio->join(kSsid), Error::wifi_busy);
    EXPECT_EQ(radio->set_country("US"), Error::wifi_busy);
    EXPECT_EQ(radio->start(), Error::wifi_busy);
}

TEST_F(TwoHostsOneRadio, leave_an_access_point_that_lives_on) {
    ASSERT_EQ(radio->set_country("DE"), Error{});
    ASSERT_EQ(radio->start_on(13), Error{});
    lose_host();
    EXPECT_TRUE(other->access_point().running);
    EXPECT_EQ(other->access_point().channel, 13);
    EXPECT_EQ(other->country(), "DE");
    EXPECT_EQ(other->stop(), Error{});
    EXPECT_EQ(other->join(kHighSsid), Error{});
}

} // namespace
} // namespace nwp::contract
