// SPDX-License-Identifier: Apache-2.0
#include "nwpd/net/dtls_fixture.h"

#include <set>

namespace nwp::net {
namespace {

/// A network that loses 30 of 100, doubles 10 and reorders 20.
class DtlsLossTest : public DtlsTest {
protected:
    DtlsLossTest() {
        net.faults = {30, 10, 20};
        for (DtlsSettings* each : {&client_settings, &server_settings}) {
            each->timeout_min = milliseconds(20);
            each->timeout_max = milliseconds(60);
        }
    }
    /// Sends numbered datagrams of different lengths and turns the loop until the network is quiet. Returns
    /// the numbers that arrived; each must be whole, and come once.
    std::set<int> transfer(DtlsDatagrams& from, DtlsDatagrams& to, const Address& address, int count) {
        for (int i = 0; i < count; ++i) {
            EXPECT_TRUE(
                send(from, numbered(next_++), address)); // late ones of the last transfer may come too
            kit::run_ready(context);
        }
        std::set<int> arrived;
        for (const std::string& each : drain(to)) {
            const int number = std::stoi(each);
            EXPECT_EQ(each, numbered(number));
            EXPECT_TRUE(arrived.insert(number).second) << number << " came twice";
        }
        return arrived;
    }
    static std::string numbered(int number) {
        return std::to_string(number) + " " +
               std::string(static_cast<std::size_t>(number) * 37 % 1200,
                           static_cast<char>('a' + number % 26));
    }

private:
    int next_ = 0;
};

TEST_F(DtlsLossTest, handshakes_end_well_and_data_arrive_whole_and_at_most_once) {
    server_settings.receive_room = client_settings.receive_room = 4 << 20;
    serve();
    for (int round = 0; round < 20; ++round) {
        client = connected_client();
        const auto outcome = handshake(*client, {}, seconds(30));
        ASSERT_TRUE(outcome) << to_string(outcome.error()) << " " << rules_of(client->verdict());
        const auto there = transfer(*client, *server, {}, 200);
        EXPECT_GT(there.size(), 80U);
        const auto back = transfer(*server, *client, client->local(), 200);
        EXPECT_GT(back.size(), 80U);
    }
}

TEST_F(DtlsLossTest, mutual_authentication_ends_well_too) {
    server_settings.tls.verify = PeerVerify::required;
    server_settings.tls.credentials.trust = trusting({pki.root});
    kit::CertificateOptions options;
    options.common_name = "client";
    options.extended_key_usage = "clientAuth";
    client_settings.tls.credentials.identities = {
        identity_of({kit::issue(pki.intermediate, options), pki.intermediate})};
    serve();
    for (int round = 0; round < 10; ++round) {
        client = connected_client();
        const auto outcome = handshake(*client, {}, seconds(30));
        ASSERT_TRUE(outcome) << to_string(outcome.error()) << " " << rules_of(client->verdict());
    }
}

TEST_F(DtlsLossTest, many_at_once_do_not_disturb_each_other) {
    serve();
    std::vector<std::unique_ptr<DtlsDatagrams>> all;
    int done = 0;
    for (int i = 0; i < 16; ++i) {
        all.push_back(connected_client());
        all.back()->handshake({}, seconds(30), [&](Result<void> outcome) {
            EXPECT_TRUE(outcome) << to_string(outcome.error());
            ++done;
        });
    }
    EXPECT_TRUE(kit::run_until(
        context, [&] { return done == 16; }, std::chrono::seconds(40)));
}

TEST_F(DtlsLossTest, the_last_flight_of_the_server_is_repeated_when_it_is_lost) {
    net.faults = {};
    serve();
    // The flight that begins with ChangeCipherSpec, twice.
    int lost = 0;
    net.inspect = [&](const Address& from, const Address&, const std::vector<Byte>& datagram) {
        return from != server->local() || datagram.empty() || datagram[0] != 20 || ++lost > 2;
    };
    client = connected_client();
    ASSERT_TRUE(handshake(*client));
    EXPECT_EQ(lost, 3);
    EXPECT_TRUE(send(*client, "x"));
    EXPECT_EQ(*receive(*server), "x");
}

TEST_F(DtlsLossTest, a_flight_waits_as_long_as_the_socket_says_and_then_twice_that) {
    net.faults = {};
    client_settings.timeout_min = milliseconds(100);
    client_settings.timeout_max = milliseconds(300);
    std::vector<std::chrono::steady_clock::time_point> flights;
    net.inspect = [&](const Address&, const Address&, const std::vector<Byte>&) {
        flights.push_back(std::chrono::steady_clock::now());
        return true;
    };
    client = make(net.open(Address::ipv4(192, 0, 2, 200, 1)), client_settings);
    EXPECT_EQ(handshake(*client, {}, milliseconds(1150)).error(), Error::timed_out);
    // At 0, 100, 300, 600, 900; a busy machine may be late and miss the last.
    ASSERT_GE(flights.size(), 4U);
    ASSERT_LE(flights.size(), 5U);
    const auto pause = [&](std::size_t i) { return flights[i + 1] - flights[i]; };
    EXPECT_GE(pause(0), std::chrono::milliseconds(80));
    EXPECT_GE(pause(1), std::chrono::milliseconds(180));
    EXPECT_GE(pause(2), std::chrono::milliseconds(280));
}

TEST_F(DtlsLossTest, a_silent_peer_is_timed_out_within_the_limit) {
    net.faults = {};
    client = make(net.open(Address::ipv4(192, 0, 2, 200, 1)), client_settings);
    EXPECT_EQ(handshake(*client, {}, milliseconds(200)).error(), Error::timed_out);
    EXPECT_EQ(client->verdict().rules, rules(Rule::timed_out));
    EXPECT_EQ(receive(*client).error(), Error::not_connected);
}

TEST_F(DtlsLossTest, a_peer_that_is_nobody_is_connection_refused) {
    net.faults = {};
    auto lower = net.open(Address::ipv4(192, 0, 2, 200, 1));
    NetDatagrams& below = *lower;
    client = make(std::move(lower), client_settings);
    std::optional<Result<void>> outcome;
    client->handshake({}, seconds(10), [&](Result<void> result) { outcome = result; });
    below.fail_next_receive(Error::connection_refused);
    EXPECT_TRUE(kit::run_until(context, [&] { return outcome.has_value(); }));
    EXPECT_EQ(outcome->error(), Error::connection_refused);
}

TEST_F(DtlsLossTest, a_network_that_takes_nothing_is_told_at_once) {
    net.faults = {};
    auto lower = net.open(Address::ipv4(192, 0, 2, 200, 1));
    lower->send_error = Error::network_unreachable;
    client = make(std::move(lower), client_settings);
    EXPECT_EQ(handshake(*client, {}, seconds(10)).error(), Error::network_unreachable);
}

} // namespace
} // namespace nwp::net
