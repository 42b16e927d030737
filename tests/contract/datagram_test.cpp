// SPDX-License-Identifier: Apache-2.0
// Sockets of datagrams.
#include "tests/contract/datagram_scenario.h"
#include "tests/kit/falls_asleep.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <semaphore>
#include <thread>

namespace nwp::contract {
namespace {

constexpr std::size_t kLongest = 65507; // RFC 768 over IPv4

class Datagrams : public DatagramScenario {};
SCENARIOS_OF(Datagrams);

TEST_P(Datagrams, tell_what_the_socket_is) {
    const int socket = make();
    EXPECT_EQ(option(socket, SOL_SOCKET, SO_TYPE), SOCK_DGRAM);
    EXPECT_EQ(option(socket, SOL_SOCKET, SO_PROTOCOL), IPPROTO_UDP);
    EXPECT_EQ(option(socket, SOL_SOCKET, SO_ACCEPTCONN), 0);
    EXPECT_EQ(ready(socket), POLLOUT);
    EXPECT_FAILS(call().socket(AF_INET, SOCK_DGRAM, IPPROTO_TCP), EPROTONOSUPPORT);
}

TEST_P(Datagrams, go_to_an_address_and_come_back_with_one) {
    DatagramPeer peer;
    const int socket = make();
    ASSERT_EQ(send_to(socket, at(peer), "hello"), 5) << errno_text();
    EXPECT_NE(port_of(socket), 0) << "sending gave it a port";
    const DatagramPeer::Got got = peer.receive();
    EXPECT_EQ(got.bytes, "hello");
    EXPECT_EQ(got.from, world().real_own_address());
    EXPECT_EQ(got.port, port_of(socket));
    peer.send(got, "there");
    sockaddr_in from{};
    EXPECT_EQ(take(socket, 100, 0, &from), "there");
    EXPECT_EQ(from.sin_family, AF_INET);
    EXPECT_EQ(from.sin_addr.s_addr, at(peer).sin_addr.s_addr);
    EXPECT_EQ(from.sin_port, at(peer).sin_port);
}

TEST_P(Datagrams, reach_a_bound_socket_unasked) {
    DatagramPeer peer;
    const int socket = bound();
    peer.send(world().real_own_address(), port_of(socket), "hello");
    sockaddr_in from{};
    EXPECT_EQ(take(socket, 100, 0, &from), "hello");
    EXPECT_EQ(from.sin_port, at(peer).sin_port);
    EXPECT_EQ(send_to(socket, from, "answer"), 6) << errno_text();
    EXPECT_EQ(peer.receive().bytes, "answer");
}

TEST_P(Datagrams, keep_their_boundaries_both_ways) {
    DatagramPeer peer;
    DatagramPeer::Got where;
    const int socket = known(peer, &where);
    const std::string all[] = {"one", "", "three", std::string(3000, 'x'), "!"};
    for (const std::string& one : all) {
        ASSERT_EQ(send(socket, one), static_cast<ssize_t>(one.size())) << errno_text();
        EXPECT_EQ(peer.receive().bytes, one);
    }
    for (const std::string& one : all) peer.send(where, one);
    for (const std::string& one : all) EXPECT_EQ(take(socket), one);
}

TEST_P(Datagrams, have_at_most_65507_bytes) {
    DatagramPeer peer;
    DatagramPeer::Got where;
    const int socket = known(peer, &where);
    const std::string longest = pattern(kLongest);
    ASSERT_EQ(send(socket, longest), static_cast<ssize_t>(kLongest)) << errno_text();
    EXPECT_EQ(peer.receive().bytes, longest);
    peer.send(where, longest);
    EXPECT_EQ(take(socket), longest);
    EXPECT_FAILS(send(socket, std::string(kLongest + 1, 'x')), EMSGSIZE);
    EXPECT_FAILS(send_to(socket, at(peer), std::string(70000, 'x')), EMSGSIZE);
    EXPECT_TRUE(peer.is_silent(0));
    EXPECT_EQ(send(socket, "x"), 1) << "nothing stays behind: " << errno_text();
}

TEST_P(Datagrams, that_are_longer_than_the_memory_are_cut_and_say_so) {
    DatagramPeer peer;
    DatagramPeer::Got where;
    const int socket = known(peer, &where);
    for (int i = 0; i < 3; ++i) peer.send(where, "0123456789");
    peer.send(where, "next");
    EXPECT_EQ(take(socket, 4), "0123");
    char some[4];
    EXPECT_EQ(call().recv(socket, some, sizeof some, MSG_TRUNC), 10);
    iovec piece{some, sizeof some};
    msghdr message{};
    sockaddr_in from{};
    message.msg_name = &from;
    message.msg_namelen = sizeof from;
    message.msg_iov = &piece;
    message.msg_iovlen = 1;
    EXPECT_EQ(call().recvmsg(socket, &message, 0), 4) << errno_text();
    EXPECT_EQ(message.msg_flags & MSG_TRUNC, MSG_TRUNC);
    EXPECT_EQ(message.msg_namelen, sizeof from);
    EXPECT_EQ(from.sin_port, at(peer).sin_port);
    EXPECT_EQ(call().recvmsg(socket, &message, 0), 4);
    EXPECT_EQ(message.msg_flags & MSG_TRUNC, 0);
    EXPECT_EQ((std::string_view{some, 4}), "next");
}

TEST_P(Datagrams, received_into_nothing_are_gone) {
    DatagramPeer peer;
    DatagramPeer::Got where;
    const int socket = known(peer, &where);
    peer.send(where, "gone");
    peer.send(where, "there");
    EXPECT_EQ(call().recv(socket, nullptr, 0, 0), 0);
    EXPECT_EQ(take(socket), "there");
}

TEST_P(Datagrams, stay_when_peeked_at) {
    DatagramPeer peer;
    DatagramPeer::Got where;
    const int socket = known(peer, &where);
    peer.send(where, "first");
    peer.send(where, "second");
    EXPECT_EQ(take(socket, 2, MSG_PEEK), "fi");
    char some[2];
    EXPECT_EQ(call().recv(socket, some, sizeof some, MSG_PEEK | MSG_TRUNC), 5);
    EXPECT_EQ(take(socket), "first");
    EXPECT_EQ(take(socket), "second");
}

TEST_P(Datagrams, of_several_pieces_are_one) {
    DatagramPeer peer;
    DatagramPeer::Got where;
    const int socket = known(peer, &where);
    char one[] = "one";
    char two[] = "twenty";
    iovec out[] = {{one, 3}, {nullptr, 0}, {two, 6}};
    sockaddr_in to = at(peer);
    msghdr message{};
    message.msg_name = &to;
    message.msg_namelen = sizeof to;
    message.msg_iov = out;
    message.msg_iovlen = 3;
    ASSERT_EQ(call().sendmsg(socket, &message, 0), 9) << errno_text();
    EXPECT_EQ(peer.receive().bytes, "onetwenty");
    peer.send(where, "abcdef");
    char a[2] = {};
    char b[8] = {};
    iovec in[] = {{a, 2}, {nullptr, 0}, {b, 8}};
    message = {};
    message.msg_iov = in;
    message.msg_iovlen = 3;
    EXPECT_EQ(call().recvmsg(socket, &message, MSG_WAITALL), 6) << errno_text();
    EXPECT_EQ((std::string_view{a, 2}), "ab");
    EXPECT_EQ((std::string_view{b, 4}), "cdef");
    EXPECT_EQ(message.msg_namelen, 0U);
}

TEST_P(Datagrams, by_read_and_write_are_the_same) {
    DatagramPeer peer;
    DatagramPeer::Got where;
    const int socket = known(peer, &where);
    ASSERT_EQ(call().write(socket, "hello", 5), 5);
    EXPECT_EQ(peer.receive().bytes, "hello");
    peer.send(where, "a long one");
    char some[4];
    EXPECT_EQ(call().read(socket, some, sizeof some), 4);
    peer.send(where, "next");
    EXPECT_EQ(call().read(socket, some, sizeof some), 4);
    EXPECT_EQ((std::string_view{some, 4}), "next");
}

TEST_P(Datagrams, are_waited_for_only_where_that_was_asked_for) {
    const int socket = bound();
    EXPECT_FAILS(receive_byte(socket, MSG_DONTWAIT), EAGAIN);
    limit_waiting(socket, 30);
    EXPECT_FAILS(receive_byte(socket), EAGAIN);
    limit_waiting(socket, 0);
    set_nonblocking(socket, true);
    EXPECT_FAILS(receive_byte(socket), EAGAIN);
}

TEST_P(Datagrams, wake_who_waits_for_them) {
    DatagramPeer peer;
    const int socket = bound();
    const std::uint16_t port = port_of(socket);
    const pid_t waiting = ::gettid();
    std::thread other([&] {
        EXPECT_TRUE(kit::falls_asleep(waiting));
        peer.send(world().real_own_address(), port, "awake");
    });
    EXPECT_EQ(take(socket), "awake");
    other.join();
}

TEST_P(Datagrams, need_an_address_that_makes_sense) {
    DatagramPeer peer;
    const int socket = make();
    EXPECT_FAILS(send(socket, "x"), EDESTADDRREQ);
    EXPECT_FAILS(send_to(socket, at(peer.address(), 0), "x"), EINVAL);
    sockaddr_in name = at(peer);
    EXPECT_FAILS(call().sendto(socket, "x", 1, 0, reinterpret_cast<sockaddr*>(&name), 8), EINVAL);
    name.sin_family = AF_INET6;
    EXPECT_FAILS(send_to(socket, name, "x"), EAFNOSUPPORT);
    EXPECT_FAILS(send_to(socket, at(peer), "x", MSG_OOB), EOPNOTSUPP);
    EXPECT_FAILS(send_to(-1, at(peer), "x"), EBADF);
}

TEST_P(Datagrams, to_everybody_need_permission) {
    const int socket = make();
    const sockaddr_in all = at_address(world().broadcast_address(), 9);
    EXPECT_FAILS(send_to(socket, all, "x"), EACCES);
    EXPECT_FAILS(connect_to(socket, all), EACCES);
    set(socket, SOL_SOCKET, SO_BROADCAST, 1);
    EXPECT_EQ(send_to(socket, all, "x"), 1) << errno_text();
    set(socket, SOL_SOCKET, SO_BROADCAST, 0);
    EXPECT_FAILS(send_to(socket, all, "x"), EACCES);
}

TEST_P(Datagrams, of_several_senders_are_told_apart) {
    DatagramPeer one(10);
    DatagramPeer two(11);
    DatagramPeer three(11);
    const int socket = bound();
    const std::uint16_t port = port_of(socket);
    std::vector<std::string> seen;
    for (DatagramPeer* peer : {&one, &two, &three, &two, &one}) {
        peer->send(world().real_own_address(), port, std::to_string(peer->port()));
        sockaddr_in from{};
        EXPECT_EQ(take(socket, 100, 0, &from), std::to_string(peer->port()));
        EXPECT_EQ(from.sin_addr.s_addr, at(*peer).sin_addr.s_addr);
        EXPECT_EQ(from.sin_port, at(*peer).sin_port);
        EXPECT_EQ(send_to(socket, from, "yours"), 5) << errno_text();
        EXPECT_EQ(peer->receive().bytes, "yours");
    }
}

TEST_P(Datagrams, show_in_poll) {
    DatagramPeer peer;
    DatagramPeer::Got where;
    const int socket = known(peer, &where);
    EXPECT_EQ(ready(socket), POLLOUT);
    peer.send(where, "");
    EXPECT_TRUE(wait_for(socket, POLLIN));
    EXPECT_EQ(ready(socket), POLLIN | POLLOUT) << "an empty one counts";
    EXPECT_EQ(take(socket), "");
    EXPECT_EQ(ready(socket), POLLOUT);
}

TEST_P(Datagrams, tell_with_FIONREAD_the_size_of_the_next) {
    DatagramPeer peer;
    DatagramPeer::Got where;
    const int socket = known(peer, &where);
    int size = -1;
    ASSERT_EQ(call().ioctl(socket, FIONREAD, &size), 0);
    EXPECT_EQ(size, 0);
    peer.send(where, "five!");
    peer.send(where, "seven!!");
    ASSERT_TRUE(wait_for(socket, POLLIN));
    ASSERT_EQ(call().ioctl(socket, FIONREAD, &size), 0);
    EXPECT_EQ(size, 5);
    take(socket);
    ASSERT_TRUE(wait_for(socket, POLLIN));
    ASSERT_EQ(call().ioctl(socket, FIONREAD, &size), 0);
    EXPECT_EQ(size, 7);
}

TEST_P(Datagrams, that_are_too_many_are_lost_at_the_end_and_the_rest_stays_in_order) {
    constexpr int kCount = 3000;
    DatagramPeer peer;
    DatagramPeer::Got where;
    const int socket = known(peer, &where);
    for (int i = 0; i < kCount; ++i) peer.send(where, std::to_string(i) + std::string(1000, ' '));
    limit_waiting(socket, 500);
    int last = -1;
    int count = 0;
    char some[2000];
    for (;;) {
        const ssize_t got = call().recv(socket, some, sizeof some - 1, 0);
        if (got < 0) break;
        some[got] = '\0';
        const int number = std::stoi(some);
        EXPECT_GT(number, last);
        EXPECT_EQ(got, static_cast<ssize_t>(std::to_string(number).size()) + 1000);
        if (count == 0) {
            EXPECT_EQ(number, 0) << "the newest are dropped, not the oldest";
        }
        last = number;
        ++count;
    }
    EXPECT_GT(count, 10);
    EXPECT_LT(count, kCount) << "nothing was lost: this scenario shows nothing";
    peer.send(where, "goes on");
    limit_waiting(socket, 0);
    EXPECT_EQ(take(socket), "goes on");
}

TEST_P(Datagrams, in_two_threads_go_both_ways) {
    constexpr int kCount = 500;
    constexpr int kUnderWay = 8;
    DatagramPeer peer;
    DatagramPeer::Got where;
    const int socket = known(peer, &where);
    // Not more than any queue between holds: datagrams may be lost, these must not.
    std::counting_semaphore<kUnderWay> room{kUnderWay};
    std::thread echo([&] {
        for (int i = 0; i < kCount; ++i) peer.send(where, peer.receive().bytes);
    });
    std::thread sender([&] {
        for (int i = 0; i < kCount; ++i) {
            const std::string bytes = std::to_string(i) + std::string(static_cast<std::size_t>(i) * 3, '.');
            room.acquire();
            EXPECT_EQ(send(socket, bytes), static_cast<ssize_t>(bytes.size())) << errno_text();
        }
    });
    for (int i = 0; i < kCount; ++i) {
        const std::string bytes = take(socket);
        room.release();
        EXPECT_EQ(bytes.substr(0, bytes.find('.')), std::to_string(i));
    }
    sender.join();
    echo.join();
}

TEST_P(Datagrams, to_a_port_that_two_sockets_share_are_allowed_when_both_ask) {
    const int one = make();
    const int two = make();
    set(one, SOL_SOCKET, SO_REUSEADDR, 1);
    set(two, SOL_SOCKET, SO_REUSEADDR, 1);
    ASSERT_EQ(bind_to(one, at_any()), 0) << errno_text();
    EXPECT_EQ(bind_to(two, at_any(port_of(one))), 0) << errno_text();
}

TEST_P(Datagrams, shut_without_a_peer_are_ENOTCONN_and_shut) {
    DatagramPeer peer;
    const int socket = bound();
    EXPECT_FAILS(call().shutdown(socket, SHUT_RDWR), ENOTCONN);
    EXPECT_EQ(ready(socket), POLLIN | POLLOUT | POLLHUP | POLLRDHUP);
    EXPECT_EQ(receive_byte(socket), 0);
    EXPECT_FAILS(receive_byte(socket, MSG_DONTWAIT), EAGAIN);
    EXPECT_FAILS(send_to(socket, at(peer), "x"), EPIPE);
}

} // namespace
} // namespace nwp::contract
