// SPDX-License-Identifier: Apache-2.0
// Datagrams to everybody: broadcast, groups, and the options of datagram sockets.
#include "nwpd/service/mapped_address.h"
#include "nwpd/service/socket_options.h"
#include "nwpd/service/test_world.h"

#include <netinet/in.h>
#include <sys/socket.h>

using namespace nwp;
using namespace nwp::service;
using namespace nwp::service::test;

namespace {

const Address kAny = Address::ipv4(0, 0, 0, 0);

/// A multicast_join value, as a message has an address.
std::vector<Byte> address_bytes(const Address& address) {
    std::vector<Byte> bytes(3 + address.ip_size() + (address.family == Family::ipv6 ? 4 : 0));
    bytes[0] = static_cast<Byte>(address.family);
    copy_bytes(Bytes{bytes}.from(3), address.ip_bytes());
    return bytes;
}

class SocketsGroups : public World {
protected:
    SocketsGroups() {
        lead_to_network();
        wifi::Lease with_prefix = lease();
        with_prefix.prefix_length = 24;
        network.set_lease(with_prefix);
    }
    Error set(SocketId which, SocketOption option, std::int32_t value) {
        return sockets.set_option(client, which, option, option_bytes(value)).error();
    }
    Error join(SocketId which, const Address& to) {
        return sockets.set_option(client, which, SocketOption::multicast_join, address_bytes(to)).error();
    }
    Error leave(SocketId which, const Address& to) {
        return sockets.set_option(client, which, SocketOption::multicast_leave, address_bytes(to)).error();
    }
    std::int32_t number(SocketId which, SocketOption option) {
        const auto value = sockets.get_option(client, which, option);
        EXPECT_TRUE(value);
        return value ? static_cast<std::int32_t>((*value)[0] | (*value)[1] << 8 | (*value)[2] << 16) : -1;
    }
    static std::uint16_t free_port() { return KernelPeer(SOCK_DGRAM, kAny).local().port; }

