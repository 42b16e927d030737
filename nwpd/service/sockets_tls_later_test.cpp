// SPDX-License-Identifier: Apache-2.0
// TLS that begins on a stream that stands (STARTTLS), and what must not get past its beginning.
#include "nwpd/service/socket_options.h"
#include "nwpd/service/test_world.h"
#include "tests/kit/pki/pki.h"

#include <algorithm>

using namespace nwp;
using namespace nwp::service;
using namespace nwp::service::test;

namespace {

constexpr SecTag kServerTag = 7;
constexpr SecTag kClientTag = 8;
using Outcome = std::shared_ptr<std::optional<Result<void>>>;

class SocketsTlsLaterTest : public World {
protected:
    SocketsTlsLaterTest() {
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
    Result<void> set(Client& by, SocketId socket, SocketOption option, const std::vector<Byte>& value) {
        return sockets.set_option(by, socket, option, value);
    }
    Result<void> defer(Client& by, SocketId socket, std::int32_t value) {
        return set(by, socket, SocketOption::tls_defer, option_bytes(value));
    }
    void listen() {
        listener = open(Protocol::tls_1_2);
        ASSERT_TRUE(set(client, listener, SocketOption::tls_sec_tag_list, {kServerTag, 0, 0, 0}));
        ASSERT_TRUE(defer(client, listener, 1));
        const auto bound = sockets.bind(client, listener, Address::ipv4(127, 0, 0, 1, 0));
        ASSERT_TRUE(bound) << to_string(bound.error());
        at = *bound;
        ASSERT_TRUE(sockets.listen(client, listener, 4));
    }
    /// A client and what the listener accepted of it, both in plain text.
    void stand(const std::string& host = "server.example.test") {
        listen();
        near = open(other, Protocol::tls_1_2);
        ASSERT_TRUE(set(other, near, SocketOption::tls_sec_tag_list, {kClientTag, 0, 0, 0}));
        ASSERT_TRUE(set(other, near, SocketOption::tls_host_name, {host.begin(), host.end()}));
        ASSERT_TRUE(defer(other, near, 1));
        const auto done = connect(other, near, at);
        ASSERT_TRUE(done) << to_string(done.error());
        far = accept(client, listener).socket;
        ASSERT_TRUE(sockets.set_receive_room(other, near, 65536));
        ASSERT_TRUE(sockets.set_receive_room(client, far, 65536));
    }
    Result<void> begin(Client& by, SocketId socket, Outcome& outcome, Duration limit = seconds(20)) {
        outcome = std::make_shared<std::optional<Result<void>>>();
        return sockets.begin_tls(by, socket, limit, [outcome](Result<void> result) { *outcome = result; });
    }
    void begin_both() {
        ASSERT_TRUE(begin(client, far, far_outcome));
        ASSERT_TRUE(begin(other, near, near_outcome));
    }
    bool both_done() {
        return until([&] { return near_outcome->has_value() && far_outcome->has_value(); });
    }
    bool has(Client& by, SocketId socket, std::size_t size) {
        return until([&] { return sockets.received(by, socket)->size() >= size; });
    }
    std::string take(Client& by, SocketId socket, std::size_t size) {
        EXPECT_TRUE(has(by, socket, size));
        const std::string bytes{as_text(sockets.received(by, socket)->first(size))};
        EXPECT_TRUE(sockets.consume(by, socket, bytes.size()));
        return bytes;
    }
    Result<std::vector<Byte>> get(Client& by, SocketId socket, SocketOption option) {
        return sockets.get_option(by, socket, option);
    }

    static const kit::Pki pki;
    SocketId listener{};
    SocketId near{};
    SocketId far{};
    Address at;
    Outcome near_outcome;
    Outcome far_outcome;
};

const kit::Pki SocketsTlsLaterTest::pki;

} // namespace

TEST_F(SocketsTlsLaterTest, begins_when_both_ends_ask_for_it) {
    stand();
    bool proven = false;
    sockets.on_date_proven([&] { proven = true; });
    EXPECT_EQ(*get(client, far, SocketOption::tls_defer), option_bytes(1)) << "the listener's";
    ASSERT_TRUE(sockets.write(other, near, as_bytes("STARTTLS")));
    EXPECT_EQ(take(client, far, 8), "STARTTLS");
    ASSERT_TRUE(sockets.write(client, far, as_bytes("220")));
    EXPECT_EQ(take(other, near, 3), "220");
    EXPECT_EQ(get(other, near, SocketOption::tls_version).error(), Error::not_connected);
    EXPECT_EQ(get(other, near, SocketOption::tls_resumed).error(), Error::not_connected);
    EXPECT_FALSE(proven);

    begin_both();
    ASSERT_TRUE(sockets.write(other, near, as_bytes("secret"))) << "waits for the handshake";
    ASSERT_TRUE(both_done());
    ASSERT_TRUE(**near_outcome) << to_string((*near_outcome)->error());
    ASSERT_TRUE(**far_outcome) << to_string((*far_outcome)->error());
    EXPECT_EQ(take(client, far, 6), "secret");
    ASSERT_TRUE(sockets.write(client, far, as_bytes("too")));
    EXPECT_EQ(take(other, near, 3), "too");
    EXPECT_EQ(*get(client, far, SocketOption::tls_resumed), option_bytes(0));
    EXPECT_EQ(*get(other, near, SocketOption::tls_version),
              option_bytes(static_cast<std::int32_t>(Protocol::tls_1_3)));
    EXPECT_EQ(*get(other, near, SocketOption::tls_defer), option_bytes(0));
    EXPECT_EQ(sockets.totals().handshakes_done, 2U);
    EXPECT_TRUE(proven);
    EXPECT_EQ(begin(other, near, near_outcome).error(), Error::invalid_argument) << "it is secured";
    ASSERT_TRUE(sockets.shutdown(other, near, Shutdown::send));
    EXPECT_TRUE(until([&] { return sockets.ended(client, far); }));
}

TEST_F(SocketsTlsLaterTest, with_the_wrong_peer_ends_both) {
    stand("other.example.test");
    begin_both();
    ASSERT_TRUE(both_done());
    EXPECT_EQ((*near_outcome)->error(), Error::connection_aborted);
    EXPECT_EQ((*far_outcome)->error(), Error::connection_aborted);
    EXPECT_TRUE(sockets.verdict(other, near)->rules.has(Rule::wrong_host_name));
    EXPECT_TRUE(sockets.verdict(client, far)->rules.has(Rule::peer_alert));
    EXPECT_EQ(sockets.totals().handshakes_refused, 2U);
    EXPECT_TRUE(until([&] { return !told.failed[far].empty() && !other_told.failed[near].empty(); }));
    EXPECT_EQ(sockets.write(other, near, as_bytes("x")).error(), Error::broken_pipe);
}

TEST_F(SocketsTlsLaterTest, a_client_with_plain_bytes_that_nobody_took_is_refused_and_goes_on) {
    stand();
    ASSERT_TRUE(sockets.write(client, far, as_bytes("220 go\r\n250 injected")));
    EXPECT_EQ(take(other, near, 8), "220 go\r\n");
    ASSERT_TRUE(has(other, near, 12));
    EXPECT_EQ(begin(other, near, near_outcome).error(), Error::invalid_argument);
    EXPECT_EQ(*get(other, near, SocketOption::tls_defer), option_bytes(1));
    EXPECT_EQ(take(other, near, 12), "250 injected");
    begin_both();
    ASSERT_TRUE(both_done());
    EXPECT_TRUE(**near_outcome);
}

TEST_F(SocketsTlsLaterTest, bytes_that_the_kernel_holds_are_never_read_as_secured) {
    stand();
    ASSERT_TRUE(sockets.set_receive_room(other, near, 0)); // nothing is read
    ASSERT_TRUE(sockets.write(client, far, as_bytes("250 injected")));
    ASSERT_TRUE(begin(other, near, near_outcome));
    ASSERT_TRUE(sockets.set_receive_room(other, near, 65536));
    ASSERT_TRUE(until([&] { return near_outcome->has_value(); }));
    EXPECT_EQ((*near_outcome)->error(), Error::connection_aborted);
    EXPECT_TRUE(sockets.received(other, near)->empty());
}

TEST_F(SocketsTlsLaterTest, a_server_gives_tls_the_hello_that_came_early) {
    stand();
    ASSERT_TRUE(begin(other, near, near_outcome));
    ASSERT_TRUE(has(client, far, 100)) << "the hello, read as if it were plain";
    ASSERT_TRUE(begin(client, far, far_outcome));
    EXPECT_TRUE(sockets.received(client, far)->empty());
    ASSERT_TRUE(both_done());
    EXPECT_TRUE(**near_outcome);
    EXPECT_TRUE(**far_outcome);
    ASSERT_TRUE(sockets.write(other, near, as_bytes("secret")));
    EXPECT_EQ(take(client, far, 6), "secret");
}

TEST_F(SocketsTlsLaterTest, commands_behind_the_one_that_asks_for_it_end_a_server) {
    stand();
    ASSERT_TRUE(sockets.write(other, near, as_bytes("STARTTLS\r\nMAIL FROM:<attacker>\r\n")));
    EXPECT_EQ(take(client, far, 10), "STARTTLS\r\n");
    ASSERT_TRUE(has(client, far, 10));
    begin_both();
    ASSERT_TRUE(both_done());
    EXPECT_EQ((*far_outcome)->error(), Error::connection_aborted);
    EXPECT_FALSE(**near_outcome);
    EXPECT_TRUE(sockets.received(client, far)->empty());
}

TEST_F(SocketsTlsLaterTest, what_was_written_before_goes_out_first_in_plain_text) {
    stand();
    ASSERT_TRUE(sockets.set_receive_room(other, near, 0));
    std::size_t written = 0;
    const std::string block(16384, 'p');
    while (sockets.waiting(client, far) == 0) {
        ASSERT_TRUE(sockets.write(client, far, as_bytes(block)));
        written += block.size();
    }
    ASSERT_TRUE(begin(client, far, far_outcome));
    ASSERT_TRUE(sockets.write(client, far, as_bytes("secret")));
    ASSERT_TRUE(sockets.set_receive_room(other, near, 65536));
    std::string plain;
    while (plain.size() < written) {
        const std::size_t left = std::min<std::size_t>(written - plain.size(), 1000);
        plain += take(other, near, left);
        ASSERT_FALSE(HasFailure());
    }
    EXPECT_EQ(plain, std::string(written, 'p'));
    EXPECT_GT(told.taken[far], 0);
    EXPECT_TRUE(sockets.received(other, near)->empty());
    ASSERT_TRUE(begin(other, near, near_outcome));
    ASSERT_TRUE(both_done());
    EXPECT_TRUE(**near_outcome);
    EXPECT_EQ(take(other, near, 6), "secret");
}

TEST_F(SocketsTlsLaterTest, a_peer_that_says_nothing_ends_at_the_deadline) {
    stand();
    ASSERT_TRUE(begin(other, near, near_outcome, milliseconds(100)));
    ASSERT_TRUE(until([&] { return near_outcome->has_value(); }));
    EXPECT_EQ((*near_outcome)->error(), Error::timed_out);
    EXPECT_TRUE(sockets.verdict(other, near)->rules.has(Rule::timed_out));
}

TEST_F(SocketsTlsLaterTest, closing_ends_it) {
    stand();
    ASSERT_TRUE(begin(other, near, near_outcome));
    std::optional<Result<void>> closed;
    sockets.close(other, near, -1, [&](Result<void> result) { closed = result; });
    ASSERT_TRUE(until([&] { return closed && near_outcome->has_value(); }));
    EXPECT_EQ((*near_outcome)->error(), Error::cancelled);
}

TEST_F(SocketsTlsLaterTest, is_decided_before_a_stream_is_used) {
    stand();
    EXPECT_EQ(defer(client, listener, 0).error(), Error::invalid_argument) << "it listens";
    EXPECT_EQ(defer(other, near, 1).error(), Error::invalid_argument);
    EXPECT_EQ(defer(other, near, 0).error(), Error::invalid_argument) << "begin_tls() does that";
    EXPECT_EQ(begin(client, listener, far_outcome).error(), Error::invalid_argument);
    const SocketId fresh = open(Protocol::tls_1_2);
    EXPECT_EQ(begin(client, fresh, far_outcome).error(), Error::invalid_argument);
    EXPECT_EQ(defer(client, fresh, 2).error(), Error::invalid_argument);
    EXPECT_TRUE(defer(client, fresh, 1));
    EXPECT_TRUE(defer(client, fresh, 0));
    EXPECT_EQ(defer(client, open(), 1).error(), Error::no_protocol_option);
    EXPECT_EQ(begin(client, open(), far_outcome).error(), Error::no_protocol_option);
    ASSERT_TRUE(sockets.shutdown(other, near, Shutdown::send));
    EXPECT_EQ(begin(other, near, near_outcome).error(), Error::invalid_argument);
}
