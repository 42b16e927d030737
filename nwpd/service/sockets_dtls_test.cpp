// SPDX-License-Identifier: Apache-2.0
// Datagram sockets with DTLS: connect shakes hands, a bound server serves its peers, verdicts and options.
#include "nwpd/net/dtls_datagrams.h"
#include "nwpd/net/openssl.h"
#include "nwpd/net/tls_context.h"
#include "nwpd/net/udp.h"
#include "nwpd/service/socket_options.h"
#include "nwpd/service/test_world.h"
#include "tests/kit/pki/pki.h"

#include <algorithm>

using namespace nwp;
using namespace nwp::service;
using namespace nwp::service::test;

namespace {

constexpr SecTag kTag = 7;

class SocketsDtlsTest : public World {
protected:
    ~SocketsDtlsTest() override {
        peer.reset();
        kit::run_ready(context);
    }

    void store(CredentialType type, const std::string& text) {
        std::optional<Result<void>> added;
        credentials.add(kTag, type, {text.begin(), text.end()}, true,
                        [&](Result<void> result) { added = result; });
        ASSERT_TRUE(until([&] { return added.has_value(); }));
        ASSERT_TRUE(*added) << to_string(added->error());
    }
    void set(SocketId socket, SocketOption option, const std::vector<Byte>& value) {
        const auto done = sockets.set_option(client, socket, option, value);
        ASSERT_TRUE(done) << to_string(done.error());
    }
    std::int32_t integer(SocketId socket, SocketOption option) {
        const auto value = sockets.get_option(client, socket, option);
        if (!value || value->size() != 4) return -1;
        return (*value)[0] | (*value)[1] << 8;
    }
    SocketId open_dtls(const std::string& host = "server.example.test") {
        const auto opened = sockets.open(client, Family::ipv4, SocketType::datagram, Protocol::dtls_1_2);
        EXPECT_TRUE(opened);
        set(*opened, SocketOption::tls_sec_tag_list, {kTag, 0, 0, 0});
        if (!host.empty()) set(*opened, SocketOption::tls_host_name, option_bytes(host));
        return *opened;
    }
    SocketId open_server() {
        const SocketId socket = open_dtls("");
        set(socket, SocketOption::tls_dtls_role, option_bytes(1));
        store(CredentialType::own_certificate, pki.leaf.pem() + pki.intermediate.pem());
        store(CredentialType::private_key, pki.leaf.key_pem());
        return socket;
    }

    static net::Identity identity() {
        EVP_PKEY_up_ref(pki.leaf.key());
        return {{pki.leaf.der(), pki.intermediate.der()}, net::PrivateKey::Access::wrap(pki.leaf.key())};
    }
    std::unique_ptr<net::DtlsDatagrams> make_peer(const Address& to, net::DtlsSettings settings) {
        auto udp = std::make_unique<net::UdpSocket>(context, gate);
        EXPECT_TRUE(udp->open(Family::ipv4, {}));
        if (to.family == Family::unspecified) {
            EXPECT_TRUE(udp->bind(Address::ipv4(127, 0, 0, 1)));
        } else {
            EXPECT_TRUE(udp->connect(to));
        }
        settings.tls.floor = settings.tls.ceiling = Protocol::dtls_1_2;
        settings.timeout_min = milliseconds(100);
        return std::make_unique<net::DtlsDatagrams>(context, contexts, std::move(udp), settings, calendar);
    }
    /// A server outside, where server_address() leads.
    void serve_outside() {
        net::DtlsSettings settings;
        settings.tls.role = net::TlsRole::server;
        settings.tls.verify = PeerVerify::none;
        settings.tls.credentials.trust = std::make_shared<net::Trust>();
        settings.tls.credentials.identities = {identity()};
        peer = make_peer({}, settings);
        ASSERT_TRUE(peer->serve());
        lead_to(peer->local().port);
        store(CredentialType::ca_certificate, pki.root.pem());
    }
    std::string peer_receives(Address* from = nullptr) {
        Byte buffer[2000];
        Result<net::DatagramInfo> got = Error::would_block;
        const auto came = [&] {
            if (!got && got.error() == Error::would_block) got = peer->receive(buffer);
            return got || got.error() != Error::would_block;
        };
        EXPECT_TRUE(turning_until(came));
        if (!got) return to_string(got.error());
        if (from != nullptr) *from = got->from;
        return std::string{as_text(ByteView{buffer}.first(got->size))};
    }
    std::string receives(SocketId socket, Address* from = nullptr) {
        EXPECT_TRUE(turning_until([&] { return sockets.datagram(client, socket).ok(); }));
        const auto held = sockets.datagram(client, socket);
        if (!held) return to_string(held.error());
        if (from != nullptr) *from = held->from;
        std::string text{as_text(held->bytes)};
        sockets.consume_datagram(client, socket, true);
        return text;
    }
    Result<void> send(SocketId socket, std::string_view text, const Address& to = {}) {
        return sockets.send_datagram(client, socket, as_bytes(text), to);
    }
    RuleSet rules(SocketId socket) { return sockets.verdict(client, socket)->rules; }

