// SPDX-License-Identifier: Apache-2.0
// Streams of a SimpleLink host: open, connect, send, receive, close, blocking and not.
#include "nwpd/dialect/simplelink/outbox.h"
#include "nwpd/dialect/simplelink/socket_fixture.h"

#include <chrono>
#include <sys/socket.h>

namespace nwp::simplelink::test {
namespace {

using service::test::pattern;
using service::test::receive_exactly;
using service::test::send_all;
using service::test::TcpPeer;
class SocketSiloTest : public SocketWorld {
protected:
    /// Sends until the host may not any more, because the peer does not read; how much that was.
    std::size_t fill(Byte socket, const std::string& chunk) {
        std::size_t sent = 0;
        while (credit_now() >= static_cast<int>(Outbox::buffers_for(chunk.size())) && sent < kMost) {
            host_sends(socket, chunk);
            sent += chunk.size();
        }
        EXPECT_LT(sent, kMost) << "a peer that does not read slows the host down";
        return sent;
    }
    static constexpr std::size_t kMost = 64 * std::size_t{1024} * 1024;
};

TEST_F(SocketSiloTest, a_client_connects_talks_and_closes) {
    TcpPeer peer;
    lead_to(peer.port());
    const Byte socket = opened(SocketType::stream, Protocol::tcp);
    EXPECT_EQ(socket, 0);
    EXPECT_EQ(host_connects(socket), 0);
    const int end = peer.accept();
    host_sends(socket, "hello");
    EXPECT_TRUE(until([&] { return !line->sent.empty(); })) << "credit comes back by itself";
    EXPECT_EQ(receive_exactly(end, 5), "hello");
    send_all(end, "world!");
    EXPECT_EQ(host_receives(socket, 64), "world!");
    peer.close(end);
    EXPECT_EQ(host_fails_to_receive(socket), 0) << "the end";
    EXPECT_EQ(host_fails_to_receive(socket), 0) << "again";
    EXPECT_EQ(host_closes(socket), 0);
    EXPECT_TRUE(is_silent());
}

struct Opening {
    Family family;
    SocketType type;
    Protocol protocol;
    int status; ///< or 0: a descriptor
};

TEST_F(SocketSiloTest, each_kind_of_socket_opens_or_is_refused_with_its_own_code) {
    constexpr Opening openings[] = {
        {Family::ipv4, SocketType::stream, Protocol::any, 0},
        {Family::ipv6, SocketType::stream, Protocol::tcp, 0},
        {Family::ipv4, SocketType::stream, Protocol::tls, 0},
        {Family::ipv4, SocketType::datagram, Protocol::any, 0},
        {Family::ipv6, SocketType::datagram, Protocol::udp, 0},
        {Family::none, SocketType::stream, Protocol::tcp, code::bsd_eafnosupport},
        {static_cast<Family>(77), SocketType::stream, Protocol::tcp, code::bsd_eafnosupport},
        {Family::ipv4, static_cast<SocketType>(9), Protocol::any, code::bsd_eprototype},
        {Family::ipv4, SocketType::stream, Protocol::udp, code::bsd_eprototype},
        {Family::ipv4, SocketType::datagram, Protocol::tcp, code::bsd_eprototype},
        {Family::ipv4, SocketType::datagram, Protocol::tls, code::bsd_eprototype},
        {Family::ipv4, SocketType::stream, static_cast<Protocol>(99), code::bsd_eprotonosupport},
        {Family::ipv4, SocketType::raw, Protocol::raw, code::bsd_eacces},
        {Family::transceiver, SocketType::raw, Protocol::any, code::bsd_eopnotsupp},
        {Family::packet, SocketType::raw, Protocol::any, code::bsd_eopnotsupp},
    };
    for (const Opening& opening : openings) {
        const auto got = host_opens(opening.type, opening.protocol, opening.family);
        EXPECT_EQ(got < 0 ? got : 0, opening.status)
            << int(opening.family) << " " << int(opening.type) << " " << int(opening.protocol);
    }
}

TEST_F(SocketSiloTest, sixteen_sockets_have_sixteen_numbers) {
    for (Byte i = 0; i < kSockets; ++i) EXPECT_EQ(host_opens(), i);
    EXPECT_EQ(host_opens(), code::bsd_ensock);
    EXPECT_EQ(host_closes(11), 0);
    EXPECT_EQ(host_closes(4), 0);
    EXPECT_EQ(host_opens(), 11) << "free the longest";
    EXPECT_EQ(host_opens(), 4);
    EXPECT_EQ(host_opens(), code::bsd_ensock);
}

TEST_F(SocketSiloTest, a_number_that_was_just_closed_is_not_given_to_the_next) {
    const Byte first = opened();
    const Byte second = opened();
    EXPECT_EQ(host_closes(first), 0);
    EXPECT_EQ(opened(), second + 1) << "the thread that closed may still hold the first in its driver";
    for (int i = second + 2; i < 16; ++i) EXPECT_EQ(opened(), i);
    EXPECT_EQ(opened(), first) << "the only one";
}

TEST_F(SocketSiloTest, a_number_without_a_socket_is_answered_and_echoed) {
    for (const Byte number : {Byte{0}, Byte{15}, Byte{16}, Byte{0x80}, Byte{0xFF}}) {
        EXPECT_EQ(ask<SocketCloseResponse>(SocketClose{number}).status, code::bsd_ebadf);
        EXPECT_EQ(host_begins_connect(number), code::bsd_ebadf);
        const auto accepted = ask<SocketAcceptResponse>(SocketAccept{number, Family::ipv4});
        EXPECT_EQ(accepted.status, code::bsd_ebadf);
        EXPECT_EQ(accepted.descriptor, number);
        EXPECT_EQ(ask<SocketListenResponse>(SocketListen{number, 1}).status, code::bsd_ebadf);
        EXPECT_EQ(ask<SocketBindResponse>(addressed<SocketBind>(number, {})).status, code::bsd_ebadf);
        EXPECT_EQ(host_sets(number, OptionName::non_blocking, u32(1)), code::bsd_ebadf);
        std::vector<Byte> value;
        EXPECT_EQ(host_gets(number, 1, 24, 4, value), code::bsd_ebadf);
        EXPECT_EQ(host_fails_to_receive(number), code::bsd_ebadf);
        host_sends(number, "lost");
        EXPECT_EQ(next_credit(), Outbox::kBuffers) << "its buffer is free again";
    }
    EXPECT_TRUE(is_silent()) << "what was refused ends in no event";
}

TEST_F(SocketSiloTest, receiving_waits_for_data_and_gives_no_more_than_was_asked_for) {
    TcpPeer peer;
    const Byte socket = connected_stream(peer);
    const int end = peer.accept();
    host_begins_receive(socket, 3);
    EXPECT_TRUE(is_silent()) << "no bytes, no event";
    send_all(end, "abcdefg");
    std::string bytes;
    EXPECT_EQ(received_status(socket, &bytes), 3);
    EXPECT_EQ(bytes, "abc");
    EXPECT_TRUE(is_silent()) << "exactly one event for each request";
    EXPECT_EQ(host_receives(socket, 64), "defg");
    EXPECT_TRUE(is_silent());
}

TEST_F(SocketSiloTest, a_second_request_on_a_socket_ends_and_the_first_stands) {
    TcpPeer peer;
    const Byte socket = connected_stream(peer);
    const int end = peer.accept();
    host_begins_receive(socket, 64);
    EXPECT_EQ(host_fails_to_receive(socket), code::bsd_inexe);
    send_all(end, "one");
    EXPECT_EQ(received_status(socket), 3);
}

TEST_F(SocketSiloTest, receiving_gives_up_when_its_time_is_over_and_the_flag_does_not_wait) {
    TcpPeer peer;
    const Byte socket = connected_stream(peer);
    const int end = peer.accept();
    EXPECT_EQ(host_fails_to_receive(socket, kDontWait), code::bsd_eagain);
    std::vector<Byte> timeout = u32(0);
    for (const Byte byte : u32(20000)) timeout.push_back(byte);
    ASSERT_EQ(host_sets(socket, OptionName::receive_timeout, timeout), 0);
    const auto begun = std::chrono::steady_clock::now();
    EXPECT_EQ(host_fails_to_receive(socket), code::bsd_eagain);
    EXPECT_GE(std::chrono::steady_clock::now() - begun, std::chrono::milliseconds(20));
    send_all(end, "late");
    EXPECT_EQ(host_receives(socket, 64), "late");
    EXPECT_TRUE(is_silent());
}

TEST_F(SocketSiloTest, a_reset_ends_the_request_that_stands) {
    TcpPeer peer;
    const Byte socket = connected_stream(peer);
    const int end = peer.accept();
    host_begins_receive(socket, 64);
    kit::run_ready(context);
    peer.reset(end);
    EXPECT_EQ(received_status(socket), code::bsd_enotconn);
    EXPECT_EQ(host_fails_to_receive(socket), code::bsd_enotconn);
    host_sends(socket, "into the void");
    const auto failed = expect<SocketTxFailed>();
    EXPECT_EQ(failed.status, code::bsd_enotconn);
    EXPECT_EQ(failed.descriptor, socket);
    EXPECT_EQ(last.tx_failure, 1U << socket);
    EXPECT_EQ(host_closes(socket), 0);
    EXPECT_EQ(last.tx_failure, 0) << "the next socket of this number can send";
}

TEST_F(SocketSiloTest, closing_ends_a_request_that_stands_and_answers_once) {
    TcpPeer peer;
    const Byte socket = connected_stream(peer);
    host_makes_non_blocking(socket);
    ASSERT_EQ(host_sets(socket, OptionName::non_blocking, u32(0)), 0);
    host_begins_receive(socket, 64);
    send(SocketClose{socket});
    EXPECT_EQ(received_status(socket), code::bsd_ebadf);
    EXPECT_EQ(expect<SocketCloseResponse>().status, 0);
    EXPECT_EQ(expect<SocketClosed>().descriptor, socket);
    EXPECT_TRUE(is_silent());
}

TEST_F(SocketSiloTest, closing_ends_a_connect_that_stands) {
    TcpPeer peer;
    lead_to(peer.port());
    const Byte socket = opened();
    send(addressed(socket, server_address()));
    send(SocketClose{socket});
    EXPECT_EQ(expect<SocketConnectResponse>().status, 0);
    EXPECT_EQ(connected_status(socket), code::bsd_ebadf);
    EXPECT_EQ(expect<SocketCloseResponse>().status, 0);
    expect<SocketClosed>();
    EXPECT_TRUE(is_silent());
}

TEST_F(SocketSiloTest, closing_clears_the_bits_of_the_number) {
    const Byte socket = opened();
    host_makes_non_blocking(socket);
    EXPECT_EQ(ask<SocketCloseResponse>(SocketClose{socket}).status, 0);
    EXPECT_EQ(last.non_blocking, 0);
    expect<SocketClosed>();
    // The number comes round when all others were given out.
    for (std::size_t i = 0; i + 1 < kSockets; ++i) EXPECT_NE(host_opens(), socket);
    EXPECT_EQ(host_opens(), socket);
    EXPECT_EQ(last.non_blocking, 0);
}

TEST_F(SocketSiloTest, a_blocking_connect_ends_in_its_outcome) {
    lead_to(1); // nobody
    const Byte socket = opened();
    EXPECT_EQ(host_connects(socket), code::bsd_econnrefused);
    EXPECT_EQ(host_fails_to_receive(socket), code::bsd_enotconn);
    TcpPeer peer;
    lead_to(peer.port());
    EXPECT_EQ(host_connects(socket), 0) << "it may try again";
    EXPECT_EQ(host_connects(socket), code::bsd_eisconn);
    const Byte six = opened(SocketType::stream, Protocol::tcp, Family::ipv6);
    EXPECT_EQ(host_begins_connect(six), code::bsd_eafnosupport) << "then no event follows";
    EXPECT_TRUE(is_silent());
}

TEST_F(SocketSiloTest, a_non_blocking_connect_says_so_at_once_and_its_outcome_when_asked_again) {
    TcpPeer peer;
    lead_to(peer.port());
    const Byte socket = opened();
    host_makes_non_blocking(socket);
    EXPECT_EQ(host_connects(socket), code::bsd_ealready);
    ASSERT_EQ(ask<SocketSelectResponse>(select_write(socket)).status, 0);
    const auto ready = expect<SocketSelected>();
    EXPECT_EQ(ready.status, 1);
    EXPECT_EQ(ready.write_set, 1U << socket);
    EXPECT_EQ(host_connects(socket), 0);
    EXPECT_EQ(host_connects(socket), code::bsd_eisconn);
    EXPECT_EQ(host_fails_to_receive(socket), code::bsd_eagain);
    EXPECT_TRUE(is_silent());
}

TEST_F(SocketSiloTest, a_non_blocking_connect_that_fails_says_why_once) {
    lead_to(1);
    const Byte socket = opened();
    host_makes_non_blocking(socket);
    EXPECT_EQ(host_connects(socket), code::bsd_ealready);
    ASSERT_EQ(ask<SocketSelectResponse>(select_write(socket)).status, 0);
    EXPECT_EQ(expect<SocketSelected>().write_set, 1U << socket);
    EXPECT_EQ(host_connects(socket), code::bsd_econnrefused);
    EXPECT_EQ(host_connects(socket), code::bsd_ealready) << "a new attempt";
}

TEST_F(SocketSiloTest, the_bit_that_was_reported_decides_whether_anything_waits) {
    TcpPeer peer;
    const Byte socket = connected_stream(peer);
    const int end = peer.accept();
    host_makes_non_blocking(socket);
    std::vector<Byte> value;
    EXPECT_EQ(host_gets(socket, 1, 24, 4, value), 0);
    EXPECT_EQ(value, u32(1));
    EXPECT_EQ(host_fails_to_receive(socket), code::bsd_eagain);
    EXPECT_EQ(last.non_blocking, 1U << socket);
    EXPECT_EQ(host_sets(socket, OptionName::non_blocking, u32(0)), 0);
    EXPECT_EQ(last.non_blocking, 0);
    host_begins_receive(socket, 64);
    EXPECT_TRUE(is_silent());
    send_all(end, "x");
    EXPECT_EQ(received_status(socket), 1);
}

TEST_F(SocketSiloTest, credit_comes_back_as_the_network_takes_what_was_sent) {
    TcpPeer peer(4096);
    const Byte socket = connected_stream(peer);
    const int end = peer.accept();
    const std::string chunk = pattern(16 * Outbox::kBufferSize);
    const std::size_t sent = fill(socket, chunk);
    std::string got;
    ASSERT_TRUE(turning_until([&] {
        std::string some(65536, '\0');
        const ssize_t size = ::recv(end, some.data(), some.size(), MSG_DONTWAIT);
        if (size > 0) got.append(some, 0, static_cast<std::size_t>(size));
        return got.size() == sent;
    }));
    EXPECT_EQ(got.substr(got.size() - chunk.size()), chunk);
    EXPECT_TRUE(until([&] { return credit_now() == Outbox::kBuffers; }));
}

TEST_F(SocketSiloTest, one_send_of_30000_bytes_arrives_whole) {
    TcpPeer peer;
    const Byte socket = connected_stream(peer);
    const std::string bytes = pattern(30000);
    host_sends(socket, bytes);
    kit::run_ready(context);
    EXPECT_EQ(receive_exactly(peer.accept(), bytes.size()), bytes);
}

TEST_F(SocketSiloTest, closing_gives_back_the_credit_of_what_was_not_taken) {
    TcpPeer peer(4096);
    const Byte socket = connected_stream(peer);
    fill(socket, pattern(16 * Outbox::kBufferSize));
    EXPECT_EQ(host_closes(socket), 0);
    EXPECT_EQ(last.tx_pool_count, Outbox::kBuffers);
}

TEST_F(SocketSiloTest, sending_on_a_socket_without_a_connection_fails_as_an_event) {
    const Byte socket = opened();
    host_sends(socket, "x");
    const auto failed = expect<SocketTxFailed>();
    EXPECT_EQ(failed.status, code::bsd_enotconn);
    EXPECT_EQ(last.tx_failure, 1U << socket);
    EXPECT_EQ(last.tx_pool_count, Outbox::kBuffers);
    TcpPeer peer;
    lead_to(peer.port());
    EXPECT_EQ(host_connects(socket), 0);
    EXPECT_EQ(last.tx_failure, 0) << "a new connection can send";
}

TEST_F(SocketSiloTest, what_is_longer_than_its_message_is_not_sent) {
    TcpPeer peer;
    const Byte socket = connected_stream(peer);
    SocketSend lie;
    lie.length = 9000;
    lie.descriptor = socket;
    send(lie, as_bytes("short"));
    EXPECT_EQ(next_credit(), Outbox::kBuffers);
    host_sends(socket, "true");
    kit::run_ready(context);
    EXPECT_EQ(receive_exactly(peer.accept(), 4), "true");
}

TEST_F(SocketSiloTest, power_off_ends_every_socket) {
    TcpPeer peer;
    connected_stream(peer);
    const int end = peer.accept();
    power_off();
    kit::run_ready(context);
    char byte = 0;
    ASSERT_TRUE(turning_until([&] { return ::recv(end, &byte, 1, MSG_DONTWAIT) == 0; }));
    network.set_lease(std::nullopt);
    power_on();
    EXPECT_EQ(host_opens(), 0);
}

} // namespace
} // namespace nwp::simplelink::test
