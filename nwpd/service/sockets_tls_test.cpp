// SPDX-License-Identifier: Apache-2.0
// Sockets with TLS: credentials from the vault, deadlines, verdicts, and a vault that is slow.
#include "nwpd/service/socket_options.h"
#include "nwpd/service/system_calendar.h"
#include "nwpd/service/test_world.h"
#include "tests/kit/pki/pki.h"
#include "tests/kit/pki/tls_server.h"

#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <atomic>
#include <thread>

using namespace nwp;
using namespace nwp::service;
using namespace nwp::service::test;
using namespace std::chrono_literals;

namespace {

constexpr SecTag kTag = 7;

class SocketsTlsTest : public World {
protected:
    void serve(kit::TlsServerOptions options = {}) {
        options.chain = {pki.leaf, pki.intermediate};
        server = std::make_unique<kit::TlsServer>(std::move(options));
        lead_to(server->address().port);
    }
    void trust(const kit::Certificate& ca) {
        const std::string pem = ca.pem();
        std::optional<Result<void>> added;
        credentials.add(kTag, CredentialType::ca_certificate, {pem.begin(), pem.end()}, true,
                        [&](Result<void> result) { added = result; });
        ASSERT_TRUE(until([&] { return added.has_value(); }));
        ASSERT_TRUE(*added) << to_string(added->error());
    }
    void set(SocketId socket, SocketOption option, const std::vector<Byte>& value) {
        const auto done = sockets.set_option(client, socket, option, value);
        ASSERT_TRUE(done) << to_string(done.error());
    }
    SocketId open_tls(const std::string& host = "server.example.test",
                      Protocol protocol = Protocol::tls_1_2) {
        const SocketId socket = open(protocol);
        set(socket, SocketOption::tls_sec_tag_list, {kTag, 0, 0, 0});
        set(socket, SocketOption::tls_host_name, {host.begin(), host.end()});
        return socket;
    }
    RuleSet rules(SocketId socket) { return sockets.verdict(client, socket)->rules; }
    std::int32_t integer(SocketId socket, SocketOption option) {
        const auto value = sockets.get_option(client, socket, option);
        if (!value || value->size() != 4) return -1;
        return (*value)[0] | (*value)[1] << 8;
    }

