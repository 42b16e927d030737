// SPDX-License-Identifier: Apache-2.0
// Servers and datagrams through the socket calls, and names of addresses, against a scripted network
// processor: what the contract suite, which the kernel judges, cannot look at.
#include "tests/kit/falls_asleep.h"
#include "tests/kit/socket_world.h"

#include <net/if.h>
#include <sys/ioctl.h>
#include <thread>
#include <unistd.h>

namespace nwp::c {
namespace {

class Servers : public kit::SocketWorld {
protected:
    static int listening(int flags = 0) {
        const int socket = open_socket(0, flags);
        EXPECT_EQ(nwp_listen(socket, 4), 0) << strerror(errno);
        return socket;
    }
    static int datagrams(int flags = 0) {
        const int socket = nwp_socket(AF_INET, SOCK_DGRAM | flags, 0);
        EXPECT_GE(socket, 0) << strerror(errno);
        return socket;
    }
    static ssize_t send_to(int socket, std::uint16_t port, std::string_view bytes) {
        const sockaddr_in to = peer_on(port);
        return nwp_sendto(socket, bytes.data(), bytes.size(), 0, reinterpret_cast<const sockaddr*>(&to),
                          sizeof to);
    }
    static std::string set_value(kit::ScriptedNwp& nwp, SocketOption option) { return nwp.options()[option]; }
};
namespace peer = kit::peer;

#define EXPECT_ERRNO(call, number)                                                                           \
    do {                                                                                                     \
        errno = 0;                                                                                           \
        EXPECT_EQ((call), -1);                                                                               \
        EXPECT_EQ(errno, number) << strerror(errno);                                                         \
    } while (false)

TEST_F(Servers, accept_callers_and_talk_to_them) {
    const int listener = listening();
    nwp.call_in(1);
    sockaddr_in name{};
    socklen_t length = sizeof name;
    const int socket = nwp_accept(listener, reinterpret_cast<sockaddr*>(&name), &length);
    ASSERT_GE(socket, 0) << strerror(errno);
    EXPECT_EQ(length, sizeof name);
    EXPECT_EQ(ntohl(name.sin_addr.s_addr), 0x0A4D001EU);
    EXPECT_EQ(ntohs(name.sin_port), 40000);
    ASSERT_EQ(nwp_send(socket, "hello", 5, 0), 5);
    EXPECT_EQ(received(socket, 5, MSG_WAITALL), "hello");
    EXPECT_EQ(nwp_close(socket), 0);
    EXPECT_EQ(nwp_close(listener), 0);
}

TEST_F(Servers, closed_by_another_thread_end_the_wait_with_EBADF) {
    const int listener = listening();
    const pid_t waiting = ::gettid();
    std::thread closer{[&] {
        EXPECT_TRUE(kit::falls_asleep(waiting));
        EXPECT_EQ(nwp_close(listener), 0);
    }};
    EXPECT_ERRNO(nwp_accept(listener, nullptr, nullptr), EBADF);
    closer.join();
}

TEST_F(Servers, without_a_place_for_it_leave_a_connection_waiting) {
    const int listener = listening();
    int others[3];
    for (int& other : others) ASSERT_GE(other = open_socket(), 0);
    nwp.call_in(1);
    ASSERT_EQ(events(listener, POLLIN, 10000), POLLIN);
    EXPECT_ERRNO(nwp_accept(listener, nullptr, nullptr), EMFILE);
    EXPECT_EQ(events(listener, POLLIN), POLLIN);
    ASSERT_EQ(nwp_close(others[0]), 0);
    int socket = -1;
    while ((socket = nwp_accept(listener, nullptr, nullptr)) < 0) ASSERT_EQ(errno, EMFILE);
    for (const int open : {listener, socket, others[1], others[2]}) EXPECT_EQ(nwp_close(open), 0);
}

TEST_F(Servers, of_a_lost_link_answer_ECONNABORTED) {
    const int listener = listening();
    const int one = datagrams();
    const pid_t waiting = ::gettid();
    std::thread cutter{[&] {
        EXPECT_TRUE(kit::falls_asleep(waiting));
        nwp.cut_line();
    }};
    EXPECT_ERRNO(nwp_accept(listener, nullptr, nullptr), ECONNABORTED);
    cutter.join();
    EXPECT_EQ(events(listener, POLLIN), POLLERR | POLLHUP);
    EXPECT_ERRNO(send_to(one, peer::echoes, "x"), ECONNABORTED);
    char byte = 0;
    EXPECT_ERRNO(nwp_recv(one, &byte, 1, 0), ECONNABORTED);
    EXPECT_EQ(nwp_close(listener), 0);
    EXPECT_EQ(nwp_close(one), 0);
}

TEST_F(Servers, ask_for_a_way_once_for_each_new_destination) {
    const int socket = datagrams();
    ASSERT_EQ(send_to(socket, peer::discards, "x"), 1) << strerror(errno);
    const std::size_t after_one = nwp.messages();
    for (int i = 0; i < 5; ++i) ASSERT_EQ(send_to(socket, peer::discards, "x"), 1);
    EXPECT_EQ(nwp.messages(), after_one) << "asked once, and a datagram is no message";
    ASSERT_EQ(send_to(socket, peer::echoes, "x"), 1);
    EXPECT_EQ(nwp.messages(), after_one + 1);
    EXPECT_EQ(received(socket, 10), "x");
    ASSERT_EQ(send_to(socket, peer::discards, "x"), 1);
    EXPECT_EQ(nwp.messages(), after_one + 2);
    ASSERT_EQ(send_to(socket, peer::echoes, "x"), 1);
    EXPECT_EQ(nwp.messages(), after_one + 2) << "who wrote can be answered";
    EXPECT_ERRNO(send_to(socket, peer::unreachable, "x"), ENETUNREACH);
    EXPECT_EQ(nwp_close(socket), 0);
}

TEST_F(Servers, send_datagrams_that_are_longer_than_the_ring_all_at_once) {
    const int socket = datagrams();
    std::string longest(65'000, '\0');
    for (std::size_t i = 0; i < longest.size(); ++i) longest[i] = static_cast<char>(i * 7);
    ASSERT_EQ(send_to(socket, peer::echoes, longest), 65'000) << strerror(errno);
    EXPECT_EQ(received(socket, 65'000), longest);
    // No half of it stays behind where it may not wait either.
    int on = 1;
    ASSERT_EQ(nwp_ioctl(socket, FIONBIO, &on), 0);
    ASSERT_EQ(send_to(socket, peer::echoes, longest), 65'000) << strerror(errno);
    ASSERT_EQ(events(socket, POLLIN, 10000), POLLIN);
    EXPECT_EQ(received(socket, 65'000), longest);
    EXPECT_EQ(nwp_close(socket), 0);
}

TEST_F(Servers, join_groups_in_the_form_of_the_protocol) {
    const int socket = datagrams();
    ip_mreq group{};
    group.imr_multiaddr.s_addr = htonl(0xE0000163);
    ASSERT_EQ(nwp_setsockopt(socket, IPPROTO_IP, IP_ADD_MEMBERSHIP, &group, sizeof group), 0);
    EXPECT_EQ(set_value(nwp, SocketOption::multicast_join), std::string("\x04\0\0\xE0\0\x01\x63", 7));
    ASSERT_EQ(nwp_setsockopt(socket, IPPROTO_IP, IP_DROP_MEMBERSHIP, &group, sizeof group), 0);
    EXPECT_EQ(set_value(nwp, SocketOption::multicast_leave).size(), 7U);
    group.imr_interface.s_addr = htonl(0x0A4D0002);
    ASSERT_EQ(nwp_setsockopt(socket, IPPROTO_IP, IP_ADD_MEMBERSHIP, &group, sizeof group), 0);
    EXPECT_EQ(set_value(nwp, SocketOption::multicast_join),
              std::string("\x04\0\0\xE0\0\x01\x63\x04\0\0\x0A\x4D\0\x02", 14));
    const ip_mreqn by_index{group.imr_multiaddr, {}, 1};
    EXPECT_ERRNO(nwp_setsockopt(socket, IPPROTO_IP, IP_ADD_MEMBERSHIP, &by_index, sizeof by_index), ENODEV);
    EXPECT_ERRNO(nwp_setsockopt(socket, IPPROTO_IP, IP_ADD_MEMBERSHIP, &group, 4), EINVAL);
    const int six = nwp_socket(AF_INET6, SOCK_DGRAM, 0);
    ipv6_mreq group6{};
    group6.ipv6mr_multiaddr.s6_addr[0] = 0xFF;
    group6.ipv6mr_interface = 3;
    ASSERT_EQ(nwp_setsockopt(six, IPPROTO_IPV6, IPV6_JOIN_GROUP, &group6, sizeof group6), 0);
    const std::string wire = set_value(nwp, SocketOption::multicast_join);
    EXPECT_EQ(wire.size(), 23U);
    EXPECT_EQ(wire.substr(0, 4), std::string("\x06\0\0\xFF", 4));
    EXPECT_EQ(wire.substr(19), std::string("\x03\0\0\0", 4));
    EXPECT_EQ(nwp_setsockopt(six, IPPROTO_IP, IP_ADD_MEMBERSHIP, &group, sizeof group), 0)
        << "it speaks IPv4 too";
    EXPECT_EQ(nwp_close(socket), 0);
    EXPECT_EQ(nwp_close(six), 0);
}

TEST_F(Servers, name_the_device_as_text) {
    const int socket = datagrams();
    char name[IF_NAMESIZE] = "wlan0";
    ASSERT_EQ(nwp_setsockopt(socket, SOL_SOCKET, SO_BINDTODEVICE, name, 5), 0) << "without a NUL too";
    EXPECT_EQ(set_value(nwp, SocketOption::bind_to_device), "wlan0");
    char kept[IF_NAMESIZE] = {};
    socklen_t size = sizeof kept;
    ASSERT_EQ(nwp_getsockopt(socket, SOL_SOCKET, SO_BINDTODEVICE, kept, &size), 0);
    EXPECT_EQ(size, 6U);
    EXPECT_STREQ(kept, "wlan0");
    size = 4;
    EXPECT_ERRNO(nwp_getsockopt(socket, SOL_SOCKET, SO_BINDTODEVICE, kept, &size), EINVAL);
    EXPECT_EQ(nwp_close(socket), 0);
}

TEST_F(Servers, take_hop_limits_of_one_byte_as_linux_does) {
    const int socket = datagrams();
    const unsigned char hops = 9;
    ASSERT_EQ(nwp_setsockopt(socket, IPPROTO_IP, IP_MULTICAST_TTL, &hops, sizeof hops), 0);
    EXPECT_EQ(set_value(nwp, SocketOption::multicast_hops), std::string("\x09\0\0\0", 4));
    unsigned char kept = 0;
    socklen_t size = sizeof kept;
    ASSERT_EQ(nwp_getsockopt(socket, IPPROTO_IP, IP_MULTICAST_TTL, &kept, &size), 0);
    EXPECT_EQ(kept, 9);
    int whole = 0;
    size = sizeof whole;
    ASSERT_EQ(nwp_getsockopt(socket, IPPROTO_IP, IP_MULTICAST_TTL, &whole, &size), 0);
    EXPECT_EQ(whole, 9);
    EXPECT_EQ(size, sizeof whole);
    EXPECT_EQ(nwp_close(socket), 0);
}

TEST_F(Servers, of_tls_defer_and_tell_the_protocol) {
    const int socket = open_socket(IPPROTO_TLS_1_2);
    int defer = 1;
    ASSERT_EQ(nwp_setsockopt(socket, SOL_TLS, NWP_TLS_DEFER, &defer, sizeof defer), 0);
    EXPECT_EQ(set_value(nwp, SocketOption::tls_defer), std::string("\x01\0\0\0", 4));
    defer = 0;
    ASSERT_EQ(nwp_setsockopt(socket, SOL_TLS, NWP_TLS_DEFER, &defer, sizeof defer), 0);
    EXPECT_EQ(set_value(nwp, SocketOption::tls_defer), std::string(4, '\0'));
    socklen_t size = sizeof defer;
    ASSERT_EQ(nwp_getsockopt(socket, SOL_TLS, NWP_TLS_DEFER, &defer, &size), 0);
    char text[8];
    size = sizeof text;
    EXPECT_ERRNO(nwp_getsockopt(socket, SOL_TLS, NWP_TLS_ALPN_SELECTED, text, &size), ENOTCONN);
    EXPECT_ERRNO(nwp_setsockopt(socket, SOL_TLS, NWP_TLS_ALPN_SELECTED, "h2", 3), ENOPROTOOPT);
    EXPECT_ERRNO(nwp_setsockopt(socket, SOL_TLS, NWP_TLS_RESUMED, &defer, sizeof defer), ENOPROTOOPT);
    EXPECT_EQ(nwp_close(socket), 0);
}

TEST_F(Servers, that_end_deferring_on_a_stream_say_what_they_received) {
    const int socket = connected_to(peer::echoes, IPPROTO_TLS_1_2);
    ASSERT_EQ(nwp_send(socket, "hello", 5, 0), 5);
    EXPECT_EQ(received(socket, 5, MSG_WAITALL), "hello");
    const int defer = 0;
    EXPECT_ERRNO(nwp_setsockopt(socket, SOL_TLS, NWP_TLS_DEFER, &defer, 5), EINVAL);
    ASSERT_EQ(nwp_setsockopt(socket, SOL_TLS, NWP_TLS_DEFER, &defer, sizeof defer), 0) << strerror(errno);
    EXPECT_EQ(set_value(nwp, SocketOption::tls_defer), std::string("\0\0\0\0\5\0\0\0", 8));
    EXPECT_EQ(nwp_close(socket), 0);
}

TEST_F(Servers, without_datagrams_in_the_image_say_so) {
    Attachment& to = *attached();
    const DatagramCalls* const calls = to.datagrams;
    to.datagrams = nullptr;
    EXPECT_ERRNO(nwp_socket(AF_INET, SOCK_DGRAM, 0), ESOCKTNOSUPPORT);
    to.datagrams = calls;
}

// ---- Names of addresses -----------------------------------------------------------------------------------

struct NameInfo : testing::Test {
    char host[NI_MAXHOST] = {};
    char service[NI_MAXSERV] = {};

    template <typename Name>
    int of(const Name& name, int flags, socklen_t host_room = NI_MAXHOST) {
        return nwp_getnameinfo(reinterpret_cast<const sockaddr*>(&name), sizeof name, host, host_room,
                               service, sizeof service, flags);
    }
    static sockaddr_in ipv4() {
        sockaddr_in name{};
        name.sin_family = AF_INET;
        name.sin_port = htons(8080);
        name.sin_addr.s_addr = htonl(0x0A4D0050);
        return name;
    }
};

TEST_F(NameInfo, is_numbers) {
    EXPECT_EQ(of(ipv4(), NI_NUMERICHOST | NI_NUMERICSERV), 0);
    EXPECT_STREQ(host, "10.77.0.80");
    EXPECT_STREQ(service, "8080");
    EXPECT_EQ(of(ipv4(), NI_DGRAM | NI_NOFQDN), 0) << "as for an address that has no name";
    EXPECT_STREQ(host, "10.77.0.80");
    sockaddr_in6 name{};
    name.sin6_family = AF_INET6;
    name.sin6_addr.s6_addr[0] = 0xFE;
    name.sin6_addr.s6_addr[1] = 0x80;
    name.sin6_addr.s6_addr[15] = 1;
    name.sin6_scope_id = 12;
    EXPECT_EQ(of(name, NI_NUMERICHOST), 0);
    EXPECT_STREQ(host, "fe80::1%12");
    EXPECT_STREQ(service, "0");
}

TEST_F(NameInfo, has_no_names) { EXPECT_EQ(of(ipv4(), NI_NAMEREQD), EAI_NONAME); }

TEST_F(NameInfo, says_what_is_wrong) {
    EXPECT_EQ(of(ipv4(), NI_NUMERICHOST, 10), EAI_OVERFLOW);
    EXPECT_EQ(of(ipv4(), NI_NUMERICHOST, 11), 0);
    EXPECT_EQ(of(ipv4(), 0x4000), EAI_BADFLAGS);
    const sockaddr_in name = ipv4();
    const auto* const generic = reinterpret_cast<const sockaddr*>(&name);
    EXPECT_EQ(nwp_getnameinfo(generic, 8, host, sizeof host, nullptr, 0, 0), EAI_FAMILY);
    EXPECT_EQ(nwp_getnameinfo(generic, sizeof name, nullptr, 0, nullptr, 0, NI_NAMEREQD), EAI_NONAME);
    EXPECT_EQ(nwp_getnameinfo(generic, sizeof name, nullptr, 0, nullptr, 0, 0), 0);
    sockaddr_in other = ipv4();
    other.sin_family = AF_UNIX;
    EXPECT_EQ(of(other, 0), EAI_FAMILY);
}

} // namespace
} // namespace nwp::c