    static const kit::Pki pki;
    net::Gate gate;
    net::TlsContexts contexts;
    std::unique_ptr<net::DtlsDatagrams> peer;
};

const kit::Pki SocketsDtlsTest::pki;

RuleSet only(Rule rule) {
    RuleSet set;
    set.add(rule);
    return set;
}

TEST_F(SocketsDtlsTest, connect_shakes_hands_and_datagrams_go_both_ways) {
    serve_outside();
    const SocketId socket = open_dtls();
    EXPECT_EQ(sockets.get_option(client, socket, SocketOption::tls_version).error(), Error::not_connected);
    const auto outcome = connect(socket);
    ASSERT_TRUE(outcome) << to_string(outcome.error()) << rules(socket).bits();
    EXPECT_EQ(connect(socket).error(), Error::is_connected);
    ASSERT_TRUE(send(socket, "there"));
    Address from;
    EXPECT_EQ(peer_receives(&from), "there");
    EXPECT_TRUE(peer->send(as_bytes("and back"), from));
    Address seen;
    EXPECT_EQ(receives(socket, &seen), "and back");
    EXPECT_EQ(seen, server_address());
    EXPECT_GE(told.readable[socket], 1);
    EXPECT_EQ(integer(socket, SocketOption::tls_version), static_cast<int>(Protocol::dtls_1_2));
    EXPECT_GT(integer(socket, SocketOption::tls_cipher_used), 0);
    EXPECT_EQ(integer(socket, SocketOption::tls_resumed), 0);
    EXPECT_EQ(sockets.totals().handshakes_done, 1U);
}

TEST_F(SocketsDtlsTest, a_refused_handshake_leaves_its_verdict_and_may_be_tried_again) {
    serve_outside();
    const SocketId socket = open_dtls("other.example.test");
    EXPECT_EQ(connect(socket).error(), Error::connection_aborted);
    EXPECT_EQ(rules(socket), only(Rule::wrong_host_name));
    EXPECT_EQ(sockets.totals().handshakes_refused, 1U);
    set(socket, SocketOption::tls_host_name, option_bytes(std::string{"server.example.test"}));
    EXPECT_TRUE(connect(socket));
    EXPECT_TRUE(rules(socket).empty());
}

TEST_F(SocketsDtlsTest, without_a_host_name_the_certificate_must_name_the_address) {
    serve_outside();
    const SocketId socket = open_dtls("");
    EXPECT_EQ(connect(socket).error(), Error::connection_aborted);
    EXPECT_EQ(rules(socket), only(Rule::wrong_host_name));
}

TEST_F(SocketsDtlsTest, a_peer_that_is_nobody_is_connection_refused) {
    serve_outside();
    peer.reset();
    const SocketId socket = open_dtls();
    EXPECT_EQ(connect(socket).error(), Error::connection_refused);
    EXPECT_TRUE(rules(socket).empty());
}

TEST_F(SocketsDtlsTest, a_silent_peer_is_timed_out_and_the_verdict_says_so) {
    net::UdpSocket silent(context, gate);
    ASSERT_TRUE(silent.open(Family::ipv4, {}));
    ASSERT_TRUE(silent.bind(Address::ipv4(127, 0, 0, 1)));
    lead_to(silent.local().port);
    store(CredentialType::ca_certificate, pki.root.pem());
    const SocketId socket = open_dtls();
    EXPECT_EQ(connect(socket, milliseconds(200)).error(), Error::timed_out);
    EXPECT_EQ(rules(socket), only(Rule::timed_out));
}

TEST_F(SocketsDtlsTest, close_and_cancel_end_a_connect_under_way) {
    net::UdpSocket silent(context, gate);
    ASSERT_TRUE(silent.open(Family::ipv4, {}));
    ASSERT_TRUE(silent.bind(Address::ipv4(127, 0, 0, 1)));
    lead_to(silent.local().port);
    store(CredentialType::ca_certificate, pki.root.pem());
    const SocketId socket = open_dtls();
    auto outcome = begin_connect(socket);
    EXPECT_EQ(connect(socket).error(), Error::already);
    sockets.cancel_connect(client, socket);
    ASSERT_TRUE(until([&] { return outcome->has_value(); }));
    EXPECT_EQ((*outcome)->error(), Error::cancelled);
    outcome = begin_connect(socket);
    EXPECT_TRUE(close(socket));
    ASSERT_TRUE(until([&] { return outcome->has_value(); }));
    EXPECT_EQ((*outcome)->error(), Error::cancelled);
}

// On loopback, to a server of the same network processor.
TEST_F(SocketsDtlsTest, an_unconnected_client_shakes_hands_at_its_first_datagram) {
    const SocketId server = open_server();
    const auto at = sockets.bind(client, server, Address::ipv4(127, 0, 0, 1));
    ASSERT_TRUE(at);
    store(CredentialType::ca_certificate, pki.root.pem());
    const SocketId socket = open_dtls();
    ASSERT_TRUE(sockets.check_route(client, socket, *at));
    ASSERT_TRUE(send(socket, "first", *at));
    Address from;
    EXPECT_EQ(receives(server, &from), "first");
    ASSERT_TRUE(send(server, "answer", from));
    EXPECT_EQ(receives(socket), "answer");
}

TEST_F(SocketsDtlsTest, whom_an_unconnected_client_refuses_is_a_pending_error) {
    const SocketId server = open_server();
    const auto at = sockets.bind(client, server, Address::ipv4(127, 0, 0, 1));
    ASSERT_TRUE(at);
    store(CredentialType::ca_certificate, pki.root.pem());
    const SocketId socket = open_dtls("other.example.test");
    ASSERT_TRUE(send(socket, "for nobody", *at));
    ASSERT_TRUE(turning_until([&] { return !told.problems[socket].empty(); }));
    EXPECT_EQ(told.problems[socket].front(), Error::connection_aborted);
    EXPECT_EQ(rules(socket), only(Rule::wrong_host_name));
}

TEST_F(SocketsDtlsTest, the_end_of_the_peer_ends_a_connected_socket) {
    serve_outside();
    const SocketId socket = open_dtls();
    ASSERT_TRUE(connect(socket));
    ASSERT_TRUE(send(socket, "x"));
    Address from;
    EXPECT_EQ(peer_receives(&from), "x");
    EXPECT_TRUE(peer->send(as_bytes("last"), from));
    peer->close();
    ASSERT_TRUE(turning_until([&] { return !told.failed[socket].empty(); }));
    EXPECT_EQ(told.failed[socket].front(), Error::not_connected);
    EXPECT_EQ(receives(socket), "last");
    ASSERT_TRUE(send(socket, "x"));
    // Beside it the network may say that nobody is there any more.
    EXPECT_TRUE(turning_until([&] {
        const auto& problems = told.problems[socket];
        return std::find(problems.begin(), problems.end(), Error::broken_pipe) != problems.end();
    }));
}

TEST_F(SocketsDtlsTest, close_tells_the_peer) {
    serve_outside();
    const SocketId socket = open_dtls();
    ASSERT_TRUE(connect(socket));
    ASSERT_TRUE(turning_until([&] { return peer->associations() == 1; }));
    EXPECT_TRUE(close(socket));
    EXPECT_TRUE(turning_until([&] { return peer->associations() == 0; }));
}

TEST_F(SocketsDtlsTest, a_bound_server_serves_its_peers_by_address) {
    const SocketId socket = open_server();
    const auto bound = sockets.bind(client, socket, Address::ipv4(127, 0, 0, 1));
    ASSERT_TRUE(bound) << to_string(bound.error());
    // Reached on loopback, as another socket of this network processor: a DTLS client.
    store(CredentialType::ca_certificate, pki.root.pem());
    const SocketId one = open_dtls();
    const SocketId two = open_dtls();
    for (const SocketId each : {one, two}) {
        std::optional<Result<Address>> outcome;
        sockets.connect(client, each, *bound, seconds(20), [&](Result<Address> result) { outcome = result; });
        ASSERT_TRUE(until([&] { return outcome.has_value(); }));
        ASSERT_TRUE(*outcome) << to_string(outcome->error()) << rules(each).bits();
        ASSERT_TRUE(send(each, each == one ? "from one" : "from two"));
        Address from;
        EXPECT_EQ(receives(socket, &from), each == one ? "from one" : "from two");
        EXPECT_TRUE(sockets.check_route(client, socket, from));
        ASSERT_TRUE(send(socket, "to you", from));
        EXPECT_EQ(receives(each), "to you");
    }
    EXPECT_EQ(sockets.check_route(client, socket, server_address()).error(), Error::invalid_argument)
        << "from loopback to elsewhere";
    EXPECT_EQ(sockets.totals().handshakes_done, 4U);
}

TEST_F(SocketsDtlsTest, a_server_without_a_certificate_is_told_once) {
    const SocketId socket = open_dtls("");
    set(socket, SocketOption::tls_dtls_role, option_bytes(1));
    const auto bound = sockets.bind(client, socket, Address::ipv4(127, 0, 0, 1));
    ASSERT_TRUE(bound);
    store(CredentialType::ca_certificate, pki.root.pem());
    const SocketId other_end = open_dtls();
    std::optional<Result<Address>> outcome;
    sockets.connect(client, other_end, *bound, seconds(3), [&](Result<Address> result) { outcome = result; });
    ASSERT_TRUE(turning_until([&] { return outcome.has_value(); }));
    EXPECT_EQ(outcome->error(), Error::timed_out);
    EXPECT_EQ(told.problems[socket], std::vector<Error>{Error::connection_aborted});
    EXPECT_EQ(rules(socket), only(Rule::no_credential));
}

TEST_F(SocketsDtlsTest, takes_the_options_of_tls_and_of_its_own) {
    const SocketId socket = open_dtls();
    EXPECT_EQ(integer(socket, SocketOption::tls_timeout_min), 1000);
    EXPECT_EQ(integer(socket, SocketOption::tls_version_max), static_cast<int>(Protocol::dtls_1_2));
    set(socket, SocketOption::tls_timeout_min, option_bytes(250));
    EXPECT_EQ(integer(socket, SocketOption::tls_timeout_min), 250);
    const auto tls_1_3 = option_bytes(static_cast<std::int32_t>(Protocol::tls_1_3));
    EXPECT_EQ(sockets.set_option(client, socket, SocketOption::tls_version_max, tls_1_3).error(),
              Error::invalid_argument);
    const auto suites = sockets.get_option(client, socket, SocketOption::tls_cipher_list);
    ASSERT_TRUE(suites);
    EXPECT_FALSE(suites->empty());
}

} // namespace
