// SPDX-License-Identifier: Apache-2.0
// TLS listeners: what reaches accept(), and what does not.
#include "nwpd/service/socket_options.h"
#include "nwpd/service/test_world.h"
#include "tests/kit/pki/pki.h"

using namespace nwp;
using namespace nwp::service;
using namespace nwp::service::test;

namespace {

constexpr SecTag kServerTag = 7;
constexpr SecTag kClientTag = 8;

class SocketsTlsServerTest : public World {
protected:
    SocketsTlsServerTest() {
        lead_to(1); // up, and nothing is there
        store(kServerTag, CredentialType::own_certificate, pki.leaf.pem() + pki.intermediate.pem());
        store(kServerTag, CredentialType::private_key, pki.leaf.key_pem());
        store(kClientTag, CredentialType::ca_certificate, pki.root.pem());
    }
    void store(SecTag tag, CredentialType type, const std::string& pem) {
        std::optional<Result<void>> added;
        credentials.add(tag, type, {pem.begin(), pem.end()}, true,
                        [&](Result<void> result) { added = result; });
        ASSERT_TRUE(until([&] { return added.has_value(); }));
        ASSERT_TRUE(*added) << to_string(added->error());
    }
    void set(Client& by, SocketId socket, SocketOption option, const std::vector<Byte>& value) {
        const auto done = sockets.set_option(by, socket, option, value);
        ASSERT_TRUE(done) << to_string(done.error());
    }
    void listen(std::uint16_t backlog = 4) {
        listener = open(Protocol::tls_1_2);
        set(client, listener, SocketOption::tls_sec_tag_list, {kServerTag, 0, 0, 0});
        const auto bound = sockets.bind(client, listener, Address::ipv4(127, 0, 0, 1, 0));
        ASSERT_TRUE(bound) << to_string(bound.error());
        at = *bound;
        ASSERT_TRUE(sockets.listen(client, listener, backlog));
    }
    SocketId open_peer(Protocol protocol = Protocol::tls_1_2) {
        const SocketId socket = open(other, protocol);
        if (protocol == Protocol::tcp) return socket;
        const std::string host = "server.example.test";
        set(other, socket, SocketOption::tls_sec_tag_list, {kClientTag, 0, 0, 0});
        set(other, socket, SocketOption::tls_host_name, {host.begin(), host.end()});
        return socket;
    }
    std::shared_ptr<std::optional<Result<Address>>> begin(SocketId socket) {
        auto outcome = std::make_shared<std::optional<Result<Address>>>();
        sockets.connect(other, socket, at, seconds(20),
                        [outcome](Result<Address> result) { *outcome = result; });
        return outcome;
    }
    Result<Address> connect(SocketId socket) {
        const auto outcome = begin(socket);
        EXPECT_TRUE(until([&] { return outcome->has_value(); }));
        return outcome->value_or(Error::timed_out);
    }
    std::string read(Client& by, SocketId socket, std::size_t size) {
        EXPECT_TRUE(sockets.set_receive_room(by, socket, 65536));
        EXPECT_TRUE(until([&] { return sockets.received(by, socket)->size() >= size; }));
        return std::string{as_text(*sockets.received(by, socket))};
    }
    bool refused(std::uint32_t count) {
        return until([&] { return sockets.totals().handshakes_refused == count; });
    }

    static const kit::Pki pki;
    SocketId listener{};
    Address at;
};

const kit::Pki SocketsTlsServerTest::pki;

} // namespace

TEST_F(SocketsTlsServerTest, accept_gives_a_finished_handshake) {
    listen();
    const SocketId near = open_peer();
    const auto done = connect(near);
    ASSERT_TRUE(done) << to_string(done.error()) << sockets.verdict(other, near)->rules.bits();
    ASSERT_TRUE(until([&] { return sockets.acceptable(client, listener) == 1; }));
    EXPECT_EQ(told.acceptable[listener], 1U);
    const auto far = sockets.accept(client, listener);
    ASSERT_TRUE(far) << to_string(far.error());
    ASSERT_TRUE(sockets.write(other, near, as_bytes("question")));
    EXPECT_EQ(read(client, far->socket, 8), "question");
    ASSERT_TRUE(sockets.write(client, far->socket, as_bytes("answer")));
    EXPECT_EQ(read(other, near, 6), "answer");
    EXPECT_TRUE(sockets.get_option(client, far->socket, SocketOption::tls_cipher_used));
    EXPECT_EQ(*sockets.get_option(client, far->socket, SocketOption::tls_version),
              option_bytes(static_cast<std::int32_t>(Protocol::tls_1_3)));
    EXPECT_TRUE(sockets.verdict(client, far->socket)->rules.empty());
    EXPECT_EQ(sockets.totals().handshakes_done, 2U);

    ASSERT_TRUE(sockets.shutdown(client, far->socket, Shutdown::send));
    EXPECT_TRUE(until([&] { return sockets.ended(other, near); }));
}

TEST_F(SocketsTlsServerTest, a_handshake_under_way_is_not_acceptable) {
    listen();
    const SocketId silent = open_peer(Protocol::tcp);
    ASSERT_TRUE(connect(silent));
    const SocketId near = open_peer();
    ASSERT_TRUE(connect(near)) << "the silent one holds nobody up";
    ASSERT_TRUE(until([&] { return sockets.acceptable(client, listener) == 1; }));
    ASSERT_TRUE(sockets.accept(client, listener));
    EXPECT_EQ(sockets.accept(client, listener).error(), Error::would_block);
}

