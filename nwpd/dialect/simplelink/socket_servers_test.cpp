// SPDX-License-Identifier: Apache-2.0
// Listeners, datagrams and SELECT of a SimpleLink host.
#include "nwpd/dialect/simplelink/socket_fixture.h"
#include "nwpd/service/mapped_address.h"

#include <sys/socket.h>

#include <chrono>

namespace nwp::simplelink::test {
namespace {

using service::test::KernelPeer;
using service::test::send_all;
using service::test::TcpPeer;

const Address kControl = Address::ipv4(0, 0, 0, 0, 0x300E);
const Address kWake = Address::ipv4(127, 0, 0, 1, 0x300E);

class SocketServersTest : public SocketWorld {
protected:
    /// A listener on 127.0.0.1, which other sockets of this NWP reach.
    Byte listening(const Address& at, Protocol protocol = Protocol::tcp) {
        const bool v6 = at.family == nwp::Family::ipv6;
        const Byte socket = opened(SocketType::stream, protocol, v6 ? Family::ipv6 : Family::ipv4);
        EXPECT_EQ(host_binds(socket, at), 0);
        const auto response = ask<SocketListenResponse>(SocketListen{socket, 4});
        EXPECT_EQ(response.status, 0);
        return socket;
    }
    std::int16_t host_binds(Byte socket, const Address& at) {
        if (at.family == nwp::Family::ipv6)
            return ask<SocketBindResponse>(addressed<SocketBindV6>(socket, at)).status;
        return ask<SocketBindResponse>(addressed<SocketBind>(socket, at)).status;
    }
    void host_begins_accept(Byte listener, Family family = Family::ipv4) {
        const auto response = ask<SocketAcceptResponse>(SocketAccept{listener, family});
        EXPECT_EQ(response.status, 0);
        EXPECT_EQ(response.descriptor, listener);
    }
    SocketAccepted accepted(Byte listener) {
        const auto event = expect<SocketAccepted>();
        EXPECT_EQ(event.descriptor, listener);
        return event;
    }
    /// Another host of this NWP knocks; its socket.
    service::SocketId knock(const Address& at, bool wait = true) {
        const auto socket = open_stream(other, at.family);
        auto outcome = std::make_shared<bool>(false);
        sockets.connect(other, socket, at, seconds(20),
                        [outcome](const Result<Address>&) { *outcome = true; });
        EXPECT_TRUE(!wait || until([&] { return *outcome; }));
        return socket;
    }
    void host_begins_select(const SocketSelect& command) {
        EXPECT_EQ(ask<SocketSelectResponse>(command).status, 0) << "an error here is not heard";
    }
    /// As TI's driver makes it at its first select.
    Byte control_socket() {
        const Byte control = opened(SocketType::datagram, Protocol::any);
        EXPECT_EQ(host_binds(control, kControl), 0);
        return control;
    }
    template <typename Event>
    Event host_receives_from(Byte socket, std::uint16_t length, Byte family_and_flags,
                             std::string* bytes = nullptr) {
        SocketReceiveFrom command;
        command.length = length;
        command.descriptor = socket;
        command.family_and_flags = family_and_flags;
        std::vector<Byte> payload;
        const auto event = ask<Event>(command, {}, &payload);
        EXPECT_EQ(event.descriptor, socket);
        EXPECT_EQ(payload.size(), event.status > 0 ? static_cast<std::size_t>(event.status) : 0);
        if (bytes != nullptr) bytes->assign(payload.begin(), payload.end());
        return event;
    }
};

// ---- listeners

TEST_F(SocketServersTest, accept_waits_for_a_peer_and_names_it) {
    const Address at = Address::ipv4(127, 0, 0, 1, 7001);
    const Byte listener = listening(at);
    host_begins_accept(listener);
    EXPECT_TRUE(is_silent());
    const auto near = knock(at, false);
    const auto event = accepted(listener);
    EXPECT_EQ(event.status, 1) << "the smallest free number";
    EXPECT_EQ(event.family, Family::ipv4);
    EXPECT_EQ(event.address, (std::array<Byte, 4>{127, 0, 0, 1})) << "in network order";
    ASSERT_TRUE(until([&] { return sockets.local(other, near)->port == event.port.value; }));
    const auto socket = static_cast<Byte>(event.status);
    ASSERT_TRUE(until([&] { return sockets.write(other, near, as_bytes("knock")).ok(); }));
    EXPECT_EQ(host_receives(socket, 64), "knock");
    host_sends(socket, "enter");
    ASSERT_TRUE(until([&] { return sockets.received(other, near)->size() == 5; }));
    EXPECT_TRUE(until([&] { return credit_now() == Outbox::kBuffers; }));
    EXPECT_TRUE(is_silent());
}

TEST_F(SocketServersTest, ipv6_peers_are_told_by_the_same_opcode_with_a_longer_address) {
    const Address at = service::ipv6_loopback(7002);
    const Byte listener = listening(at);
    host_begins_accept(listener, Family::ipv6);
    knock(at, false);
    const auto event = expect<SocketAcceptedV6>();
    EXPECT_EQ(event.status, 1);
    EXPECT_EQ(event.descriptor, listener);
    EXPECT_EQ(event.family, Family::ipv6);
    EXPECT_EQ(event.address[15], 1);
}

TEST_F(SocketServersTest, a_non_blocking_accept_never_waits) {
    const Address at = Address::ipv4(127, 0, 0, 1, 7003);
    const Byte listener = listening(at);
    host_makes_non_blocking(listener);
    host_begins_accept(listener);
    EXPECT_EQ(accepted(listener).status, code::bsd_eagain);
    knock(at);
    host_begins_select(select_read(static_cast<std::uint16_t>(1U << listener)));
    EXPECT_EQ(expect<SocketSelected>().read_set, 1U << listener);
    host_begins_accept(listener);
    const auto event = accepted(listener);
    EXPECT_EQ(event.status, 1);
    EXPECT_EQ(last.non_blocking, 1U << listener) << "the new one blocks";
    EXPECT_TRUE(is_silent());
}

TEST_F(SocketServersTest, closing_a_listener_ends_its_accept) {
    const Byte listener = listening(Address::ipv4(127, 0, 0, 1, 7004));
    host_begins_accept(listener);
    send(SocketClose{listener});
    EXPECT_EQ(accepted(listener).status, code::bsd_ebadf);
    EXPECT_EQ(expect<SocketCloseResponse>().status, 0);
    expect<SocketClosed>();
    EXPECT_TRUE(is_silent());
}

TEST_F(SocketServersTest, the_port_of_a_server_that_closed_first_is_free_for_the_next) {
    const Address at = Address::ipv4(127, 0, 0, 1, 7011);
    for (int round = 0; round < 2; ++round) {
        const Byte listener = listening(at);
        const auto near = knock(at);
        ASSERT_TRUE(sockets.set_receive_room(other, near, 1));
        host_begins_accept(listener);
        const auto event = accepted(listener);
        ASSERT_GE(event.status, 0);
        EXPECT_EQ(host_closes(static_cast<Byte>(event.status)), 0);
        ASSERT_TRUE(until([&] { return sockets.ended(other, near); }));
        sockets.close(other, near, -1, [](const Result<void>&) {});
        EXPECT_EQ(host_closes(listener), 0);
    }
}

TEST_F(SocketServersTest, without_a_free_number_nobody_is_accepted_until_there_is_one) {
    const Address at = Address::ipv4(127, 0, 0, 1, 7005);
    const Byte listener = listening(at);
    for (std::size_t i = 1; i < kSockets; ++i) opened();
    knock(at);
    host_begins_accept(listener);
    EXPECT_EQ(accepted(listener).status, code::bsd_ensock);
    EXPECT_EQ(host_closes(9), 0);
    host_begins_accept(listener);
    EXPECT_EQ(accepted(listener).status, 9);
}

TEST_F(SocketServersTest, wrong_uses_of_a_listener_have_their_codes) {
    const Byte stream = opened();
    EXPECT_EQ(ask<SocketAcceptResponse>(SocketAccept{stream, Family::ipv4}).status, code::bsd_einval);
    const Byte datagrams = opened(SocketType::datagram);
    EXPECT_EQ(ask<SocketAcceptResponse>(SocketAccept{datagrams, Family::ipv4}).status, code::bsd_eopnotsupp);
    EXPECT_EQ(ask<SocketListenResponse>(SocketListen{datagrams, 1}).status, code::bsd_eopnotsupp);
    const Address at = Address::ipv4(127, 0, 0, 1, 7006);
    const Byte listener = listening(at);
    EXPECT_EQ(host_begins_connect(listener), code::bsd_einval);
    EXPECT_EQ(host_binds(stream, at), code::bsd_eaddrinuse);
    EXPECT_EQ(host_binds(stream, Address::ipv4(9, 9, 9, 9, 1)), code::bsd_eaddrnotavail);
    EXPECT_EQ(host_binds(stream, service::ipv6_loopback(1)), code::bsd_eafnosupport);
    host_begins_accept(listener);
    EXPECT_EQ(ask<SocketAcceptResponse>(SocketAccept{listener, Family::ipv4}).status, code::bsd_inexe);
    EXPECT_TRUE(is_silent());
}

// ---- datagrams

TEST_F(SocketServersTest, datagrams_keep_their_boundaries_and_their_sender) {
    lead_to_network();
    const KernelPeer peer(SOCK_DGRAM);
    const Byte socket = opened(SocketType::datagram, Protocol::udp);
    const Address to = Address::ipv4(10, 77, 0, 9, peer.local().port);
    host_sends_to(socket, "ping!", to);
    kit::run_ready(context);
    Address from;
    EXPECT_EQ(peer.receive_from(&from), "ping!");
    EXPECT_EQ(credit_now(), Outbox::kBuffers);
    peer.send_to(from, "pong!");
    peer.send_to(from, "again");
    std::string bytes;
    const auto event = host_receives_from<SocketReceivedFrom>(socket, 3, 0x20, &bytes);
    EXPECT_EQ(bytes, "pon") << "no more than was asked for";
    EXPECT_EQ(event.family, Family::ipv4);
    EXPECT_EQ(event.address, (std::array<Byte, 4>{10, 77, 0, 9}));
    EXPECT_EQ(event.port.value, peer.local().port);
    EXPECT_EQ(host_receives(socket, 64), "again") << "the rest of the first is gone";
    EXPECT_TRUE(is_silent());
}

TEST_F(SocketServersTest, the_rest_of_a_datagram_stays_where_the_host_wants_it) {
    lead_to_network();
    const KernelPeer peer(SOCK_DGRAM);
    const Byte socket = opened(SocketType::datagram, Protocol::udp);
    EXPECT_EQ(host_sets(socket, OptionName::keep_datagram_rest, u32(1)), 0);
    host_sends_to(socket, "?", Address::ipv4(10, 77, 0, 9, peer.local().port));
    kit::run_ready(context);
    Address from;
    peer.receive_from(&from);
    credit_now();
    peer.send_to(from, "abcdef");
    peer.send_to(from, "next");
    EXPECT_EQ(host_receives(socket, 4), "abcd");
    EXPECT_EQ(host_receives(socket, 4), "ef");
    EXPECT_EQ(host_receives(socket, 4), "next");
}

TEST_F(SocketServersTest, the_form_of_the_sender_is_that_which_the_host_has_room_for) {
    const Byte socket = opened(SocketType::datagram, Protocol::udp, Family::ipv6);
    host_makes_non_blocking(socket);
    EXPECT_EQ(host_receives_from<SocketReceivedFrom>(socket, 64, 0x20).status, code::bsd_eagain);
    EXPECT_EQ(host_receives_from<SocketReceivedFromV6>(socket, 64, 0x30).status, code::bsd_eagain);
    ASSERT_EQ(host_binds(socket, service::ipv6_loopback(7010)), 0);
    host_sends_to(socket, "me", service::ipv6_loopback(7010));
    ASSERT_TRUE(until([&] { return credit_now() == Outbox::kBuffers; }));
    host_begins_select(select_read(static_cast<std::uint16_t>(1U << socket)));
    EXPECT_EQ(expect<SocketSelected>().read_set, 1U << socket);
    std::string bytes;
    const auto event = host_receives_from<SocketReceivedFromV6>(socket, 64, 0x30, &bytes);
    EXPECT_EQ(bytes, "me");
    EXPECT_EQ(event.address[15], 1);
    EXPECT_EQ(event.port.value, 7010);
}

TEST_F(SocketServersTest, a_connected_datagram_socket_has_a_peer) {
    lead_to_network();
    const KernelPeer peer(SOCK_DGRAM);
    const Byte socket = opened(SocketType::datagram, Protocol::udp);
    host_sends(socket, "nowhere");
    EXPECT_EQ(expect<SocketTxFailed>().status, code::bsd_edestaddrreq);
    EXPECT_EQ(last.tx_failure, 0) << "the next datagram may go";
    host_makes_non_blocking(socket);
    const Address to = Address::ipv4(10, 77, 0, 9, peer.local().port);
    EXPECT_EQ(host_connects(socket, to), 0) << "at once, also without blocking";
    EXPECT_EQ(host_connects(socket, to), 0) << "again and again";
    host_sends(socket, "hello");
    kit::run_ready(context);
    EXPECT_EQ(peer.receive_from(), "hello");
}

// ---- select

TEST_F(SocketServersTest, select_waits_polls_and_ends_in_time) {
    TcpPeer peer;
    const Byte socket = connected_stream(peer);
    const int end = peer.accept();
    const auto bit = static_cast<std::uint16_t>(1U << socket);
    host_begins_select(select_read(bit, 0, 0));
    EXPECT_EQ(expect<SocketSelected>().status, 0) << "a poll";
    const auto begun = std::chrono::steady_clock::now();
    host_begins_select(select_read(bit, 0, 1));
    EXPECT_EQ(expect<SocketSelected>().status, 0);
    EXPECT_GE(std::chrono::steady_clock::now() - begun, std::chrono::milliseconds(10)) << "never less";
    host_begins_select(select_read(bit));
    EXPECT_TRUE(is_silent()) << "for ever";
    send_all(end, "x");
    const auto event = expect<SocketSelected>();
    EXPECT_EQ(event.status, 1);
    EXPECT_EQ(event.read_count, 1);
    EXPECT_EQ(event.read_set, bit);
    EXPECT_EQ(event.write_set, 0);
    EXPECT_EQ(host_receives(socket, 64), "x");
    host_begins_select(select_read(bit));
    peer.close(end);
    EXPECT_EQ(expect<SocketSelected>().read_set, bit) << "the end is readable";
    EXPECT_TRUE(is_silent());
}

TEST_F(SocketServersTest, select_reports_errors_as_bits_of_the_set_that_asked) {
    host_begins_select(select_read(0x8000));
    const auto event = expect<SocketSelected>();
    EXPECT_EQ(event.status, 1);
    EXPECT_EQ(event.read_set, 0x8000);
    EXPECT_EQ(host_fails_to_receive(15), code::bsd_ebadf);
    host_begins_select(select_write(14));
    EXPECT_EQ(expect<SocketSelected>().write_set, 1U << 14);
    const Byte idle = opened();
    host_begins_select(select_read(static_cast<std::uint16_t>(1U << idle)));
    EXPECT_TRUE(is_silent());
    EXPECT_EQ(ask<SocketCloseResponse>(SocketClose{idle}).status, 0);
    EXPECT_EQ(expect<SocketSelected>().read_set, 1U << idle) << "it was closed";
    expect<SocketClosed>();
    EXPECT_TRUE(is_silent());
}

TEST_F(SocketServersTest, the_count_of_descriptors_in_a_select_means_nothing) {
    TcpPeer peer;
    const Byte first = opened();
    const Byte socket = connected_stream(peer);
    ASSERT_GT(socket, first);
    send_all(peer.accept(), "x");
    SocketSelect command = select_read(static_cast<std::uint16_t>(1U << socket));
    command.highest = 0;
    host_begins_select(command);
    EXPECT_EQ(expect<SocketSelected>().read_set, 1U << socket);
}

TEST_F(SocketServersTest, a_second_thread_joins_a_select_through_the_control_socket) {
    TcpPeer peer;
    const Byte socket = connected_stream(peer);
    const int end = peer.accept();
    const Byte control = control_socket();
    const auto bits = static_cast<std::uint16_t>(1U << socket | 1U << control);
    host_begins_select(select_read(bits));
    EXPECT_TRUE(is_silent());
    host_sends_to(control, std::string_view{"\0\0\0\0", 4}, kWake);
    EXPECT_EQ(expect<SocketSelected>().read_set, 1U << control);

    // As the driver does from its event handler: nobody waits for either answer.
    SocketReceiveFrom receive;
    receive.length = 4;
    receive.descriptor = control;
    receive.family_and_flags = 0x20;
    send(receive);
    SocketSelect again = select_read(bits);
    again.highest = 0;
    send(again);
    std::vector<Byte> payload;
    const auto woken = expect<SocketReceivedFrom>(&payload);
    EXPECT_EQ(woken.status, 4);
    EXPECT_EQ(woken.descriptor, control);
    EXPECT_EQ(payload, std::vector<Byte>(4));
    EXPECT_EQ(woken.address, (std::array<Byte, 4>{127, 0, 0, 1}));
    EXPECT_EQ(woken.port.value, 0x300E);
    EXPECT_EQ(expect<SocketSelectResponse>().status, 0);
    EXPECT_TRUE(is_silent());
    send_all(end, "x");
    EXPECT_EQ(expect<SocketSelected>().read_set, 1U << socket);
}

TEST_F(SocketServersTest, every_chip_has_a_control_socket_of_its_own) {
    const auto theirs = open_datagrams(other);
    ASSERT_TRUE(sockets.bind(other, theirs, kControl));
    const Byte control = control_socket();
    host_sends_to(control, "more than four", kWake);
    std::string bytes;
    host_receives_from<SocketReceivedFrom>(control, 4, 0x20, &bytes);
    EXPECT_EQ(bytes, "more");
    EXPECT_EQ(sockets.datagram(other, theirs).error(), Error::would_block);
    EXPECT_EQ(host_closes(control), 0);
    host_sends_to(control_socket(), "wake", kWake);
    EXPECT_TRUE(until([&] { return credit_now() == Outbox::kBuffers; }));
}

TEST_F(SocketServersTest, a_select_that_overtakes_another_ends_it) {
    const Byte idle = opened();
    const auto bit = static_cast<std::uint16_t>(1U << idle);
    host_begins_select(select_read(bit));
    host_begins_select(select_read(bit));
    EXPECT_EQ(expect<SocketSelected>().status, 0) << "each ends in one event";
    EXPECT_TRUE(is_silent());
}

} // namespace
} // namespace nwp::simplelink::test
