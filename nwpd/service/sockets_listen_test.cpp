// SPDX-License-Identifier: Apache-2.0
// Listening sockets while the network stays as it is; what happens to them when it changes is in
// sockets_listen_moves_test.cpp.
#include "nwpd/service/mapped_address.h"
#include "nwpd/service/socket_options.h"
#include "nwpd/service/test_world.h"

#include <sys/socket.h>

#include <cerrno>

using namespace nwp;
using namespace nwp::service;
using namespace nwp::service::test;

namespace {

const Address kAny = Address::ipv4(0, 0, 0, 0);

class Listening : public World {
protected:
    Listening() { lead_to_network(); }
    /// A listening socket; returns its port.
    std::uint16_t listen(const Address& local = kAny, std::uint16_t backlog = 8) {
        listener = open_stream(client, local.family);
        const auto bound = sockets.bind(client, listener, local);
        EXPECT_TRUE(bound) << to_string(bound.error());
        const auto listens = sockets.listen(client, listener, backlog);
        EXPECT_TRUE(listens) << to_string(listens.error());
        return bound ? bound->port : 0;
    }
    static Address real(std::uint16_t port) { return Address::ipv4(127, 77, 0, 50, port); }
    Result<std::int32_t> number(SocketId socket, SocketOption option) {
        const auto value = sockets.get_option(client, socket, option);
        if (!value) return value.error();
        return static_cast<std::int32_t>((*value)[0]);
    }
    Error set(SocketId socket, SocketOption option, std::int32_t value) {
        return sockets.set_option(client, socket, option, option_bytes(value)).error();
    }

