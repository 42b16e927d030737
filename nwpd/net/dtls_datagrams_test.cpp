// SPDX-License-Identifier: Apache-2.0
#include "nwpd/net/dtls_fixture.h"

namespace nwp::net {
namespace {

/// Whether the datagram is a record of application data.
bool is_data(const std::vector<Byte>& datagram) { return !datagram.empty() && datagram[0] == 23; }

TEST_F(DtlsTest, carries_datagrams_both_ways) {
    connect();
    EXPECT_TRUE(send(*client, "there"));
    Address from;
    EXPECT_EQ(*receive(*server, &from), "there");
    EXPECT_EQ(from, client->local());
    EXPECT_TRUE(send(*server, "and back", from));
    EXPECT_EQ(*receive(*client, &from), "and back");
    EXPECT_EQ(from, server->local());
}

TEST_F(DtlsTest, tells_what_was_negotiated) {
    client_settings.tls.alpn = {"coap", "other"};
    server_settings.tls.alpn = {"other", "coap"};
    client_settings.tls.cipher_suites = {0xc02c}; // TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384
    connect();
    const DtlsFacts facts = client->facts({});
    EXPECT_EQ(facts.version, Protocol::dtls_1_2);
    EXPECT_EQ(facts.cipher_suite, 0xc02c);
    EXPECT_EQ(facts.alpn, "other");
    EXPECT_EQ(server->facts(client->local()).alpn, "other");
    EXPECT_EQ(server->facts(Address::ipv4(192, 0, 2, 99, 1)).version, Protocol::any);
}

TEST_F(DtlsTest, dtls_1_0_as_a_floor_speaks_1_2) {
    client_settings.tls.floor = Protocol::dtls_1_0;
    client_settings.tls.ceiling = Protocol::tls_1_3; // what a socket has by default
    connect();
    EXPECT_EQ(client->facts({}).version, Protocol::dtls_1_2);
}

TEST_F(DtlsTest, one_send_is_one_record_is_one_datagram) {
    connect();
    std::size_t data = 0;
    net.inspect = [&](const Address&, const Address&, const std::vector<Byte>& datagram) {
        data += is_data(datagram) ? 1 : 0;
        EXPECT_EQ(datagram.size(), 13U + (datagram[11] * 256U + datagram[12]));
        return true;
    };
    const std::vector<std::string> sent{"a", std::string(1400, 'b'), std::string(16384, 'c'), "d"};
    for (const std::string& each : sent) EXPECT_TRUE(send(*client, each));
    for (const std::string& each : sent) EXPECT_EQ(*receive(*server), each);
    EXPECT_EQ(data, sent.size());
}

TEST_F(DtlsTest, more_than_a_record_is_too_long) {
    connect();
    EXPECT_EQ(send(*client, std::string(16385, 'x')).error(), Error::message_too_long);
    EXPECT_TRUE(send(*client, "y"));
    EXPECT_EQ(*receive(*server), "y");
}

TEST_F(DtlsTest, an_empty_datagram_cannot_be_sent) {
    connect();
    EXPECT_EQ(send(*client, "").error(), Error::invalid_argument);
}

TEST_F(DtlsTest, what_a_short_buffer_has_no_room_for_is_lost) {
    connect();
    EXPECT_TRUE(send(*client, "long enough"));
    EXPECT_TRUE(send(*client, "next"));
    bool ready = false;
    server->wait_readable([&] { ready = true; });
    ASSERT_TRUE(kit::run_until(context, [&] { return ready; }));
    Byte buffer[4];
    const auto got = server->receive(buffer);
    ASSERT_TRUE(got);
    EXPECT_EQ(got->size, 11U);
    EXPECT_EQ(as_text(buffer), "long");
    EXPECT_EQ(*receive(*server), "next");
}

TEST_F(DtlsTest, an_unconnected_client_shakes_hands_at_its_first_send) {
    serve();
    client = make(net.open(), client_settings);
    EXPECT_EQ(send(*client, "nobody").error(), Error::destination_required);
    EXPECT_TRUE(send(*client, "first", server->local()));
    EXPECT_TRUE(send(*client, "second", server->local()));
    EXPECT_EQ(*receive(*server), "first");
    EXPECT_EQ(*receive(*server), "second");
    EXPECT_EQ(client->counters().handshakes_done, 1U);
}

TEST_F(DtlsTest, an_unconnected_client_has_an_association_with_each_peer) {
    serve();
    auto other = make(net.open(), server_settings);
    ASSERT_TRUE(other->serve());
    client = make(net.open(), client_settings);
    EXPECT_TRUE(send(*client, "one", server->local()));
    EXPECT_TRUE(send(*client, "two", other->local()));
    EXPECT_EQ(*receive(*server), "one");
    EXPECT_EQ(*receive(*other), "two");
    EXPECT_EQ(client->associations(), 2U);
}

TEST_F(DtlsTest, nothing_of_the_application_is_readable_on_the_way) {
    net.inspect = [](const Address&, const Address&, const std::vector<Byte>& datagram) {
        EXPECT_EQ(as_text(datagram).find("secret"), std::string_view::npos);
        return true;
    };
    serve();
    client = make(net.open(), client_settings);
    EXPECT_TRUE(send(*client, "secret", server->local()));
    EXPECT_EQ(*receive(*server), "secret");
}

TEST_F(DtlsTest, during_the_handshake_only_so_much_is_kept) {
    serve();
    client = make(net.open(), client_settings);
    int taken = 0;
    Result<void> sent;
    while ((sent = send(*client, std::string(1000, 'x'), server->local()))) ++taken;
    EXPECT_EQ(sent.error(), Error::would_block);
    EXPECT_EQ(taken, 64);
    bool writable = false;
    client->wait_writable([&] { writable = true; });
    EXPECT_TRUE(kit::run_until(context, [&] { return writable; }));
    EXPECT_EQ(client->counters().handshakes_done, 1U);
    for (int i = 0; i < taken; ++i) EXPECT_EQ(receive(*server)->size(), 1000U);
}

TEST_F(DtlsTest, a_connected_socket_reaches_its_peer_alone) {
    connect();
    EXPECT_EQ(send(*client, "x", Address::ipv4(192, 0, 2, 9, 9)).error(), Error::is_connected);
    EXPECT_TRUE(send(*client, "x", server->local()));
}

TEST_F(DtlsTest, the_end_of_the_peer_ends_the_association) {
    connect();
    EXPECT_TRUE(send(*client, "last"));
    client->close();
    EXPECT_EQ(*receive(*server), "last");
    EXPECT_TRUE(kit::run_until(context, [&] { return server->associations() == 0; }));
    EXPECT_EQ(send(*server, "late", client->local()).error(), Error::not_connected);
}

TEST_F(DtlsTest, the_end_of_the_server_is_not_connected_behind_the_last_datagram) {
    connect();
    EXPECT_TRUE(send(*server, "last", client->local()));
    server->close();
    EXPECT_EQ(*receive(*client), "last");
    EXPECT_EQ(receive(*client).error(), Error::not_connected);
    EXPECT_EQ(receive(*client).error(), Error::not_connected);
    EXPECT_EQ(send(*client, "x").error(), Error::not_connected);
    EXPECT_TRUE(client->verdict().rules.empty());
}

TEST_F(DtlsTest, after_the_end_a_handshake_begins_anew) {
    serve();
    client = make(net.open(), client_settings);
    EXPECT_TRUE(send(*client, "one", server->local()));
    EXPECT_EQ(*receive(*server), "one");
    const Address at = server->local();
    server->close();
    EXPECT_TRUE(kit::run_until(context, [&] { return client->associations() == 0; }));
    server = make(net.open_at(at), server_settings);
    ASSERT_TRUE(server->serve());
    EXPECT_TRUE(send(*client, "two", at));
    EXPECT_EQ(*receive(*server), "two");
    EXPECT_EQ(client->counters().handshakes_done, 2U);
}

TEST_F(DtlsTest, a_doubled_record_arrives_once) {
    connect();
    net.faults.doubled = 100;
    for (int i = 0; i < 20; ++i) EXPECT_TRUE(send(*client, std::to_string(i)));
    for (int i = 0; i < 20; ++i) EXPECT_EQ(*receive(*server), std::to_string(i));
    EXPECT_TRUE(kit::run_until(context, [&] { return server->counters().dropped == 20; }));
    EXPECT_TRUE(drain(*server).empty());
}

TEST_F(DtlsTest, a_damaged_record_is_dropped_and_counted) {
    connect();
    net.inspect = [](const Address&, const Address&, std::vector<Byte>& datagram) {
        datagram.back() ^= 1;
        return true;
    };
    EXPECT_TRUE(send(*client, "damaged"));
    net.inspect = nullptr;
    EXPECT_TRUE(send(*client, "whole"));
    EXPECT_EQ(*receive(*server), "whole");
    EXPECT_EQ(server->counters().dropped, 1U);
    EXPECT_EQ(server->associations(), 1U);
}

TEST_F(DtlsTest, garbage_from_anybody_is_dropped_and_counted) {
    connect();
    const Address stranger = Address::ipv4(198, 51, 100, 1, 5);
    net.deliver(stranger, server->local(), {1, 2, 3});
    net.deliver(client->local(), server->local(), {});
    net.deliver(client->local(), server->local(), std::vector<Byte>(2000, 0xff));
    net.deliver(client->local(), server->local(), {23, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff});
    EXPECT_TRUE(send(*client, "fine"));
    EXPECT_EQ(*receive(*server), "fine");
    EXPECT_EQ(server->counters().dropped, 4U);
}

TEST_F(DtlsTest, an_alert_that_nobody_signed_ends_nothing) {
    connect();
    const std::vector<Byte> alert{21, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 9, 0, 2, 2, 40};
    net.deliver(client->local(), server->local(), alert);
    net.deliver(server->local(), client->local(), alert);
    EXPECT_TRUE(send(*client, "still"));
    EXPECT_EQ(*receive(*server), "still");
    EXPECT_TRUE(send(*server, "here", client->local()));
    EXPECT_EQ(*receive(*client), "here");
}

TEST_F(DtlsTest, what_nobody_receives_fills_so_much_and_the_newest_is_dropped) {
    server_settings.receive_room = 10000;
    connect();
    for (int i = 0; i < 20; ++i) EXPECT_TRUE(send(*client, std::string(1000, static_cast<char>('a' + i))));
    EXPECT_TRUE(kit::run_until(context, [&] { return server->counters().overflow > 10; }));
    const auto all = drain(*server);
    ASSERT_EQ(all.size() + server->counters().overflow, 20U);
    for (std::size_t i = 0; i < all.size(); ++i) EXPECT_EQ(all[i][0], static_cast<char>('a' + i));
}

TEST_F(DtlsTest, a_full_lower_end_is_would_block_until_it_is_not) {
    serve();
    auto lower = net.open(server->local());
    NetDatagrams& below = *lower;
    client = make(std::move(lower), client_settings);
    ASSERT_TRUE(handshake(*client));
    below.send_error = Error::would_block;
    EXPECT_EQ(send(*client, "x").error(), Error::would_block);
    bool writable = false;
    client->wait_writable([&] { writable = true; });
    kit::run_ready(context);
    EXPECT_FALSE(writable);
    below.allow_sending();
    EXPECT_TRUE(kit::run_until(context, [&] { return writable; }));
    EXPECT_TRUE(send(*client, "y"));
    EXPECT_EQ(*receive(*server), "y");
}

TEST_F(DtlsTest, an_icmp_error_is_told_once_and_the_association_lives) {
    serve();
    auto lower = net.open(server->local());
    NetDatagrams& below = *lower;
    client = make(std::move(lower), client_settings);
    ASSERT_TRUE(handshake(*client));
    below.fail_next_receive(Error::connection_refused);
    EXPECT_EQ(receive(*client).error(), Error::connection_refused);
    EXPECT_TRUE(send(*client, "on"));
    EXPECT_EQ(*receive(*server), "on");
}

TEST_F(DtlsTest, a_closed_socket_forgets_its_handlers) {
    connect();
    bool called = false;
    client->wait_readable([&] { called = true; });
    client->wait_writable([&] { called = true; });
    client->close();
    kit::run_ready(context);
    EXPECT_FALSE(called);
    EXPECT_EQ(send(*client, "x").error(), Error::not_connected);
    EXPECT_EQ(receive(*client).error(), Error::not_connected);
}

TEST_F(DtlsTest, close_cancels_a_handshake_under_way) {
    serve();
    client = connected_client();
    std::optional<Result<void>> outcome;
    client->handshake({}, seconds(10), [&](Result<void> result) { outcome = result; });
    client->close();
    EXPECT_TRUE(kit::run_until(context, [&] { return outcome.has_value(); }));
    EXPECT_EQ(outcome->error(), Error::cancelled);
}

TEST_F(DtlsTest, may_go_while_everything_is_under_way) {
    serve();
    client = connected_client();
    bool called = false;
    client->handshake({}, seconds(10), [&](Result<void>) { called = true; });
    client->wait_readable([&] { called = true; });
    client.reset();
    server.reset();
    kit::run_ready(context);
    EXPECT_FALSE(called);
}

} // namespace
} // namespace nwp::net
