// SPDX-License-Identifier: Apache-2.0
#include "nwpd/service/mapped_address.h"
#include "nwpd/service/socket_options.h"
#include "nwpd/service/test_world.h"

#include <sys/socket.h>

using namespace nwp;
using namespace nwp::service;
using namespace nwp::service::test;

namespace {

const Address kAny = Address::ipv4(0, 0, 0, 0);
const Address kLoopback = Address::ipv4(127, 0, 0, 1);

class SocketsDatagrams : public World {
protected:
    SocketsDatagrams() { lead_to_network(); }
    Address there() const { return Address::ipv4(10, 77, 0, 9, peer.local().port); }
    Address real(SocketId which) { return Address::ipv4(127, 77, 0, 50, sockets.local(client, which)->port); }
    Error send(std::string_view bytes, const Address& to = {}) {
        return sockets.send_datagram(client, socket, as_bytes(bytes), to).error();
    }
    void bound() { ASSERT_TRUE(sockets.bind(client, socket, kAny)); }
    Error connect_to(const Address& to) { return connect(client, socket, to).error(); }
    Error problem() {
        EXPECT_TRUE(until([&] { return !told.problems[socket].empty(); }));
        if (told.problems[socket].empty()) return Error{};
        const Error first = told.problems[socket].front();
        told.problems.clear();
        return first;
    }