    static const kit::Pki pki;
    std::unique_ptr<kit::TlsServer> server;
};

const kit::Pki SocketsTlsTest::pki;

RuleSet only(Rule rule) {
    RuleSet set;
    set.add(rule);
    return set;
}

TEST_F(SocketsTlsTest, connect_is_secure_and_bytes_go_both_ways) {
    serve();
    trust(pki.root);
    bool proven = false;
    sockets.on_date_proven([&] { proven = true; });
    const SocketId socket = open_tls();
    EXPECT_EQ(sockets.get_option(client, socket, SocketOption::tls_version).error(), Error::not_connected);
    EXPECT_EQ(sockets.get_option(client, socket, SocketOption::tls_cipher_used).error(),
              Error::not_connected);
    const auto outcome = connect(socket);
    ASSERT_TRUE(outcome) << to_string(outcome.error()) << rules(socket).bits();
    ASSERT_TRUE(sockets.write(client, socket, as_bytes("echo me")));
    EXPECT_EQ(receive(socket, 7), "echo me");
    EXPECT_EQ(integer(socket, SocketOption::tls_version), static_cast<int>(Protocol::tls_1_3));
    EXPECT_EQ(integer(socket, SocketOption::tls_cipher_used) >> 8, 0x13);
    EXPECT_TRUE(rules(socket).empty());
    EXPECT_TRUE(proven);
    EXPECT_EQ(sockets.totals().handshakes_done, 1U);
    EXPECT_EQ(server->server_name(), "server.example.test");
}

TEST_F(SocketsTlsTest, certificates_are_checked_against_the_clock_of_the_client) {
    serve();
    trust(pki.root);
    bool proven = false;
    sockets.on_date_proven([&] { proven = true; });
    const std::int64_t decades = std::int64_t{100} * 365 * 86400;
    client.set_clock_offset(decades);
    const SocketId late = open_tls();
    EXPECT_EQ(connect(late).error(), Error::connection_aborted);
    EXPECT_TRUE(rules(late).has(Rule::expired));

    // The machine's clock is a century off; this client knows better.
    calendar.date += decades;
    client.set_clock_offset(-decades);
    const SocketId knowing = open_tls();
    ASSERT_TRUE(connect(knowing));
    EXPECT_FALSE(proven) << "that says nothing about the machine's clock";
    ASSERT_TRUE(close(knowing));

    // No client's clock shows less than the floor.
    calendar.earliest = calendar.date;
    const SocketId floor = open_tls();
    EXPECT_EQ(connect(floor).error(), Error::connection_aborted);
    EXPECT_TRUE(rules(floor).has(Rule::expired));
}

TEST_F(SocketsTlsTest, the_version_cap_holds) {
    serve();
    trust(pki.root);
    const SocketId socket = open_tls();
    set(socket, SocketOption::tls_version_max, option_bytes(static_cast<std::int32_t>(Protocol::tls_1_2)));
    ASSERT_TRUE(connect(socket));
    EXPECT_EQ(integer(socket, SocketOption::tls_version), static_cast<int>(Protocol::tls_1_2));
}

TEST_F(SocketsTlsTest, a_refused_handshake_leaves_its_verdict_and_may_be_tried_again) {
    serve();
    trust(pki.root);
    const SocketId socket = open_tls("other.example.test");
    EXPECT_EQ(connect(socket).error(), Error::connection_aborted);
    EXPECT_EQ(rules(socket), only(Rule::wrong_host_name));
    EXPECT_EQ(sockets.totals().handshakes_refused, 1U);
    EXPECT_EQ(server->application_bytes(), 0U);
    EXPECT_TRUE(told.failed.empty());
    set(socket, SocketOption::tls_host_name, option_bytes(std::string{"server.example.test"}));
    EXPECT_EQ(rules(socket), only(Rule::wrong_host_name)) << "until the next connect";
    EXPECT_TRUE(connect(socket));
    EXPECT_TRUE(rules(socket).empty());
}

TEST_F(SocketsTlsTest, without_a_host_name_the_certificate_must_name_the_address) {
    serve();
    trust(pki.root);
    const SocketId socket = open(Protocol::tls_1_2);
    set(socket, SocketOption::tls_sec_tag_list, {kTag, 0, 0, 0});
    EXPECT_EQ(connect(socket).error(), Error::connection_aborted);
    EXPECT_EQ(rules(socket), only(Rule::wrong_host_name));
    set(socket, SocketOption::tls_host_name, {});
    EXPECT_TRUE(connect(socket)) << "an empty name was asked for: no check";
}

TEST_F(SocketsTlsTest, a_tag_that_names_nothing_refuses) {
    serve();
    const SocketId socket = open_tls();
    EXPECT_EQ(connect(socket).error(), Error::connection_aborted);
    EXPECT_TRUE(rules(socket).has(Rule::no_credential));
    trust(pki.root);
    EXPECT_TRUE(connect(socket)) << "tags are looked up at each connect";
}

TEST_F(SocketsTlsTest, asking_for_less_counts_only_where_policy_allows_it) {
    serve();
    trust(kit::self_signed(kit::ca_named("Another CA")));
    const SocketId strict = open_tls();
    set(strict, SocketOption::tls_peer_verify, option_bytes(0));
    EXPECT_EQ(connect(strict).error(), Error::connection_aborted);
    EXPECT_TRUE(rules(strict).has(Rule::policy_requires_verification));

    bool proven = false;
    sockets.on_date_proven([&] { proven = true; });
    ClientPolicy policy;
    policy.allow_unverified = true;
    Client careless(policy, told);
    const auto loose = sockets.open(careless, Family::ipv4, SocketType::stream, Protocol::tls_1_2);
    ASSERT_TRUE(sockets.set_option(careless, *loose, SocketOption::tls_peer_verify, option_bytes(0)));
    std::optional<Error> error;
    sockets.connect(careless, *loose, server_address(), seconds(20),
                    [&](Result<Address> result) { error = result.error(); });
    ASSERT_TRUE(until([&] { return error.has_value(); }));
    EXPECT_EQ(*error, Error{});
    EXPECT_FALSE(proven) << "an unverified certificate proves no date";
    sockets.close_all(careless);
}

TEST_F(SocketsTlsTest, a_silent_server_runs_into_the_deadline_and_the_verdict_says_so) {
    kit::TlsServerOptions options;
    options.instead = [](kit::TlsServerConnection& connection) {
        char byte = 0; // until the client is gone; TLS never begins
        while (::recv(connection.socket(), &byte, 1, 0) > 0) {
        }
    };
    serve(std::move(options));
    trust(pki.root);
    const SocketId socket = open_tls();
    EXPECT_EQ(connect(socket, milliseconds(300)).error(), Error::timed_out);
    EXPECT_TRUE(rules(socket).has(Rule::timed_out));
}

TEST_F(SocketsTlsTest, tcp_that_fails_before_tls_keeps_the_kernels_error) {
    std::uint16_t closed_port = 0;
    { closed_port = TcpPeer{}.port(); }
    lead_to(closed_port);
    trust(pki.root);
    const SocketId socket = open_tls();
    EXPECT_EQ(connect(socket).error(), Error::connection_refused);
    EXPECT_TRUE(rules(socket).empty());
}

TEST_F(SocketsTlsTest, an_end_without_close_notify_is_a_reset_unless_policy_allows_the_host) {
    kit::TlsServerOptions options;
    options.then = [](kit::TlsServerConnection& connection) {
        connection.write("some");
        connection.send_fin();
        connection.read_all();
    };
    serve(std::move(options));
    trust(pki.root);
    const SocketId socket = open_tls();
    ASSERT_TRUE(connect(socket));
    ASSERT_TRUE(until([&] { return !told.failed.empty(); }));
    EXPECT_EQ(told.failed[socket], std::vector{Error::connection_reset});
    EXPECT_EQ(held(socket), "some");
    EXPECT_FALSE(sockets.ended(client, socket));
    EXPECT_EQ(rules(socket), only(Rule::truncated));
    EXPECT_TRUE(close(socket));

    ClientPolicy policy;
    policy.truncation_hosts = {"server.example.test"};
    Client lenient(policy, told);
    const SocketId allowed = open(lenient, Protocol::tls_1_2);
    ASSERT_TRUE(sockets.set_option(lenient, allowed, SocketOption::tls_sec_tag_list, option_bytes(kTag)));
    ASSERT_TRUE(sockets.set_option(lenient, allowed, SocketOption::tls_host_name,
                                   option_bytes(std::string{"server.example.test"})));
    sockets.connect(lenient, allowed, server_address(), seconds(20),
                    [](const Result<Address>& result) { EXPECT_TRUE(result); });
    ASSERT_TRUE(until([&] { return sockets.ended(lenient, allowed); }));
    sockets.close_all(lenient);
}

TEST_F(SocketsTlsTest, close_says_close_notify_behind_the_last_byte) {
    std::string came;
    bool in_order = false;
    kit::TlsServerOptions options;
    options.then = [&](kit::TlsServerConnection& connection) {
        came = connection.read_all();
        in_order = connection.ended_in_order();
    };
    serve(std::move(options));
    trust(pki.root);
    const SocketId socket = open_tls();
    ASSERT_TRUE(connect(socket));
    const std::string bytes = pattern(200000);
    ASSERT_TRUE(sockets.write(client, socket, as_bytes(bytes)));
    EXPECT_TRUE(close(socket));
    std::atomic<bool> served = false;
    std::thread waiting([&] {
        server->wait_served();
        served = true;
    });
    EXPECT_TRUE(turning_until([&] { return served.load(); }));
    waiting.join();
    EXPECT_TRUE(came == bytes);
    EXPECT_TRUE(in_order);
}

TEST_F(SocketsTlsTest, sessions_are_resumed_where_the_socket_allows_it) {
    serve();
    trust(pki.root);
    const auto connect_once = [&](std::int32_t session_cache) {
        const SocketId socket = open_tls();
        set(socket, SocketOption::tls_session_cache, option_bytes(session_cache));
        EXPECT_TRUE(connect(socket));
        EXPECT_TRUE(sockets.write(client, socket, as_bytes("x")));
        EXPECT_EQ(receive(socket, 1), "x"); // tickets came before
        EXPECT_TRUE(close(socket));
        return server->resumed();
    };
    EXPECT_EQ(connect_once(1), 0);
    EXPECT_EQ(connect_once(1), 1);
    EXPECT_EQ(connect_once(0), 1);
    EXPECT_EQ(connect_once(1), 2);
    trust(pki.intermediate); // under the same tag
    EXPECT_EQ(connect_once(1), 2);
    EXPECT_EQ(connect_once(1), 3);
    const SocketId any = open_tls();
    set(any, SocketOption::tls_session_purge, option_bytes(1));
    EXPECT_EQ(connect_once(1), 3);
}

TEST_F(SocketsTlsTest, lists_every_suite_it_would_offer) {
    const SocketId socket = open(Protocol::tls_1_2);
    const auto all = sockets.get_option(client, socket, SocketOption::tls_cipher_list);
    ASSERT_TRUE(all);
    EXPECT_GT(all->size(), 3 * 4U);
    set(socket, SocketOption::tls_cipher_list, option_bytes(0x1301));
    EXPECT_EQ(*sockets.get_option(client, socket, SocketOption::tls_cipher_list), option_bytes(0x1301));
}

/// An echo on a thread of its own, for as long as the connection lives.
struct Echo {
    explicit Echo(int on)
        : thread([on] {
              char byte = 0;
              while (::recv(on, &byte, 1, 0) == 1) ::send(on, &byte, 1, MSG_NOSIGNAL);
          }) {}
    ~Echo() { thread.join(); }
    std::thread thread;
};

TEST_F(SocketsTlsTest, a_vault_that_takes_2_s_holds_up_its_own_socket_alone) {
    serve();
    trust(pki.root);
    const SocketId secure = open_tls();
    credentials.run([] { std::this_thread::sleep_for(2s); }); // the disk
    const auto handshake = begin_connect(secure);

    TcpPeer peer;
    lead_to(peer.port());
    const SocketId socket = connected();
    const Echo echo(peer.accept());
    std::vector<std::chrono::steady_clock::duration> times;
    while (!*handshake) {
        const auto begun = std::chrono::steady_clock::now();
        ASSERT_TRUE(sockets.write(client, socket, as_bytes("x")));
        ASSERT_EQ(receive(socket, 1), "x");
        times.push_back(std::chrono::steady_clock::now() - begun);
    }
    EXPECT_TRUE(**handshake) << to_string((*handshake)->error());
    ASSERT_TRUE(close(socket));
    kit::run_ready(context);
    ASSERT_GT(times.size(), 100U);
    const auto p99 = times.begin() + static_cast<std::ptrdiff_t>(times.size() * 99 / 100);
    std::nth_element(times.begin(), p99, times.end());
    EXPECT_LT(*p99, 20ms);
}

TEST_F(SocketsTlsTest, one_busy_socket_does_not_starve_another) {
    TcpPeer flood;
    lead_to(flood.port());
    const SocketId busy = connected();
    const int sender = flood.accept();
    ASSERT_TRUE(sockets.set_receive_room(client, busy, 256 * std::size_t{1024}));
    std::thread flooding([&] {
        const std::string bytes = pattern(1U << 20U);
        while (::send(sender, bytes.data(), bytes.size(), MSG_NOSIGNAL) > 0) {
        }
    });
    TcpPeer peer;
    lead_to(peer.port());
    const SocketId socket = connected();
    const Echo echo(peer.accept());
    std::vector<std::chrono::steady_clock::duration> times;
    std::size_t moved = 0;
    while (times.size() < 300 || moved <= 1U << 20U) {
        const auto begun = std::chrono::steady_clock::now();
        ASSERT_TRUE(sockets.write(client, socket, as_bytes("x")));
        ASSERT_TRUE(until([&] {
            const std::size_t came = sockets.received(client, busy)->size();
            moved += came;
            EXPECT_TRUE(sockets.consume(client, busy, came));
            return !held(socket).empty();
        }));
        ASSERT_TRUE(sockets.consume(client, socket, 1));
        times.push_back(std::chrono::steady_clock::now() - begun);
    }
    EXPECT_TRUE(close(busy, 0));
    EXPECT_TRUE(close(socket));
    kit::run_ready(context);
    flooding.join();
    const auto p99 = times.begin() + static_cast<std::ptrdiff_t>(times.size() * 99 / 100);
    std::nth_element(times.begin(), p99, times.end());
    EXPECT_LT(*p99, 50ms);
}

TEST(SystemCalendar, takes_a_proven_date_as_the_floor_at_most_once_a_day) {
    const kit::TemporaryFolder folder;
    boost::asio::io_context context;
    auto vault = std::move(*vault::Vault::open(folder / "store"));
    const std::int64_t begin = SystemCalendar::build_time() + 1000;
    std::int64_t date = begin;
    SystemCalendar calendar(*vault, [&] { return date; });
    EXPECT_EQ(calendar.floor(), SystemCalendar::build_time());
    Credentials credentials(context, std::move(vault));
    const auto stored = [&] {
        std::optional<std::int64_t> floor;
        credentials.date_floor([&](Result<std::int64_t> result) { floor = *result; });
        kit::run_until(context, [&] { return floor.has_value(); });
        return floor.value_or(-1);
    };
    calendar.date_proven(credentials);
    EXPECT_EQ(calendar.floor(), begin);
    EXPECT_EQ(stored(), begin);
    date += 86399;
    calendar.date_proven(credentials);
    EXPECT_EQ(stored(), begin);
    date += 1;
    calendar.date_proven(credentials);
    EXPECT_EQ(stored(), begin + 86400);
    date = begin;
    calendar.date_proven(credentials);
    EXPECT_EQ(calendar.floor(), begin + 86400) << "never falls";
}

} // namespace
