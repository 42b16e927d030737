// SPDX-License-Identifier: Apache-2.0
// Streams at their edges: much to a slow reader, lingering, attempts under way, many pieces.
#include "tests/contract/scenario.h"

#include <arpa/inet.h>
#include <sys/uio.h>

#include <atomic>
#include <thread>

namespace nwp::contract {
namespace {

SCENARIOS(Edges);

TEST_P(Edges, blocking_send_of_4_MiB_to_a_slow_reader_returns_4_MiB) {
    const std::size_t size = world().much() < (4U << 20) ? world().much() : 4U << 20;
    const std::string bytes = pattern(size);
    std::atomic<std::uint64_t> seen{0};
    Server server(
        [&](Connection& peer) {
            std::string all;
            while (all.size() < size) {
                all += peer.receive(std::min<std::size_t>(64 * 1024, size - all.size()));
                std::this_thread::sleep_for(std::chrono::milliseconds(2)); // slow on purpose
            }
            seen = hash(all);
            peer.send(".");
        },
        {.receive_buffer = 8192});
    const int socket = connected(server);
    EXPECT_EQ(send(socket, bytes), static_cast<ssize_t>(size)) << errno_text();
    EXPECT_EQ(receive(socket, 1), ".");
    EXPECT_EQ(seen, hash(bytes));
}

TEST_P(Edges, close_with_linger_waits_for_the_peers_acknowledgement) {
    Event go;
    std::atomic<std::size_t> seen{0};
    Server server([&](Connection& peer) {
        seen = peer.receive_all().size();
        go.happen();
    });
    const int socket = connected(server);
    const linger wait{1, 30};
    ASSERT_EQ(call().setsockopt(socket, SOL_SOCKET, SO_LINGER, &wait, sizeof wait), 0);
    send_all(socket, pattern(100'000));
    close(socket);
    ASSERT_TRUE(go.wait());
    EXPECT_EQ(seen, 100'000U);
}

TEST_P(Edges, attempt_under_way_has_no_ends_no_error_and_no_bytes) {
    BusyServer server;
    SilentPort other;
    const int socket = make_socket(SOCK_STREAM | SOCK_NONBLOCK);
    EXPECT_FAILS(connect_to(socket, server), EINPROGRESS);
    EXPECT_FAILS(connect_to(socket, other), EALREADY);
    EXPECT_EQ(ready(socket), 0);
    EXPECT_EQ(socket_error(socket), 0);
    EXPECT_FAILS(receive_byte(socket), EAGAIN);
    EXPECT_FAILS(send(socket, "x", MSG_NOSIGNAL), EAGAIN);
    sockaddr_in name{};
    socklen_t length = sizeof name;
    EXPECT_FAILS(call().getpeername(socket, reinterpret_cast<sockaddr*>(&name), &length), ENOTCONN);
    EXPECT_FAILS(call().listen(socket, 1), EINVAL);
    EXPECT_FAILS(call().accept(socket, nullptr, nullptr), EINVAL);
    fd_set writable;
    FD_ZERO(&writable);
    FD_SET(socket, &writable);
    timeval none{};
    EXPECT_EQ(call().select(socket + 1, nullptr, &writable, nullptr, &none), 0);
}

TEST_P(Edges, messages_of_many_pieces_are_one_stream) {
    Server server([](Connection& peer) { peer.echo(); });
    const int socket = connected(server);
    const std::string bytes = pattern(1024 * 17);
    std::vector<iovec> pieces;
    for (std::size_t i = 0; i < 1024; ++i) {
        pieces.push_back({const_cast<char*>(bytes.data()) + i * 17, 17});
    }
    msghdr message{};
    message.msg_iov = pieces.data();
    message.msg_iovlen = pieces.size();
    ASSERT_EQ(call().sendmsg(socket, &message, MSG_NOSIGNAL), static_cast<ssize_t>(bytes.size()));
    std::string back(bytes.size(), '\0');
    for (std::size_t i = 0; i < 1024; ++i) pieces[i] = {back.data() + i * 17, 17};
    ASSERT_EQ(call().recvmsg(socket, &message, MSG_WAITALL), static_cast<ssize_t>(bytes.size()));
    EXPECT_EQ(back, bytes);
    pieces.push_back({back.data(), 1});
    message.msg_iov = pieces.data();
    message.msg_iovlen = pieces.size();
    EXPECT_FAILS(call().sendmsg(socket, &message, MSG_NOSIGNAL), EMSGSIZE);
}

TEST_P(Edges, addresses_given_to_a_connected_stream_are_ignored) {
    Server server([](Connection& peer) { peer.echo(); });
    const int socket = connected(server);
    const sockaddr_in elsewhere = at(77, 9);
    EXPECT_EQ(
        call().sendto(socket, "hello", 5, 0, reinterpret_cast<const sockaddr*>(&elsewhere), sizeof elsewhere),
        5)
        << errno_text();
    char some[5];
    sockaddr_in from{};
    from.sin_port = 4711;
    socklen_t length = sizeof from;
    EXPECT_EQ(call().recvfrom(socket, some, 5, MSG_WAITALL, reinterpret_cast<sockaddr*>(&from), &length), 5);
    EXPECT_EQ(length, 0U) << "a stream names no sender";
    EXPECT_EQ(from.sin_port, 4711);
}

TEST_P(Edges, both_halves_may_be_shut_in_either_order) {
    for (const auto& [first, second] : {std::pair{SHUT_RD, SHUT_WR}, std::pair{SHUT_WR, SHUT_RD}}) {
        Server server([](Connection& peer) {
            peer.receive_all();
            peer.send("bye");
        });
        const int socket = connected(server);
        ASSERT_EQ(call().shutdown(socket, first), 0) << errno_text();
        ASSERT_EQ(call().shutdown(socket, second), 0) << errno_text();
        EXPECT_FAILS(send(socket, "x", MSG_NOSIGNAL), EPIPE);
        EXPECT_TRUE(wait_for(socket, POLLIN | POLLOUT | POLLRDHUP));
    }
}

SCENARIOS(IpOptions);

struct IpRow {
    int name;
    int by_default;
    int good;
    int wrong;
};

TEST_P(IpOptions, keep_what_was_set_and_refuse_what_makes_no_sense) {
    const int socket = make_socket(SOCK_DGRAM);
    const IpRow rows[] = {
        {IP_TTL, 64, 9, 256},
        {IP_MULTICAST_TTL, 1, 9, 256},
        {IP_MULTICAST_LOOP, 1, 0, -1},
    };
    for (const IpRow& row : rows) {
        SCOPED_TRACE(row.name);
        EXPECT_EQ(option(socket, IPPROTO_IP, row.name), row.by_default);
        ASSERT_EQ(call().setsockopt(socket, IPPROTO_IP, row.name, &row.good, sizeof row.good), 0)
            << errno_text();
        EXPECT_EQ(option(socket, IPPROTO_IP, row.name), row.good);
        if (row.wrong < 0) continue; // any number is a boolean
        EXPECT_FAILS(call().setsockopt(socket, IPPROTO_IP, row.name, &row.wrong, sizeof row.wrong), EINVAL);
        EXPECT_EQ(option(socket, IPPROTO_IP, row.name), row.good);
        const unsigned char octet = 5;
        ASSERT_EQ(call().setsockopt(socket, IPPROTO_IP, row.name, &octet, 1), 0) << errno_text();
        unsigned char kept = 0;
        socklen_t size = 1;
        ASSERT_EQ(call().getsockopt(socket, IPPROTO_IP, row.name, &kept, &size), 0) << errno_text();
        EXPECT_EQ(kept, 5);
        EXPECT_EQ(size, 1U);
    }
    const int kernels_own = -1;
    ASSERT_EQ(call().setsockopt(socket, IPPROTO_IP, IP_TTL, &kernels_own, sizeof kernels_own), 0);
    EXPECT_EQ(option(socket, IPPROTO_IP, IP_TTL), 64);
}

TEST_P(IpOptions, of_datagrams_do_not_include_those_of_streams) {
    const int socket = make_socket(SOCK_DGRAM);
    int value = 1;
    socklen_t size = sizeof value;
    EXPECT_FAILS(call().setsockopt(socket, IPPROTO_TCP, 1, &value, size), ENOPROTOOPT);
    EXPECT_FAILS(call().getsockopt(socket, IPPROTO_TCP, 1, &value, &size), EOPNOTSUPP);
}

TEST_P(IpOptions, that_switch_are_those_of_streams_and_datagrams) {
    for (const int type : {SOCK_STREAM, SOCK_DGRAM}) {
        const int socket = make_socket(type);
        for (const int name : {SO_REUSEADDR, SO_REUSEPORT, SO_BROADCAST, SO_KEEPALIVE}) {
            SCOPED_TRACE(name);
            EXPECT_EQ(option(socket, SOL_SOCKET, name), 0);
            const int on = 1;
            ASSERT_EQ(call().setsockopt(socket, SOL_SOCKET, name, &on, sizeof on), 0) << errno_text();
            EXPECT_EQ(option(socket, SOL_SOCKET, name), 1);
        }
    }
}

TEST_P(IpOptions, name_no_device_before_there_is_one) {
    const int socket = make_socket();
    char name[16] = "x";
    socklen_t size = sizeof name;
    ASSERT_EQ(call().getsockopt(socket, SOL_SOCKET, SO_BINDTODEVICE, name, &size), 0) << errno_text();
    EXPECT_EQ(size, 0U);
    EXPECT_FAILS(call().setsockopt(socket, SOL_SOCKET, SO_BINDTODEVICE, "no such device", 14), ENODEV);
}

TEST_P(IpOptions, join_and_leave_groups_once) {
    const int socket = make_socket(SOCK_DGRAM);
    ip_mreq group{};
    group.imr_multiaddr.s_addr = htonl(0xEF010203); // RFC 2365: ours to use
    const auto change = [&](int name) {
        return call().setsockopt(socket, IPPROTO_IP, name, &group, sizeof group);
    };
    ASSERT_EQ(change(IP_ADD_MEMBERSHIP), 0) << errno_text();
    EXPECT_FAILS(change(IP_ADD_MEMBERSHIP), EADDRINUSE);
    ASSERT_EQ(change(IP_DROP_MEMBERSHIP), 0) << errno_text();
    EXPECT_FAILS(change(IP_DROP_MEMBERSHIP), EADDRNOTAVAIL);
    group.imr_multiaddr.s_addr = htonl(0x0A010203);
    EXPECT_FAILS(change(IP_ADD_MEMBERSHIP), EINVAL);
    EXPECT_FAILS(call().setsockopt(socket, IPPROTO_IP, IP_ADD_MEMBERSHIP, &group, 4), EINVAL);
}

TEST_P(IpOptions, may_name_the_interface_of_a_group_by_its_address) {
    const int socket = make_socket(SOCK_DGRAM);
    ip_mreq group{};
    group.imr_multiaddr.s_addr = htonl(0xEF010204);
    group.imr_interface.s_addr = htonl(world().own_address());
    ASSERT_EQ(call().setsockopt(socket, IPPROTO_IP, IP_ADD_MEMBERSHIP, &group, sizeof group), 0)
        << errno_text();
    EXPECT_FAILS(call().setsockopt(socket, IPPROTO_IP, IP_ADD_MEMBERSHIP, &group, sizeof group), EADDRINUSE);
    ASSERT_EQ(call().setsockopt(socket, IPPROTO_IP, IP_DROP_MEMBERSHIP, &group, sizeof group), 0)
        << errno_text();
    group.imr_interface.s_addr = htonl(0xC6336401); // RFC 5737: nobody's
    EXPECT_FAILS(call().setsockopt(socket, IPPROTO_IP, IP_ADD_MEMBERSHIP, &group, sizeof group), ENODEV);
    const ip_mreqn by_index{group.imr_multiaddr, {}, 9999};
    EXPECT_FAILS(call().setsockopt(socket, IPPROTO_IP, IP_ADD_MEMBERSHIP, &by_index, sizeof by_index),
                 ENODEV);
}

TEST_P(IpOptions, of_IPv4_are_there_on_IPv6_sockets_too) {
    for (const int type : {SOCK_STREAM, SOCK_DGRAM}) {
        const int socket = make_socket_of(AF_INET6, type);
        const int hops = 7;
        ASSERT_EQ(call().setsockopt(socket, IPPROTO_IP, IP_TTL, &hops, sizeof hops), 0) << errno_text();
        EXPECT_EQ(option(socket, IPPROTO_IP, IP_TTL), hops);
    }
    const int socket = make_socket_of(AF_INET6, SOCK_DGRAM);
    ip_mreq group{};
    group.imr_multiaddr.s_addr = htonl(0xEF010205);
    ASSERT_EQ(call().setsockopt(socket, IPPROTO_IP, IP_ADD_MEMBERSHIP, &group, sizeof group), 0)
        << errno_text();
    ASSERT_EQ(call().setsockopt(socket, IPPROTO_IP, IP_DROP_MEMBERSHIP, &group, sizeof group), 0)
        << errno_text();
}

SCENARIOS(NamesOfAddresses);

TEST_P(NamesOfAddresses, are_numbers_where_that_is_asked_for) {
    const sockaddr_in name = at_address(0x0A4D0050, 8080);
    const auto* const generic = reinterpret_cast<const sockaddr*>(&name);
    char host[64];
    char service[32];
    constexpr int kNumbers = NI_NUMERICHOST | NI_NUMERICSERV;
    ASSERT_EQ(call().getnameinfo(generic, sizeof name, host, sizeof host, service, sizeof service, kNumbers),
              0);
    EXPECT_STREQ(host, "10.77.0.80");
    EXPECT_STREQ(service, "8080");
    ASSERT_EQ(call().getnameinfo(generic, sizeof name, nullptr, 0, service, 5, kNumbers), 0);
    EXPECT_EQ(call().getnameinfo(generic, sizeof name, nullptr, 0, service, 4, kNumbers), EAI_OVERFLOW);
    EXPECT_EQ(call().getnameinfo(generic, sizeof name, host, 10, nullptr, 0, kNumbers), EAI_OVERFLOW);
    EXPECT_EQ(call().getnameinfo(generic, sizeof name, nullptr, 0, nullptr, 0, kNumbers | NI_NAMEREQD),
              EAI_NONAME);
    EXPECT_EQ(call().getnameinfo(generic, 8, host, sizeof host, nullptr, 0, kNumbers), EAI_FAMILY);
    EXPECT_EQ(call().getnameinfo(generic, sizeof name, host, sizeof host, nullptr, 0, 0x4000), EAI_BADFLAGS);
}

} // namespace
} // namespace nwp::contract