    SocketId socket = open_datagrams(client);
    const Address group = Address::ipv4(239, 77, 1, 2);
};

TEST_F(SocketsGroups, broadcast_wants_the_option) {
    for (const Address& everybody :
         {Address::ipv4(255, 255, 255, 255, 9), Address::ipv4(10, 77, 0, 255, 9)}) {
        EXPECT_EQ(sockets.check_route(client, socket, everybody).error(), Error::access_denied);
        std::optional<Error> outcome;
        sockets.connect(client, socket, everybody, seconds(1),
                        [&](const Result<Address>& result) { outcome = result.error(); });
        ASSERT_TRUE(until([&] { return outcome.has_value(); }));
        EXPECT_EQ(*outcome, Error::access_denied);
    }
    EXPECT_EQ(set(socket, SocketOption::broadcast, 1), Error{});
    EXPECT_TRUE(sockets.check_route(client, socket, Address::ipv4(255, 255, 255, 255, 9)));
}

TEST_F(SocketsGroups, broadcasts_reach_all_who_are_bound_to_every_address) {
    const std::uint16_t port = free_port();
    const SocketId hearers[] = {open_datagrams(client), open_datagrams(other)};
    Client* clients[] = {&client, &other};
    ASSERT_TRUE(sockets.bind(client, hearers[0], with_port(kAny, port)));
    ASSERT_EQ(sockets.bind(other, hearers[1], with_port(kAny, port)).error(), Error::address_in_use);
    ASSERT_EQ(set(socket, SocketOption::broadcast, 1), Error{});
    for (const Address& everybody : {Address::ipv4(255, 255, 255, 255), Address::ipv4(10, 77, 0, 255)}) {
        ASSERT_TRUE(sockets.send_datagram(client, socket, as_bytes("all"), with_port(everybody, port)));
        Address from;
        EXPECT_EQ(receive_datagram(*clients[0], hearers[0], &from), "all");
        EXPECT_EQ(from, Address::ipv4(10, 77, 0, 50, sockets.local(client, socket)->port));
    }
}

TEST_F(SocketsGroups, members_hear_their_group_until_they_leave) {
    const std::uint16_t port = free_port();
    ASSERT_EQ(join(socket, group), Error{}) << "before bind, too";
    ASSERT_TRUE(sockets.bind(client, socket, with_port(kAny, port)));
    const SocketId sender = open_datagrams(other);
    const auto send = [&](const char* text) {
        ASSERT_TRUE(sockets.send_datagram(other, sender, as_bytes(text), with_port(group, port)));
    };
    send("to the group");
    Address from;
    EXPECT_EQ(receive_datagram(client, socket, &from), "to the group");
    EXPECT_EQ(with_port(from, 0), Address::ipv4(10, 77, 0, 50));
    EXPECT_EQ(leave(socket, group), Error{});
    send("unheard");
    ASSERT_EQ(join(socket, group), Error{});
    send("again");
    EXPECT_EQ(receive_datagram(client, socket), "again");
}

TEST_F(SocketsGroups, memberships_fail_as_on_linux) {
    EXPECT_EQ(join(socket, Address::ipv4(10, 77, 0, 9)), Error::invalid_argument);
    EXPECT_EQ(leave(socket, group), Error::address_not_available);
    EXPECT_EQ(join(socket, group), Error{});
    EXPECT_EQ(join(socket, group), Error::address_in_use);
    EXPECT_EQ(sockets.set_option(client, socket, SocketOption::multicast_join, {}).error(),
              Error::invalid_argument);
    const SocketId stream = open();
    EXPECT_EQ(join(stream, group), Error::protocol_error);
    network.set_lease(std::nullopt);
    EXPECT_EQ(join(open_datagrams(client), group), Error::no_device);
}

TEST_F(SocketsGroups, a_membership_moves_along_with_the_address) {
    const std::uint16_t port = free_port();
    ASSERT_TRUE(sockets.bind(client, socket, with_port(kAny, port)));
    ASSERT_EQ(join(socket, group), Error{});
    network.set_lease(std::nullopt);
    network.set_lease(lease());
    const SocketId sender = open_datagrams(other);
    ASSERT_TRUE(sockets.send_datagram(other, sender, as_bytes("back"), with_port(group, port)));
    EXPECT_EQ(receive_datagram(client, socket), "back");
}

TEST_F(SocketsGroups, loop_off_keeps_groups_from_this_machine) {
    const std::uint16_t port = free_port();
    ASSERT_TRUE(sockets.bind(client, socket, with_port(kAny, port)));
    ASSERT_EQ(join(socket, group), Error{});
    const SocketId sender = open_datagrams(client);
    ASSERT_EQ(set(sender, SocketOption::multicast_loop, 0), Error{});
    ASSERT_TRUE(sockets.send_datagram(client, sender, as_bytes("not here"), with_port(group, port)));
    const SocketId looping = open_datagrams(client);
    ASSERT_TRUE(sockets.send_datagram(client, looping, as_bytes("here"), with_port(group, port)));
    EXPECT_EQ(receive_datagram(client, socket), "here");
}

TEST_F(SocketsGroups, the_hop_limit_goes_out) {
    const KernelPeer peer(SOCK_DGRAM);
    const int on = 1;
    ASSERT_EQ(::setsockopt(peer.get(), IPPROTO_IP, IP_RECVTTL, &on, sizeof on), 0);
    ASSERT_EQ(set(socket, SocketOption::hop_limit, 7), Error{});
    const Address there = Address::ipv4(10, 77, 0, 9, peer.local().port);
    ASSERT_TRUE(sockets.send_datagram(client, socket, as_bytes("x"), there));
    char byte = 0;
    iovec part{&byte, 1};
    alignas(cmsghdr) char control[64] = {};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    ASSERT_EQ(::recvmsg(peer.get(), &message, 0), 1);
    const cmsghdr* header = CMSG_FIRSTHDR(&message);
    ASSERT_NE(header, nullptr);
    EXPECT_EQ(header->cmsg_type, IP_TTL);
    EXPECT_EQ(*CMSG_DATA(header), 7);
}

TEST_F(SocketsGroups, options_of_datagrams_are_as_linux_has_them) {
    EXPECT_EQ(number(socket, SocketOption::hop_limit), 64);
    EXPECT_EQ(number(socket, SocketOption::multicast_hops), 1);
    EXPECT_EQ(number(socket, SocketOption::multicast_loop), 1);
    EXPECT_EQ(set(socket, SocketOption::hop_limit, 0), Error::invalid_argument);
    EXPECT_EQ(set(socket, SocketOption::hop_limit, 256), Error::invalid_argument);
    EXPECT_EQ(set(socket, SocketOption::hop_limit, -1), Error{});
    EXPECT_EQ(set(socket, SocketOption::multicast_hops, 256), Error::invalid_argument);
    EXPECT_EQ(set(socket, SocketOption::multicast_hops, 9), Error{});
    EXPECT_EQ(number(socket, SocketOption::multicast_hops), 9);
    EXPECT_EQ(set(socket, SocketOption::multicast_hops, -1), Error{});
    EXPECT_EQ(number(socket, SocketOption::multicast_hops), 1);
    EXPECT_EQ(set(socket, SocketOption::keep_alive, 1), Error{});
    EXPECT_EQ(set(socket, SocketOption::no_delay, 1), Error::no_protocol_option);
    EXPECT_EQ(sockets.get_option(client, socket, SocketOption::no_delay).error(), Error::no_protocol_option);
    EXPECT_EQ(set(socket, SocketOption::reuse_port, 3), Error{});
    EXPECT_EQ(number(socket, SocketOption::reuse_port), 1);
    EXPECT_EQ(number(socket, SocketOption::accepting), 0);
    EXPECT_EQ(set(socket, SocketOption::tls_peer_verify, 0), Error::no_protocol_option);
    const SocketId stream = open();
    EXPECT_EQ(set(stream, SocketOption::multicast_hops, 2), Error::invalid_argument);
    EXPECT_EQ(set(stream, SocketOption::hop_limit, 9), Error{});
    EXPECT_EQ(number(stream, SocketOption::hop_limit), 9);
}

} // namespace
