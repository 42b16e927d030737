// SPDX-License-Identifier: Apache-2.0
// IPv6, and sockets that speak both. The application talks to itself over ::1 and 127.0.0.1.
#include "tests/contract/scenario.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <cstring>

namespace nwp::contract {
namespace {

class Ipv6Scenario : public Scenario {
protected:
    static sockaddr_in6 at6(const char* ip, std::uint16_t port) {
        sockaddr_in6 name{};
        name.sin6_family = AF_INET6;
        name.sin6_port = htons(port);
        EXPECT_EQ(::inet_pton(AF_INET6, ip, &name.sin6_addr), 1);
        return name;
    }
    int make6(int type) { return make_socket_of(AF_INET6, type); }
    template <typename Name>
    int connect_name(int socket, const Name& name) {
        return call().connect(socket, reinterpret_cast<const sockaddr*>(&name), sizeof name);
    }
    static std::string text_of(const sockaddr_in6& name) {
        char text[INET6_ADDRSTRLEN] = {};
        ::inet_ntop(AF_INET6, &name.sin6_addr, text, sizeof text);
        return text;
    }
    std::uint16_t port6(int socket) {
        sockaddr_in6 name{};
        socklen_t length = sizeof name;
        EXPECT_EQ(call().getsockname(socket, reinterpret_cast<sockaddr*>(&name), &length), 0) << errno_text();
        EXPECT_EQ(length, sizeof name);
        EXPECT_EQ(name.sin6_family, AF_INET6);
        return ntohs(name.sin6_port);
    }
    int accept6(int listener, sockaddr_in6& peer) {
        socklen_t length = sizeof peer;
        return keep(call().accept(listener, reinterpret_cast<sockaddr*>(&peer), &length));
    }
    int listening6(const char* ip, bool only = false) {
        const int socket = make6(SOCK_STREAM);
        const int on = only ? 1 : 0;
        EXPECT_EQ(call().setsockopt(socket, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on), 0) << errno_text();
        EXPECT_EQ(bind_to(socket, at6(ip, 0)), 0) << errno_text();
        EXPECT_EQ(call().listen(socket, 4), 0) << errno_text();
        return socket;
    }
};

class Ipv6 : public Ipv6Scenario {};
SCENARIOS_OF(Ipv6);

TEST_P(Ipv6, streams_tell_what_they_are) {
    const int socket = make6(SOCK_STREAM);
    EXPECT_EQ(option(socket, SOL_SOCKET, SO_DOMAIN), AF_INET6);
    EXPECT_EQ(option(socket, SOL_SOCKET, SO_PROTOCOL), IPPROTO_TCP);
    EXPECT_EQ(option(socket, IPPROTO_IPV6, IPV6_V6ONLY), 0);
}

TEST_P(Ipv6, streams_connect_and_carry_bytes) {
    const int listener = listening6("::1");
    const int client = make6(SOCK_STREAM);
    ASSERT_EQ(connect_name(client, at6("::1", port6(listener))), 0) << errno_text();
    sockaddr_in6 peer{};
    const int server = accept6(listener, peer);
    EXPECT_EQ(text_of(peer), "::1");
    EXPECT_EQ(ntohs(peer.sin6_port), port6(client));
    send_all(client, "hello");
    EXPECT_EQ(receive(server, 5), "hello");
    send_all(server, "there");
    close(server);
    EXPECT_EQ(receive_all(client), "there");
}

TEST_P(Ipv6, datagrams_go_both_ways) {
    const int server = make6(SOCK_DGRAM);
    ASSERT_EQ(bind_to(server, at6("::1", 0)), 0) << errno_text();
    const int client = make6(SOCK_DGRAM);
    const sockaddr_in6 to = at6("::1", port6(server));
    ASSERT_EQ(call().sendto(client, "hello", 5, 0, reinterpret_cast<const sockaddr*>(&to), sizeof to), 5)
        << errno_text();
    char some[16];
    sockaddr_in6 from{};
    socklen_t length = sizeof from;
    ASSERT_EQ(call().recvfrom(server, some, sizeof some, 0, reinterpret_cast<sockaddr*>(&from), &length), 5)
        << errno_text();
    EXPECT_EQ(length, sizeof from);
    EXPECT_EQ(text_of(from), "::1");
    EXPECT_EQ(call().sendto(server, "there", 5, 0, reinterpret_cast<sockaddr*>(&from), length), 5);
    EXPECT_EQ(call().recv(client, some, sizeof some, 0), 5);
}

TEST_P(Ipv6, datagrams_say_what_is_no_address) {
    const int socket = make6(SOCK_DGRAM);
    const sockaddr_in6 nowhere = at6("::1", 0);
    const auto* const name = reinterpret_cast<const sockaddr*>(&nowhere);
    EXPECT_FAILS(call().sendto(socket, "x", 1, 0, name, sizeof nowhere), EINVAL);
    EXPECT_FAILS(call().sendto(socket, "x", 1, 0, name, 20), EINVAL);
    EXPECT_FAILS(call().send(socket, "x", 1, 0), EDESTADDRREQ);
    const int other = make6(SOCK_DGRAM); // the failed ones have given the first a port
    EXPECT_FAILS(bind_to(other, at6("2001:db8::1", 0)), EADDRNOTAVAIL);
    EXPECT_FAILS(bind_to(other, at_any()), EINVAL); // too short
}

TEST_P(Ipv6, streams_refuse_an_address_of_another_family) {
    Server server([](Connection& peer) { peer.receive_all(); });
    const int socket = make6(SOCK_STREAM);
    sockaddr_storage wide{};
    const sockaddr_in name = at(server);
    std::memcpy(&wide, &name, sizeof name);
    EXPECT_FAILS(connect_name(socket, wide), EAFNOSUPPORT);
}

TEST_P(Ipv6, streams_reach_an_IPv4_peer_by_its_mapped_address) {
    Server server([](Connection& peer) { peer.echo(); });
    const int socket = make6(SOCK_STREAM);
    sockaddr_in6 name = at6("::ffff:0.0.0.0", server.port());
    const sockaddr_in ipv4 = at(server);
    std::memcpy(&name.sin6_addr.s6_addr[12], &ipv4.sin_addr, 4);
    ASSERT_EQ(connect_name(socket, name), 0) << errno_text();
    send_all(socket, "hello");
    EXPECT_EQ(receive(socket, 5), "hello");
    sockaddr_in6 peer{};
    socklen_t length = sizeof peer;
    ASSERT_EQ(call().getpeername(socket, reinterpret_cast<sockaddr*>(&peer), &length), 0);
    EXPECT_EQ(text_of(peer), text_of(name));
}

TEST_P(Ipv6, datagrams_reach_an_IPv4_peer_either_way) {
    DatagramPeer peer;
    const int socket = make6(SOCK_DGRAM);
    const sockaddr_in ipv4 = at(peer);
    ASSERT_EQ(call().sendto(socket, "plain", 5, 0, reinterpret_cast<const sockaddr*>(&ipv4), sizeof ipv4), 5)
        << errno_text();
    const DatagramPeer::Got got = peer.receive();
    EXPECT_EQ(got.bytes, "plain");
    peer.send(got, "answer");
    char some[16];
    sockaddr_in6 from{};
    socklen_t length = sizeof from;
    ASSERT_EQ(call().recvfrom(socket, some, sizeof some, 0, reinterpret_cast<sockaddr*>(&from), &length), 6)
        << errno_text();
    EXPECT_EQ(text_of(from).substr(0, 7), "::ffff:");
    EXPECT_EQ(std::memcmp(&from.sin6_addr.s6_addr[12], &ipv4.sin_addr, 4), 0);
    ASSERT_EQ(connect_name(socket, from), 0) << errno_text();
    ASSERT_EQ(call().send(socket, "mapped", 6, 0), 6) << errno_text();
    EXPECT_EQ(peer.receive().bytes, "mapped");
}

TEST_P(Ipv6, listener_on_all_addresses_takes_both_families) {
    const int listener = listening6("::");
    const std::uint16_t port = port6(listener);
    const int six = make6(SOCK_STREAM);
    ASSERT_EQ(connect_name(six, at6("::1", port)), 0) << errno_text();
    sockaddr_in6 peer{};
    accept6(listener, peer);
    EXPECT_EQ(text_of(peer), "::1");
    const int four = make_socket();
    ASSERT_EQ(connect_to(four, at_address(INADDR_LOOPBACK, port)), 0) << errno_text();
    accept6(listener, peer);
    EXPECT_EQ(text_of(peer), "::ffff:127.0.0.1");
    Caller caller(world().real_own_address(), port);
    const int server = accept6(listener, peer);
    EXPECT_EQ(text_of(peer).substr(0, 7), "::ffff:");
    EXPECT_EQ(ntohs(peer.sin6_port), caller.port());
    send_all(server, "both");
    EXPECT_EQ(caller.receive(4), "both");
}

TEST_P(Ipv6, listener_of_IPV6_V6ONLY_takes_one) {
    int listener = listening6("::", true);
    const int other = make_socket();
    // A port that is free for IPv6 may be another program's for IPv4: then the next one.
    for (int i = 0; i < 20 && bind_to(other, at_any(port6(listener))) != 0; ++i) {
        ASSERT_EQ(errno, EADDRINUSE);
        listener = listening6("::", true);
    }
    const std::uint16_t port = port6(listener);
    EXPECT_EQ(port_of(other), port) << "it is free for IPv4";
    EXPECT_EQ(option(listener, IPPROTO_IPV6, IPV6_V6ONLY), 1);
    const int four = make_socket();
    EXPECT_FAILS(connect_to(four, at_address(INADDR_LOOPBACK, port)), ECONNREFUSED);
    const int off = 0;
    // It is bound.
    EXPECT_FAILS(call().setsockopt(listener, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off), EINVAL);
}

TEST_P(Ipv6, streams_with_IPV6_V6ONLY_do_not_reach_mapped_addresses) {
    const int socket = make6(SOCK_STREAM);
    const int on = 1;
    ASSERT_EQ(call().setsockopt(socket, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on), 0);
    EXPECT_FAILS(connect_name(socket, at6("::ffff:127.0.0.1", 9)), ENETUNREACH);
}

TEST_P(Ipv6, hop_limits_keep_what_was_set) {
    const int socket = make6(SOCK_DGRAM);
    for (const int name : {IPV6_UNICAST_HOPS, IPV6_MULTICAST_HOPS}) {
        const int wanted = 7;
        ASSERT_EQ(call().setsockopt(socket, IPPROTO_IPV6, name, &wanted, sizeof wanted), 0) << errno_text();
        EXPECT_EQ(option(socket, IPPROTO_IPV6, name), 7);
        const int wrong = 256;
        EXPECT_FAILS(call().setsockopt(socket, IPPROTO_IPV6, name, &wrong, sizeof wrong), EINVAL);
    }
    const int off = 0;
    EXPECT_EQ(option(socket, IPPROTO_IPV6, IPV6_MULTICAST_LOOP), 1);
    ASSERT_EQ(call().setsockopt(socket, IPPROTO_IPV6, IPV6_MULTICAST_LOOP, &off, sizeof off), 0);
    EXPECT_EQ(option(socket, IPPROTO_IPV6, IPV6_MULTICAST_LOOP), 0);
}

} // namespace
} // namespace nwp::contract