TEST_F(SocketsTlsServerTest, a_client_that_takes_too_long_is_refused_and_makes_room) {
    sockets.set_handshake_limit(milliseconds(100));
    listen(1);
    const SocketId silent = open_peer(Protocol::tcp);
    ASSERT_TRUE(connect(silent));
    sockets.set_handshake_limit(seconds(10));
    const SocketId near = open_peer();
    const auto outcome = begin(near); // waits in the kernel's queue
    EXPECT_TRUE(refused(1));
    ASSERT_TRUE(until([&] { return outcome->has_value(); }));
    EXPECT_TRUE(**outcome);
    EXPECT_TRUE(until([&] { return sockets.acceptable(client, listener) == 1; }));
}

TEST_F(SocketsTlsServerTest, a_failed_handshake_never_reaches_the_application) {
    listen();
    const SocketId distrusting = open_peer();
    set(other, distrusting, SocketOption::tls_sec_tag_list, {});
    EXPECT_EQ(connect(distrusting).error(), Error::connection_aborted);
    const SocketId plain = open_peer(Protocol::tcp);
    ASSERT_TRUE(connect(plain));
    ASSERT_TRUE(sockets.write(other, plain, as_bytes("GET / HTTP/1.0\r\n\r\n")));
    EXPECT_TRUE(until([&] { return sockets.totals().handshakes_refused >= 2; }));
    EXPECT_EQ(sockets.acceptable(client, listener), 0U);
    EXPECT_TRUE(told.acceptable.empty());
    ASSERT_TRUE(connect(open_peer()));
    EXPECT_TRUE(until([&] { return sockets.acceptable(client, listener) == 1; }));
}

TEST_F(SocketsTlsServerTest, asks_for_a_certificate_only_where_told_to) {
    listen();
    set(client, listener, SocketOption::tls_sec_tag_list, {kServerTag, 0, 0, 0, kClientTag, 0, 0, 0});
    ASSERT_TRUE(connect(open_peer()));
    set(client, listener, SocketOption::tls_peer_verify, option_bytes(2));
    const SocketId without = open_peer();
    set(other, without, SocketOption::tls_version_max,
        option_bytes(static_cast<std::int32_t>(Protocol::tls_1_2)));
    EXPECT_EQ(connect(without).error(), Error::connection_aborted);
    EXPECT_TRUE(sockets.verdict(other, without)->rules.has(Rule::peer_alert));

    constexpr SecTag kProofTag = 9;
    kit::CertificateOptions options = kit::server_named("sensor");
    options.extended_key_usage = "clientAuth";
    const kit::Certificate proof = kit::issue(pki.root, options);
    store(kProofTag, CredentialType::own_certificate, proof.pem());
    store(kProofTag, CredentialType::private_key, proof.key_pem());
    const SocketId with = open_peer();
    set(other, with, SocketOption::tls_sec_tag_list, {kClientTag, 0, 0, 0, kProofTag, 0, 0, 0});
    ASSERT_TRUE(connect(with));
    EXPECT_TRUE(until([&] { return sockets.acceptable(client, listener) == 2; }));
}

TEST_F(SocketsTlsServerTest, without_identity_refuses_everybody_and_goes_on_listening) {
    listen();
    set(client, listener, SocketOption::tls_sec_tag_list, {});
    EXPECT_FALSE(connect(open_peer()));
    EXPECT_TRUE(until([&] { return sockets.totals().handshakes_refused >= 1; }));
    set(client, listener, SocketOption::tls_sec_tag_list, {kServerTag, 0, 0, 0});
    EXPECT_TRUE(connect(open_peer()));
}

TEST_F(SocketsTlsServerTest, close_resets_handshakes_under_way_and_what_waits) {
    listen();
    const SocketId silent = open_peer(Protocol::tcp);
    ASSERT_TRUE(connect(silent));
    const SocketId near = open_peer();
    ASSERT_TRUE(connect(near));
    ASSERT_TRUE(until([&] { return sockets.acceptable(client, listener) == 1; }));
    EXPECT_TRUE(sockets.set_receive_room(other, near, 1000));
    EXPECT_TRUE(sockets.set_receive_room(other, silent, 1000));
    ASSERT_TRUE(close(listener));
    EXPECT_TRUE(
        until([&] { return !other_told.failed[near].empty() && !other_told.failed[silent].empty(); }));
}

TEST_F(SocketsTlsServerTest, resumes_the_sessions_that_it_gave) {
    listen();
    const auto once = [&] {
        const SocketId near = open_peer();
        EXPECT_TRUE(connect(near));
        EXPECT_TRUE(until([&] { return sockets.acceptable(client, listener) == 1; }));
        const auto far = sockets.accept(client, listener);
        EXPECT_TRUE(far);
        EXPECT_TRUE(sockets.write(client, far->socket, as_bytes("x")));
        EXPECT_EQ(read(other, near, 1), "x");
        EXPECT_TRUE(close(far->socket));
    };
    bool proven = false;
    sockets.on_date_proven([&] { proven = true; });
    once();
    EXPECT_TRUE(std::exchange(proven, false));
    once();
    EXPECT_FALSE(proven) << "no certificate was looked at";
}