    SocketId listener{};
};

TEST_F(Listening, accepts_who_calls_and_names_both_ends_as_the_lease_has_them) {
    const std::uint16_t port = listen();
    const KernelPeer peer(SOCK_STREAM);
    ASSERT_EQ(peer.connect(real(port)), 0);
    const AcceptedSocket accepted = accept(client, listener);
    EXPECT_EQ(accepted.local, Address::ipv4(10, 77, 0, 50, port));
    EXPECT_EQ(accepted.peer, Address::ipv4(10, 77, 0, 9, peer.local().port));
    EXPECT_EQ(*sockets.local(client, accepted.socket), accepted.local);
    EXPECT_EQ(*sockets.peer(client, accepted.socket), accepted.peer);
    EXPECT_EQ(*sockets.local(client, listener), with_port(kAny, port));
    send_all(peer.get(), "hello");
    EXPECT_EQ(receive(accepted.socket, 5), "hello");
    ASSERT_TRUE(sockets.write(client, accepted.socket, as_bytes("hi")));
    EXPECT_EQ(receive_exactly(peer.get(), 2), "hi");
}

TEST_F(Listening, tells_how_many_wait_and_gives_the_first_first) {
    const std::uint16_t port = listen();
    EXPECT_EQ(sockets.accept(client, listener).error(), Error::would_block);
    const KernelPeer first(SOCK_STREAM);
    const KernelPeer second(SOCK_STREAM);
    ASSERT_EQ(first.connect(real(port)), 0);
    ASSERT_TRUE(until([&] { return told.acceptable[listener] == 1; }));
    ASSERT_EQ(second.connect(real(port)), 0);
    ASSERT_TRUE(until([&] { return told.acceptable[listener] == 2; }));
    EXPECT_EQ(accept(client, listener).peer.port, first.local().port);
    EXPECT_EQ(sockets.acceptable(client, listener), 1U);
    EXPECT_EQ(accept(client, listener).peer.port, second.local().port);
    EXPECT_EQ(sockets.accept(client, listener).error(), Error::would_block);
}

TEST_F(Listening, takes_no_more_than_the_backlog_from_the_kernel) {
    const std::uint16_t port = listen(kAny, 2);
    const KernelPeer peers[] = {KernelPeer(SOCK_STREAM), KernelPeer(SOCK_STREAM), KernelPeer(SOCK_STREAM)};
    for (const KernelPeer& peer : peers) ASSERT_EQ(peer.connect(real(port)), 0);
    ASSERT_TRUE(until([&] { return sockets.acceptable(client, listener) == 2; }));
    kit::run_ready(context);
    EXPECT_EQ(sockets.acceptable(client, listener), 2U);
    for (int left = 3; left > 0; --left) accept(client, listener);
}

TEST_F(Listening, gives_its_options_to_what_it_accepts) {
    const std::uint16_t port = listen();
    EXPECT_EQ(set(listener, SocketOption::no_delay, 1), Error{});
    EXPECT_EQ(set(listener, SocketOption::keep_alive, 1), Error{});
    EXPECT_EQ(set(listener, SocketOption::linger, 7), Error{});
    EXPECT_EQ(*number(listener, SocketOption::accepting), 1);
    const KernelPeer peer(SOCK_STREAM);
    ASSERT_EQ(peer.connect(real(port)), 0);
    const SocketId accepted = accept(client, listener).socket;
    EXPECT_EQ(*number(accepted, SocketOption::no_delay), 1);
    EXPECT_EQ(*number(accepted, SocketOption::keep_alive), 1);
    EXPECT_EQ(*number(accepted, SocketOption::linger), 7);
    EXPECT_EQ(*number(accepted, SocketOption::accepting), 0);
}

TEST_F(Listening, resets_what_waits_when_it_closes) {
    const std::uint16_t port = listen();
    const KernelPeer peer(SOCK_STREAM);
    ASSERT_EQ(peer.connect(real(port)), 0);
    ASSERT_TRUE(until([&] { return sockets.acceptable(client, listener) == 1; }));
    EXPECT_TRUE(close(listener));
    char byte = 0;
    EXPECT_EQ(recv(peer.get(), &byte, 1, 0), -1);
    EXPECT_EQ(errno, ECONNRESET);
    EXPECT_EQ(KernelPeer(SOCK_STREAM).connect(real(port)), ECONNREFUSED);
}

TEST_F(Listening, binds_as_linux_does) {
    const SocketId socket = open();
    const auto bind = [&](SocketId which, const Address& to) {
        return sockets.bind(client, which, to).error();
    };
    EXPECT_EQ(bind(socket, Address::ipv4(10, 77, 0, 51)), Error::address_not_available);
    EXPECT_EQ(bind(socket, Address::ipv4(192, 0, 2, 1)), Error::address_not_available);
    EXPECT_EQ(bind(socket, ipv6_loopback()), Error::family_not_supported);
    const auto bound = sockets.bind(client, socket, Address::ipv4(10, 77, 0, 50));
    ASSERT_TRUE(bound);
    EXPECT_NE(bound->port, 0);
    EXPECT_EQ(*sockets.local(client, socket), *bound);
    EXPECT_EQ(bind(socket, Address::ipv4(10, 77, 0, 50)), Error::invalid_argument);
    const SocketId second = open();
    EXPECT_EQ(bind(second, *bound), Error::address_in_use);
    EXPECT_EQ(bind(second, with_port(kAny, bound->port)), Error::address_in_use);
    EXPECT_EQ(bind(second, Address::ipv4(127, 0, 0, 1, bound->port)), Error{}) << "another address";
    EXPECT_EQ(set(second, SocketOption::ipv6_only, 1), Error::no_protocol_option);
}

TEST_F(Listening, shares_its_port_where_both_say_so) {
    const SocketId one = open();
    const SocketId other_one = open();
    EXPECT_EQ(set(one, SocketOption::reuse_port, 1), Error{});
    EXPECT_EQ(set(other_one, SocketOption::reuse_port, 1), Error{});
    const auto bound = sockets.bind(client, one, kAny);
    ASSERT_TRUE(bound);
    ASSERT_TRUE(sockets.listen(client, one, 1));
    EXPECT_TRUE(sockets.bind(client, other_one, *bound));
    EXPECT_TRUE(sockets.listen(client, other_one, 1));
}

TEST_F(Listening, an_unbound_socket_gets_a_port) {
    listener = open();
    EXPECT_EQ(sockets.accept(client, listener).error(), Error::invalid_argument);
    ASSERT_TRUE(sockets.listen(client, listener, 0)) << "0 counts as 1";
    const std::uint16_t port = sockets.local(client, listener)->port;
    const KernelPeer peer(SOCK_STREAM);
    ASSERT_EQ(peer.connect(real(port)), 0);
    accept(client, listener);
}

TEST_F(Listening, cannot_connect_and_may_stop) {
    const std::uint16_t port = listen();
    EXPECT_EQ(connect(client, listener, Address::ipv4(10, 77, 0, 9, 80)).error(), Error::is_connected);
    EXPECT_EQ(sockets.peer(client, listener).error(), Error::not_connected);
    EXPECT_TRUE(sockets.shutdown(client, listener, Shutdown::send));
    EXPECT_EQ(*number(listener, SocketOption::accepting), 1);
    EXPECT_TRUE(sockets.shutdown(client, listener, Shutdown::receive));
    EXPECT_EQ(*number(listener, SocketOption::accepting), 0);
    EXPECT_EQ(sockets.accept(client, listener).error(), Error::invalid_argument);
    EXPECT_EQ(KernelPeer(SOCK_STREAM).connect(real(port)), ECONNREFUSED);
    ASSERT_TRUE(sockets.listen(client, listener, 4));
    const KernelPeer peer(SOCK_STREAM);
    ASSERT_EQ(peer.connect(real(port)), 0);
    accept(client, listener);
}

TEST_F(Listening, what_it_cannot_be_is_said) {
    const SocketId datagrams = open_datagrams(client);
    EXPECT_EQ(sockets.listen(client, datagrams, 1).error(), Error::operation_not_supported);
    EXPECT_EQ(sockets.accept(client, datagrams).error(), Error::operation_not_supported);
    listen();
    EXPECT_EQ(sockets.bind(other, listener, kAny).error(), Error::bad_handle);
    EXPECT_EQ(sockets.listen(other, listener, 1).error(), Error::bad_handle);
    EXPECT_EQ(sockets.accept(other, listener).error(), Error::bad_handle);
    const auto summary = sockets.list(client);
    EXPECT_EQ(summary.back().state, SocketState::listening);
}

TEST_F(Listening, a_quota_that_is_used_up_leaves_the_connection_waiting) {
    ClientPolicy policy;
    policy.socket_limit = 2;
    Client small(policy, told);
    const SocketId first = open_stream(small, Family::ipv4);
    const auto bound = sockets.bind(small, first, kAny);
    ASSERT_TRUE(bound);
    ASSERT_TRUE(sockets.listen(small, first, 4));
    const SocketId second = open_stream(small, Family::ipv4);
    const KernelPeer peer(SOCK_STREAM);
    ASSERT_EQ(peer.connect(real(bound->port)), 0);
    ASSERT_TRUE(until([&] { return sockets.acceptable(small, first) == 1; }));
    EXPECT_EQ(sockets.accept(small, first).error(), Error::too_many_files_in_system);
    EXPECT_EQ(sockets.acceptable(small, first), 1U);
    sockets.close(small, second, -1, [](const Result<void>&) {});
    EXPECT_TRUE(sockets.accept(small, first));
    sockets.close_all(small);
}

TEST_F(Listening, bound_sockets_connect_from_where_they_are_bound) {
    const KernelPeer server(SOCK_STREAM);
    ASSERT_EQ(::listen(server.get(), 4), 0);
    const Address there = Address::ipv4(10, 77, 0, 9, server.local().port);
    for (const Address& local : {kAny, Address::ipv4(10, 77, 0, 50)}) {
        const SocketId socket = open();
        const auto bound = sockets.bind(client, socket, local);
        ASSERT_TRUE(bound);
        const auto outcome = connect(client, socket, there);
        ASSERT_TRUE(outcome) << to_string(outcome.error());
        EXPECT_EQ(*outcome, Address::ipv4(10, 77, 0, 50, bound->port));
    }
    const SocketId inside = open();
    ASSERT_TRUE(sockets.bind(client, inside, Address::ipv4(127, 0, 0, 1)));
    EXPECT_EQ(connect(client, inside, there).error(), Error::invalid_argument);
}

TEST_F(Listening, a_bound_socket_keeps_its_port_over_a_failed_attempt) {
    const SocketId socket = open();
    const auto bound = sockets.bind(client, socket, kAny);
    ASSERT_TRUE(bound);
    const KernelPeer server(SOCK_STREAM);
    const Address there = Address::ipv4(10, 77, 0, 9, server.local().port);
    EXPECT_EQ(connect(client, socket, there).error(), Error::connection_refused) << "it does not listen yet";
    ASSERT_EQ(::listen(server.get(), 4), 0);
    const auto outcome = connect(client, socket, there);
    ASSERT_TRUE(outcome) << to_string(outcome.error());
    EXPECT_EQ(outcome->port, bound->port);
}

} // namespace
