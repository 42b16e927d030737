// SPDX-License-Identifier: Apache-2.0
#include "nwpd/net/dtls_fixture.h"

#include <malloc.h>

namespace nwp::net {
namespace {

/// The two ClientHellos of a client that is about to shake hands: without a cookie and with one.
class DtlsServerTest : public DtlsTest {
protected:
    void record_hellos() {
        net.inspect = [this](const Address& from, const Address&, const std::vector<Byte>& datagram) {
            if (from != server->local()) hellos.push_back(datagram);
            return true;
        };
    }
    void stop_recording() { net.inspect = nullptr; }

    std::vector<std::unique_ptr<DtlsDatagrams>> clients(std::size_t count) {
        std::vector<std::unique_ptr<DtlsDatagrams>> all;
        for (std::size_t i = 0; i < count; ++i) {
            all.push_back(connected_client());
            const auto outcome = handshake(*all.back());
            EXPECT_TRUE(outcome) << to_string(outcome.error());
        }
        return all;
    }

    std::vector<std::vector<Byte>> hellos;
};

TEST_F(DtlsServerTest, asks_for_a_cookie_before_anything_is_kept) {
    serve();
    record_hellos();
    client = connected_client();
    ASSERT_TRUE(handshake(*client));
    stop_recording();
    const std::size_t before = server->associations();
    net.deliver(Address::ipv4(198, 51, 100, 7, 7), server->local(), hellos.at(0));
    EXPECT_TRUE(kit::run_until(context, [&] { return server->counters().hellos_without_cookie == 2; }));
    EXPECT_EQ(server->associations(), before);
}

TEST_F(DtlsServerTest, a_cookie_is_worth_nothing_at_another_address) {
    serve();
    record_hellos();
    client = connected_client();
    ASSERT_TRUE(handshake(*client));
    stop_recording();
    net.deliver(Address::ipv4(198, 51, 100, 7, 7), server->local(), hellos.at(1));
    EXPECT_TRUE(kit::run_until(context, [&] { return server->counters().hellos_without_cookie == 2; }));
    EXPECT_EQ(server->associations(), 1U);
}

TEST_F(DtlsServerTest, a_flood_of_hellos_costs_no_memory_and_gets_no_more_bytes_than_it_sends) {
    serve();
    record_hellos();
    client = connected_client();
    ASSERT_TRUE(handshake(*client));
    std::size_t answered = 0;
    net.inspect = [&](const Address&, const Address&, const std::vector<Byte>& datagram) {
        EXPECT_LT(datagram.size(), hellos.at(0).size());
        ++answered;
        return false;
    };
    const auto knock = [&](unsigned times) {
        for (unsigned i = 0; i < times; ++i) {
            const Address from =
                Address::ipv4(198, 51, static_cast<Byte>(i >> 8), static_cast<Byte>(i), 5000);
            std::vector<Byte> hello = hellos.at(0);
            hello[30] = static_cast<Byte>(i); // its random
            net.deliver(from, server->local(), std::move(hello));
            kit::run_ready(context);
        }
    };
    knock(100); // whatever is allocated once
    const std::size_t before = mallinfo2().uordblks;
    knock(5000);
    const std::size_t after = mallinfo2().uordblks;
    EXPECT_EQ(answered, 5100U);
    EXPECT_EQ(server->associations(), 1U);
    EXPECT_LT(after, before + 4096);
    net.inspect = nullptr;
    EXPECT_TRUE(send(*client, "unmoved"));
    EXPECT_EQ(*receive(*server), "unmoved");
}

TEST_F(DtlsServerTest, broken_hellos_are_not_answered) {
    serve();
    record_hellos();
    client = connected_client();
    ASSERT_TRUE(handshake(*client));
    std::size_t answered = 0;
    net.inspect = [&](const Address&, const Address&, const std::vector<Byte>&) { return ++answered == 0; };
    const Address stranger = Address::ipv4(198, 51, 100, 7, 7);
    for (std::size_t size = 0; size < hellos.at(0).size(); ++size) {
        const auto& whole = hellos.at(0);
        net.deliver(stranger, server->local(),
                    {whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)});
    }
    kit::run_ready(context);
    EXPECT_EQ(answered, 0U);
    EXPECT_EQ(server->associations(), 1U);
}

TEST_F(DtlsServerTest, serves_many_peers_by_address) {
    serve();
    const auto all = clients(8);
    for (std::size_t i = 0; i < all.size(); ++i) EXPECT_TRUE(send(*all[i], std::to_string(i)));
    for (std::size_t i = 0; i < all.size(); ++i) {
        Address from;
        EXPECT_EQ(*receive(*server, &from), std::to_string(i));
        EXPECT_EQ(from, all[i]->local());
        EXPECT_TRUE(send(*server, "to " + std::to_string(i), from));
    }
    for (std::size_t i = 0; i < all.size(); ++i) EXPECT_EQ(*receive(*all[i]), "to " + std::to_string(i));
    EXPECT_EQ(server->associations(), 8U);
}

TEST_F(DtlsServerTest, keeps_32_associations_and_drops_the_oldest_idle_one) {
    serve();
    auto all = clients(32);
    EXPECT_TRUE(send(*all[0], "not idle"));
    EXPECT_EQ(*receive(*server), "not idle");
    auto one_more = clients(1);
    EXPECT_EQ(server->associations(), 32U);
    EXPECT_EQ(server->counters().evicted, 1U);
    EXPECT_EQ(receive(*all[1]).error(), Error::not_connected) << "it hears that it was dropped";
    EXPECT_TRUE(send(*all[0], "still here"));
    EXPECT_EQ(*receive(*server), "still here");
}

TEST_F(DtlsServerTest, handshakes_that_never_end_drive_nobody_out) {
    serve();
    auto all = clients(16);
    // 40 clients that return their cookie, and nothing else.
    std::vector<std::unique_ptr<DtlsDatagrams>> silent;
    for (int i = 0; i < 40; ++i) {
        silent.push_back(connected_client());
        const Address own = silent.back()->local();
        int flights = 0;
        net.inspect = [&flights, own](const Address& from, const Address&, const std::vector<Byte>&) {
            return from != own || ++flights <= 2;
        };
        silent.back()->handshake({}, seconds(20), [](Result<void>) {});
        EXPECT_TRUE(kit::run_until(context, [&] { return flights >= 3; }));
        silent.back()->close();
    }
    net.inspect = nullptr;
    EXPECT_LE(server->associations(), 32U);
    for (const auto& each : all) {
        EXPECT_TRUE(send(*each, "here"));
        EXPECT_EQ(*receive(*server), "here");
    }
}

TEST_F(DtlsServerTest, a_handshake_that_takes_too_long_is_forgotten) {
    server_settings.handshake_limit = milliseconds(200);
    serve();
    client = connected_client();
    const Address own = client->local();
    int flights = 0;
    net.inspect = [&](const Address& from, const Address&, const std::vector<Byte>&) {
        return from != own || ++flights <= 2;
    };
    std::string refused;
    server->on_refused([&](const Address& peer, const Verdict& verdict, const std::string&) {
        EXPECT_EQ(peer, own);
        refused = rules_of(verdict);
    });
    client->handshake({}, seconds(20), [](Result<void>) {});
    EXPECT_TRUE(kit::run_until(context, [&] { return server->associations() == 1; }));
    EXPECT_TRUE(kit::run_until(context, [&] { return !refused.empty(); }));
    EXPECT_EQ(server->associations(), 0U);
    EXPECT_EQ(refused, "verdict: timed_out alert 0");
}

TEST_F(DtlsServerTest, a_client_that_began_anew_at_the_same_address_is_served) {
    connect();
    const Address at = client->local();
    // Gone without close_notify, as after a reset.
    net.inspect = [](const Address&, const Address&, const std::vector<Byte>&) { return false; };
    client.reset();
    net.inspect = nullptr;
    client = make(net.open_at(at, server->local()), client_settings);
    ASSERT_TRUE(handshake(*client));
    EXPECT_TRUE(send(*client, "back again"));
    EXPECT_EQ(*receive(*server), "back again");
    EXPECT_EQ(server->associations(), 1U);
}

TEST_F(DtlsServerTest, a_late_copy_of_the_hello_with_the_cookie_disturbs_nobody) {
    serve();
    record_hellos();
    client = connected_client();
    ASSERT_TRUE(handshake(*client));
    for (const auto& hello : hellos) net.deliver(client->local(), server->local(), hello);
    kit::run_ready(context);
    EXPECT_TRUE(send(*client, "one"));
    EXPECT_EQ(*receive(*server), "one");
    EXPECT_EQ(server->counters().handshakes_done, 1U);
    EXPECT_EQ(server->counters().evicted, 0U);
}

TEST_F(DtlsServerTest, connected_waits_for_its_peer) {
    const Address server_at = net.next_address();
    const Address client_at = net.next_address();
    server = make(net.open_at(server_at, client_at), server_settings);
    ASSERT_TRUE(server->serve());
    std::optional<Result<void>> shaken;
    server->handshake({}, seconds(10), [&](Result<void> result) { shaken = result; });
    client = make(net.open_at(client_at, server_at), client_settings);
    ASSERT_TRUE(handshake(*client));
    ASSERT_TRUE(kit::run_until(context, [&] { return shaken.has_value(); }));
    EXPECT_TRUE(*shaken);
    EXPECT_TRUE(send(*server, "first from the server"));
    EXPECT_EQ(*receive(*client), "first from the server");
    client->close();
    EXPECT_EQ(receive(*server).error(), Error::not_connected);
}

TEST_F(DtlsServerTest, connected_waits_no_longer_than_told) {
    server = make(net.open(net.next_address()), server_settings);
    ASSERT_TRUE(server->serve());
    EXPECT_EQ(handshake(*server, {}, milliseconds(50)).error(), Error::timed_out);
    EXPECT_TRUE(server->verdict().rules.has(Rule::timed_out));
}

TEST_F(DtlsServerTest, without_an_association_nothing_can_be_sent) {
    serve();
    EXPECT_EQ(send(*server, "x", Address::ipv4(192, 0, 2, 77, 7)).error(), Error::not_connected);
}

TEST_F(DtlsServerTest, without_a_certificate_does_not_begin) {
    server_settings.tls.credentials.identities.clear();
    server = make(net.open(), server_settings);
    EXPECT_EQ(server->serve().error(), Error::connection_aborted);
    EXPECT_EQ(server->verdict().rules, rules(Rule::no_credential));
}

TEST_F(DtlsServerTest, renewed_settings_hold_for_the_next_handshake) {
    connect();
    const kit::Certificate other = kit::issue(pki.intermediate, kit::server_named("other.example.test"));
    DtlsSettings renewed = server_settings;
    renewed.tls.credentials.identities = {identity_of({other, pki.intermediate})};
    server->renew(renewed);
    client_settings.tls.host_name = "other.example.test";
    auto second = connected_client();
    EXPECT_TRUE(handshake(*second));
    EXPECT_TRUE(send(*client, "the first one stands"));
    EXPECT_EQ(*receive(*server), "the first one stands");
}

TEST_F(DtlsServerTest, asks_for_its_settings_once_for_each_handshake_and_never_without_a_cookie) {
    serve();
    std::vector<std::function<void(Result<DtlsSettings>)>> asked;
    server->on_look_up([&](auto answer) { asked.push_back(std::move(answer)); });
    server_settings.tls.credentials.identities.clear(); // only what is looked up counts
    server->renew(server_settings);
    record_hellos();
    client = connected_client();
    std::optional<Result<void>> outcome;
    client->handshake({}, seconds(20), [&](Result<void> result) { outcome = result; });
    // The hello with the cookie, and its repetitions.
    ASSERT_TRUE(kit::run_until(context, [&] { return hellos.size() >= 4; }));
    ASSERT_EQ(asked.size(), 1U);
    server_settings.tls.credentials.identities = {identity_of({pki.leaf, pki.intermediate})};
    asked[0](server_settings);
    ASSERT_TRUE(kit::run_until(context, [&] { return outcome.has_value(); }));
    EXPECT_TRUE(*outcome);
    EXPECT_EQ(asked.size(), 1U);
}

TEST_F(DtlsServerTest, whose_settings_cannot_be_had_fails_that_handshake_alone) {
    serve();
    server->on_look_up([](const auto& answer) { answer(Error::input_output); });
    client = connected_client();
    EXPECT_EQ(handshake(*client, {}, milliseconds(150)).error(), Error::timed_out);
    EXPECT_GE(server->counters().handshakes_failed, 1U);
    EXPECT_EQ(server->associations(), 0U);
}

TEST_F(DtlsServerTest, takes_the_certificate_that_the_client_names) {
    const kit::Certificate other = kit::issue(pki.intermediate, kit::server_named("other.example.test"));
    server_settings.tls.credentials.identities.push_back(identity_of({other, pki.intermediate}));
    client_settings.tls.host_name = "other.example.test";
    connect();
    client_settings.tls.host_name = "server.example.test";
    auto second = connected_client();
    EXPECT_TRUE(handshake(*second));
}

} // namespace
} // namespace nwp::net