    KernelPeer peer{SOCK_DGRAM};
    SocketId socket = open_datagrams(client);
};

TEST_F(SocketsDatagrams, go_both_ways_and_name_who_sent_as_the_lease_has_it) {
    EXPECT_EQ(*sockets.local(client, socket), kAny);
    ASSERT_EQ(send("ask", there()), Error{});
    Address from;
    EXPECT_EQ(peer.receive_from(&from), "ask");
    EXPECT_EQ(from, real(socket)) << "from the lease's address, at the port that getsockname() tells";
    peer.send_to(from, "answer");
    Address seen;
    EXPECT_EQ(receive_datagram(client, socket, &seen), "answer");
    EXPECT_EQ(seen, there());
    EXPECT_GT(told.readable[socket], 0);
}

TEST_F(SocketsDatagrams, keep_boundaries_empty_and_longest_ones) {
    bound();
    const std::string longest = pattern(65507);
    for (const std::string& text : {std::string("one"), std::string(), longest}) {
        ASSERT_EQ(send(text, there()), Error{});
        EXPECT_EQ(peer.receive_from(), text);
        peer.send_to(real(socket), text);
        EXPECT_EQ(receive_datagram(client, socket), text);
    }
    EXPECT_EQ(sockets.datagram(client, socket).error(), Error::would_block);
    ASSERT_EQ(send(longest + "x", there()), Error{});
    EXPECT_EQ(problem(), Error::message_too_long);
}

TEST_F(SocketsDatagrams, a_connected_socket_hears_its_peer_alone) {
    bound();
    const std::uint16_t port = sockets.local(client, socket)->port;
    EXPECT_EQ(sockets.peer(client, socket).error(), Error::not_connected);
    ASSERT_EQ(connect_to(there()), Error{});
    EXPECT_EQ(*sockets.peer(client, socket), there());
    EXPECT_EQ(*sockets.local(client, socket), Address::ipv4(10, 77, 0, 50, port));
    const KernelPeer stranger(SOCK_DGRAM);
    stranger.send_to(real(socket), "stranger");
    peer.send_to(real(socket), "peer");
    EXPECT_EQ(receive_datagram(client, socket), "peer");
    ASSERT_EQ(send("to the peer"), Error{});
    EXPECT_EQ(peer.receive_from(), "to the peer");
    ASSERT_EQ(send("elsewhere", Address::ipv4(10, 77, 0, 9, stranger.local().port)), Error{});
    EXPECT_EQ(stranger.receive_from(), "elsewhere");

    ASSERT_EQ(connect_to(Address::ipv4(10, 77, 0, 9, stranger.local().port)), Error{});
    ASSERT_EQ(send("the new one"), Error{});
    EXPECT_EQ(stranger.receive_from(), "the new one");
    ASSERT_EQ(connect_to({}), Error{});
    EXPECT_EQ(sockets.peer(client, socket).error(), Error::not_connected);
    ASSERT_EQ(send("nobody"), Error{});
    EXPECT_EQ(problem(), Error::destination_required);
}

TEST_F(SocketsDatagrams, dissolving_gives_a_chosen_port_back_and_keeps_a_named_one) {
    ASSERT_EQ(connect_to(there()), Error{});
    EXPECT_NE(sockets.local(client, socket)->port, 0);
    ASSERT_EQ(connect_to({}), Error{});
    EXPECT_EQ(*sockets.local(client, socket), kAny);
    ASSERT_EQ(send("again", there()), Error{});
    EXPECT_EQ(peer.receive_from(), "again");

    const std::uint16_t free = KernelPeer(SOCK_DGRAM, Address::ipv4(127, 77, 0, 50)).local().port;
    const SocketId named = open_datagrams(client);
    ASSERT_TRUE(sockets.bind(client, named, with_port(kAny, free)));
    ASSERT_TRUE(connect(client, named, there()));
    ASSERT_TRUE(connect(client, named, {}));
    EXPECT_EQ(*sockets.local(client, named), with_port(kAny, free));
    peer.send_to(Address::ipv4(127, 77, 0, 50, free), "still there");
    EXPECT_EQ(receive_datagram(client, named), "still there");
}

TEST_F(SocketsDatagrams, a_full_queue_drops_the_newest_and_counts) {
    bound();
    ASSERT_TRUE(sockets.set_option(client, socket, SocketOption::receive_buffer, option_bytes(4096)));
    for (int i = 0; i < 8; ++i) peer.send_to(real(socket), std::string(1000, static_cast<char>('a' + i)));
    ASSERT_TRUE(until([&] { return sockets.totals().datagrams_dropped == 4; }));
    for (char name = 'a'; name < 'e'; ++name)
        EXPECT_EQ(receive_datagram(client, socket), std::string(1000, name));
    EXPECT_EQ(sockets.datagram(client, socket).error(), Error::would_block);
    peer.send_to(real(socket), "room again");
    EXPECT_EQ(receive_datagram(client, socket), "room again");
    peer.send_to(real(socket), "too long for the host");
    ASSERT_TRUE(until([&] { return sockets.datagram(client, socket).ok(); }));
    sockets.consume_datagram(client, socket, false);
    EXPECT_EQ(sockets.totals().datagrams_dropped, 5U);
}

TEST_F(SocketsDatagrams, a_connected_socket_hears_that_nobody_is_there) {
    std::uint16_t closed = 0;
    { closed = KernelPeer(SOCK_DGRAM).local().port; }
    ASSERT_EQ(send("unconnected: nobody tells", Address::ipv4(10, 77, 0, 9, closed)), Error{});
    ASSERT_EQ(connect_to(Address::ipv4(10, 77, 0, 9, closed)), Error{});
    ASSERT_EQ(send("x"), Error{});
    EXPECT_EQ(problem(), Error::connection_refused);
    EXPECT_TRUE(told.failed.empty());
    ASSERT_EQ(connect_to(there()), Error{});
    ASSERT_EQ(send("it lives"), Error{});
    EXPECT_EQ(peer.receive_from(), "it lives");
}

TEST_F(SocketsDatagrams, routes_are_checked_as_sendto_does) {
    const auto check = [&](SocketId which, const Address& to) {
        return sockets.check_route(client, which, to).error();
    };
    EXPECT_EQ(check(socket, there()), Error{});
    EXPECT_EQ(check(socket, Address::ipv4(192, 0, 2, 1, 9)), Error::network_unreachable);
    EXPECT_EQ(check(socket, with_port(there(), 0)), Error::invalid_argument);
    EXPECT_EQ(check(socket, ipv6_loopback(9)), Error::family_not_supported);
    EXPECT_EQ(check(socket, Address::ipv4(255, 255, 255, 255, 9)), Error::access_denied);
    EXPECT_EQ(check(socket, with_port(kLoopback, 9)), Error{}) << "nobody there is no matter of the way";
    const SocketId inside = open_datagrams(client);
    ASSERT_TRUE(sockets.bind(client, inside, kLoopback));
    EXPECT_EQ(check(inside, there()), Error::invalid_argument);
    const SocketId ipv6 = open_datagrams(client, Family::ipv6);
    EXPECT_EQ(check(ipv6, there()), Error{});
    EXPECT_EQ(check(ipv6, to_ipv4_mapped(there())), Error{});
    EXPECT_EQ(check(open(), there()), Error::operation_not_supported);
    EXPECT_EQ(sockets.check_route(other, socket, there()).error(), Error::bad_handle);
    network.set_lease(std::nullopt);
    EXPECT_EQ(check(socket, there()), Error::network_unreachable);
    EXPECT_EQ(connect_to(there()), Error::network_unreachable);
    ASSERT_EQ(send("never asked", there()), Error{});
    EXPECT_EQ(problem(), Error::network_unreachable);
}

TEST_F(SocketsDatagrams, live_through_a_change_of_address) {
    bound();
    const std::uint16_t port = sockets.local(client, socket)->port;
    network.set_lease(std::nullopt);
    wifi::Lease moved = lease();
    moved.address = Address::ipv4(10, 77, 0, 51);
    network.set_lease(moved);
    peer.send_to(Address::ipv4(127, 77, 0, 51, port), "at the new one");
    EXPECT_EQ(receive_datagram(client, socket), "at the new one");
    ASSERT_EQ(connect_to(there()), Error{});
    network.set_lease(lease());
    ASSERT_EQ(send("connected still"), Error{});
    Address from;
    EXPECT_EQ(peer.receive_from(&from), "connected still");
    EXPECT_EQ(from, Address::ipv4(127, 77, 0, 50, port));
    EXPECT_TRUE(told.failed.empty());
}

TEST_F(SocketsDatagrams, wait_while_the_access_point_is_lost) {
    bound();
    network.set_associated(false);
    peer.send_to(real(socket), "in");
    ASSERT_EQ(send("out", there()), Error{});
    EXPECT_EQ(sockets.waiting(client, socket), 3 + Sockets::kDatagramCost);
    kit::run_ready(context);
    EXPECT_EQ(sockets.datagram(client, socket).error(), Error::would_block);
    EXPECT_FALSE(peer.readable(0));
    const std::string block(60000, 'x');
    for (int i = 0; i < 4; ++i) EXPECT_EQ(send(block, there()), Error{});
    EXPECT_EQ(send(block, there()), Error::no_buffers);
    network.set_associated(true);
    EXPECT_EQ(receive_datagram(client, socket), "in");
    ASSERT_TRUE(until([&] { return sockets.waiting(client, socket) == 0 && told.taken[socket] > 0; }));
    EXPECT_EQ(peer.receive_from(), "out");
}

TEST_F(SocketsDatagrams, loopback_joins_clients_and_nobody_else) {
    const SocketId server = open_datagrams(other);
    const auto local = sockets.bind(other, server, kAny);
    ASSERT_TRUE(local);
    ASSERT_EQ(send("hello", with_port(kLoopback, local->port)), Error{});
    Address from;
    EXPECT_EQ(receive_datagram(other, server, &from), "hello");
    EXPECT_EQ(from, with_port(kLoopback, sockets.local(client, socket)->port));
    ASSERT_TRUE(sockets.send_datagram(other, server, as_bytes("back"), from));
    Address back;
    EXPECT_EQ(receive_datagram(client, socket, &back), "back");
    EXPECT_EQ(back, with_port(kLoopback, local->port));

    const KernelPeer machine(SOCK_DGRAM, kAny);
    const Address nobody = with_port(kLoopback, machine.local().port);
    ASSERT_EQ(send("x", nobody), Error{});
    ASSERT_EQ(connect_to(nobody), Error{});
    ASSERT_EQ(send("x"), Error{});
    EXPECT_EQ(problem(), Error::connection_refused);
    EXPECT_FALSE(machine.readable(0));
}

TEST_F(SocketsDatagrams, both_families_meet_on_a_dual_stack_socket) {
    const SocketId dual = open_datagrams(client, Family::ipv6);
    Address any;
    any.family = Family::ipv6;
    const auto local = sockets.bind(client, dual, any);
    ASSERT_TRUE(local) << to_string(local.error());
    ASSERT_EQ(send("by IPv4", with_port(kLoopback, local->port)), Error{});
    Address from;
    EXPECT_EQ(receive_datagram(client, dual, &from), "by IPv4");
    EXPECT_EQ(with_port(from, 0), to_ipv4_mapped(kLoopback));
    const SocketId ipv6 = open_datagrams(other, Family::ipv6);
    ASSERT_TRUE(sockets.send_datagram(other, ipv6, as_bytes("by IPv6"), ipv6_loopback(local->port)));
    EXPECT_EQ(receive_datagram(client, dual, &from), "by IPv6");
    EXPECT_EQ(with_port(from, 0), ipv6_loopback());
    ASSERT_TRUE(sockets.send_datagram(client, dual, as_bytes("over the air"), there()));
    EXPECT_EQ(peer.receive_from(), "over the air");
}

TEST_F(SocketsDatagrams, bind_and_shut_down_as_linux_does) {
    bound();
    const Address local = *sockets.local(client, socket);
    EXPECT_EQ(sockets.bind(client, socket, kAny).error(), Error::invalid_argument);
    const SocketId second = open_datagrams(client);
    EXPECT_EQ(sockets.bind(client, second, local).error(), Error::address_in_use);
    EXPECT_EQ(sockets.bind(client, second, Address::ipv4(10, 77, 0, 99)).error(),
              Error::address_not_available);
    EXPECT_EQ(sockets.bind(client, second, ipv6_loopback()).error(), Error::family_not_supported);
    for (const SocketId which : {socket, second})
        EXPECT_EQ(sockets.received(client, which).error(), Error::operation_not_supported);
    EXPECT_EQ(sockets.shutdown(client, second, Shutdown::send).error(), Error::not_connected);
    ASSERT_EQ(connect_to(there()), Error{});
    EXPECT_TRUE(sockets.shutdown(client, socket, Shutdown::receive));
    EXPECT_EQ(send("still"), Error{});
    EXPECT_TRUE(sockets.shutdown(client, socket, Shutdown::send));
    EXPECT_EQ(send("no more"), Error::broken_pipe);
    EXPECT_TRUE(close(socket));
    EXPECT_TRUE(sockets.bind(client, second, local)) << "closing frees the port";
}

TEST_F(SocketsDatagrams, without_a_radio_the_kernel_decides) {
    lead_nowhere_else();
    const KernelPeer near(SOCK_DGRAM, kLoopback);
    ASSERT_EQ(connect_to(near.local()), Error{});
    EXPECT_EQ(with_port(*sockets.local(client, socket), 0), kLoopback);
    ASSERT_EQ(send("x"), Error{});
    Address from;
    EXPECT_EQ(near.receive_from(&from), "x");
    EXPECT_EQ(from, *sockets.local(client, socket));
    near.send_to(from, "y");
    Address seen;
    EXPECT_EQ(receive_datagram(client, socket, &seen), "y");
    EXPECT_EQ(seen, near.local());
    const SocketId second = open_datagrams(client);
    EXPECT_FALSE(sockets.check_route(client, second, Address::ipv4(255, 255, 255, 255, 9)));
    EXPECT_EQ(sockets.bind(client, second, kAny).error(), Error::invalid_argument)
        << "Linux gives a port before it looks at the way";
    EXPECT_EQ(sockets.bind(client, open_datagrams(client), Address::ipv4(192, 0, 2, 1)).error(),
              Error::address_not_available);
}

} // namespace
