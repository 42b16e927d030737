// SPDX-License-Identifier: Apache-2.0
// Datagram sockets with a peer of their own.
#include "tests/contract/datagram_scenario.h"
#include "tests/kit/falls_asleep.h"

#include <unistd.h>

#include <thread>

namespace nwp::contract {
namespace {

class ConnectedDatagrams : public DatagramScenario {};
SCENARIOS_OF(ConnectedDatagrams);

TEST_P(ConnectedDatagrams, know_both_ends) {
    DatagramPeer peer;
    const int socket = known(peer);
    EXPECT_EQ(peer_of(socket).sin_addr.s_addr, at(peer).sin_addr.s_addr);
    EXPECT_EQ(peer_of(socket).sin_port, at(peer).sin_port);
    EXPECT_EQ(ntohl(name_of(socket).sin_addr.s_addr), world().own_address());
    EXPECT_NE(port_of(socket), 0);
}

TEST_P(ConnectedDatagrams, hear_only_their_peer) {
    DatagramPeer peer(10);
    DatagramPeer other(11);
    DatagramPeer::Got where;
    const int socket = known(peer, &where);
    other.send(where, "not you");
    peer.send(where, "you");
    EXPECT_EQ(take(socket), "you");
    EXPECT_FAILS(receive_byte(socket, MSG_DONTWAIT), EAGAIN);
}

TEST_P(ConnectedDatagrams, may_still_go_elsewhere) {
    DatagramPeer peer(10);
    DatagramPeer other(11);
    const int socket = known(peer);
    EXPECT_EQ(send_to(socket, at(other), "elsewhere"), 9) << errno_text();
    EXPECT_EQ(other.receive().bytes, "elsewhere");
    EXPECT_EQ(send(socket, "home"), 4);
    EXPECT_EQ(peer.receive().bytes, "home");
}

TEST_P(ConnectedDatagrams, get_another_peer_and_then_none) {
    DatagramPeer one(10);
    DatagramPeer two(11);
    const int socket = known(one);
    ASSERT_EQ(connect_to(socket, two), 0) << errno_text();
    EXPECT_EQ(send(socket, "two"), 3);
    EXPECT_EQ(two.receive().bytes, "two");
    EXPECT_EQ(peer_of(socket).sin_port, at(two).sin_port);
    sockaddr_in nobody{};
    nobody.sin_family = AF_UNSPEC;
    ASSERT_EQ(connect_to(socket, nobody), 0) << errno_text();
    EXPECT_FAILS(send(socket, "x"), EDESTADDRREQ);
    sockaddr_in name{};
    socklen_t length = sizeof name;
    EXPECT_FAILS(call().getpeername(socket, reinterpret_cast<sockaddr*>(&name), &length), ENOTCONN);
    EXPECT_EQ(send_to(socket, at(one), "one"), 3) << errno_text();
    EXPECT_EQ(one.receive().bytes, "one");
}

TEST_P(ConnectedDatagrams, to_nobody_are_refused_once) {
    SilentPort nobody; // of TCP: nobody has this port of UDP, or hardly ever
    const int socket = make();
    ASSERT_EQ(connect_to(socket, nobody), 0) << errno_text();
    const auto refuse = [&] {
        EXPECT_EQ(send(socket, "x"), 1) << errno_text();
        EXPECT_TRUE(wait_for(socket, POLLERR));
    };
    refuse();
    EXPECT_EQ(ready(socket), POLLOUT | POLLERR);
    EXPECT_FAILS(receive_byte(socket), ECONNREFUSED);
    EXPECT_EQ(ready(socket), POLLOUT);
    EXPECT_FAILS(receive_byte(socket, MSG_DONTWAIT), EAGAIN);
    refuse();
    EXPECT_EQ(socket_error(socket), ECONNREFUSED);
    EXPECT_EQ(socket_error(socket), 0);
    refuse();
    EXPECT_FAILS(send(socket, "x"), ECONNREFUSED);
}

TEST_P(ConnectedDatagrams, to_nobody_end_a_waiting_recv) {
    SilentPort nobody;
    const int socket = make();
    ASSERT_EQ(connect_to(socket, nobody), 0) << errno_text();
    const pid_t waiting = ::gettid();
    std::thread other([&] {
        EXPECT_TRUE(kit::falls_asleep(waiting));
        send(socket, "x");
    });
    EXPECT_FAILS(receive_byte(socket), ECONNREFUSED);
    other.join();
}

TEST_P(ConnectedDatagrams, do_not_block_without_O_NONBLOCK_either) {
    DatagramPeer peer;
    const int socket = make(SOCK_NONBLOCK);
    EXPECT_EQ(connect_to(socket, peer), 0) << "there is nothing to wait for: " << errno_text();
    EXPECT_EQ(send(socket, "x"), 1);
    EXPECT_EQ(peer.receive().bytes, "x");
}

TEST_P(ConnectedDatagrams, are_shut_half_by_half) {
    DatagramPeer peer;
    DatagramPeer::Got where;
    const int socket = known(peer, &where);
    ASSERT_EQ(call().shutdown(socket, SHUT_WR), 0) << errno_text();
    EXPECT_FAILS(send(socket, "x", MSG_NOSIGNAL), EPIPE);
    EXPECT_EQ(ready(socket), POLLOUT);
    peer.send(where, "still heard");
    EXPECT_EQ(take(socket), "still heard");
    ASSERT_EQ(call().shutdown(socket, SHUT_RD), 0) << errno_text();
    EXPECT_EQ(ready(socket), POLLIN | POLLOUT | POLLHUP | POLLRDHUP);
    EXPECT_EQ(receive_byte(socket), 0);
}

TEST_P(ConnectedDatagrams, of_our_own_reach_ourselves) {
    const int server = bound();
    const int client = make();
    ASSERT_EQ(connect_to(client, at_address(INADDR_LOOPBACK, port_of(server))), 0) << errno_text();
    ASSERT_EQ(send(client, "to myself"), 9);
    sockaddr_in from{};
    EXPECT_EQ(take(server, 100, 0, &from), "to myself");
    EXPECT_EQ(ntohl(from.sin_addr.s_addr), INADDR_LOOPBACK);
    EXPECT_EQ(send_to(server, from, "and back"), 8) << errno_text();
    EXPECT_EQ(take(client), "and back");
}

} // namespace
} // namespace nwp::contract
