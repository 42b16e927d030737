// SPDX-License-Identifier: Apache-2.0
// Listening sockets, loopback and the radio (contracts 7).
#include "nwpd/net/kernel_socket.h"
#include "nwpd/service/mapped_address.h"
#include "nwpd/service/socket_options.h"
#include "nwpd/service/test_world.h"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

using namespace nwp;
using namespace nwp::service;
using namespace nwp::service::test;

namespace {

const Address kAny = Address::ipv4(0, 0, 0, 0);
const Address kLoopback = Address::ipv4(127, 0, 0, 1);

class ListeningMoves : public World {
protected:
    ListeningMoves() { lead_to_network(); }
    std::uint16_t listen(const Address& local) {
        listener = open_stream(client, local.family);
        const auto bound = sockets.bind(client, listener, local);
        EXPECT_TRUE(bound) << to_string(bound.error());
        EXPECT_TRUE(sockets.listen(client, listener, 8));
        return bound ? bound->port : 0;
    }
    static int call(const Address& real) { return KernelPeer(SOCK_STREAM).connect(real); }

    SocketId listener{};
};

TEST_F(ListeningMoves, another_client_reaches_it_by_loopback) {
    for (const Address& local : {kAny, kLoopback}) {
        const std::uint16_t port = listen(local);
        const SocketId caller = open_stream(other, Family::ipv4);
        const auto outcome = connect(other, caller, with_port(kLoopback, port));
        ASSERT_TRUE(outcome) << to_string(outcome.error());
        EXPECT_EQ(with_port(*outcome, 0), kLoopback);
        const AcceptedSocket accepted = accept(client, listener);
        EXPECT_EQ(accepted.peer, *outcome);
        EXPECT_EQ(accepted.local, with_port(kLoopback, port));
        ASSERT_TRUE(sockets.write(other, caller, as_bytes("hello")));
        EXPECT_EQ(receive(accepted.socket, 5), "hello");
    }
}

TEST_F(ListeningMoves, what_is_bound_to_loopback_alone_is_not_on_the_air) {
    // Nor on the machine's own loopback. Another program may have the one or other port there, but not all.
    const auto is_free = [](const Address& real) {
        const int anybody = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        const bool bound = net::bind_kernel_socket(anybody, real).ok();
        ::close(anybody);
        return bound;
    };
    bool shown = false;
    for (int tries = 0; tries < 20 && !shown; ++tries) {
        const std::uint16_t port = listen(kLoopback);
        shown = is_free(Address::ipv4(127, 77, 0, 50, port)) && is_free(Address::ipv4(127, 0, 0, 1, port));
    }
    EXPECT_TRUE(shown);
}

TEST_F(ListeningMoves, what_is_bound_to_the_lease_is_not_on_loopback) {
    const std::uint16_t port = listen(Address::ipv4(10, 77, 0, 50));
    const SocketId caller = open_stream(other, Family::ipv4);
    EXPECT_EQ(connect(other, caller, with_port(kLoopback, port)).error(), Error::connection_refused);
}

TEST_F(ListeningMoves, loopback_never_reaches_the_machines_own_services) {
    const KernelPeer everywhere(SOCK_STREAM, kAny);
    ASSERT_EQ(::listen(everywhere.get(), 4), 0);
    const KernelPeer inside(SOCK_STREAM, kLoopback);
    ASSERT_EQ(::listen(inside.get(), 4), 0);
    for (const KernelPeer* service : {&everywhere, &inside})
        for (const Address& to : {kLoopback, Address::ipv4(127, 3, 2, 1), kAny}) {
            const SocketId caller = open();
            EXPECT_EQ(connect(client, caller, with_port(to, service->local().port)).error(),
                      Error::connection_refused);
        }
    const SocketId ipv6 = open_stream(client, Family::ipv6);
    EXPECT_EQ(connect(client, ipv6, ipv6_loopback(everywhere.local().port)).error(),
              Error::connection_refused);
}

TEST_F(ListeningMoves, loopback_is_there_without_a_network) {
    network.set_lease(std::nullopt);
    network.set_associated(false);
    const std::uint16_t port = listen(kAny);
    const SocketId caller = open_stream(other, Family::ipv4);
    const auto outcome = connect(other, caller, with_port(kLoopback, port));
    ASSERT_TRUE(outcome) << to_string(outcome.error());
    const SocketId accepted = accept(client, listener).socket;
    network.set_associated(true);
    network.set_lease(lease());
    network.set_lease(std::nullopt);
    ASSERT_TRUE(sockets.write(other, caller, as_bytes("still here")));
    EXPECT_EQ(receive(accepted, 10), "still here");
    EXPECT_TRUE(told.failed.empty());
    EXPECT_TRUE(other_told.failed.empty());
}

TEST_F(ListeningMoves, both_families_reach_a_dual_stack_socket) {
    Address any;
    any.family = Family::ipv6;
    const std::uint16_t port = listen(any);
    const SocketId by_ipv4 = open_stream(other, Family::ipv4);
    ASSERT_TRUE(connect(other, by_ipv4, with_port(kLoopback, port)));
    EXPECT_EQ(with_port(accept(client, listener).peer, 0), to_ipv4_mapped(kLoopback));
    const SocketId by_ipv6 = open_stream(other, Family::ipv6);
    ASSERT_TRUE(connect(other, by_ipv6, ipv6_loopback(port)));
    const AcceptedSocket accepted = accept(client, listener);
    EXPECT_EQ(with_port(accepted.peer, 0), ipv6_loopback());
    EXPECT_EQ(accepted.local, ipv6_loopback(port));
    const KernelPeer peer(SOCK_STREAM);
    ASSERT_EQ(peer.connect(Address::ipv4(127, 77, 0, 50, port)), 0);
    EXPECT_EQ(with_port(accept(client, listener).peer, 0), to_ipv4_mapped(Address::ipv4(10, 77, 0, 9)));
}

TEST_F(ListeningMoves, ipv6_only_leaves_the_port_to_ipv4) {
    const SocketId socket = open_stream(client, Family::ipv6);
    ASSERT_TRUE(sockets.set_option(client, socket, SocketOption::ipv6_only, option_bytes(1)));
    Address any;
    any.family = Family::ipv6;
    const auto bound = sockets.bind(client, socket, any);
    ASSERT_TRUE(bound) << to_string(bound.error());
    ASSERT_TRUE(sockets.listen(client, socket, 4));
    EXPECT_EQ(sockets.set_option(client, socket, SocketOption::ipv6_only, option_bytes(0)).error(),
              Error::invalid_argument);
    const SocketId caller = open_stream(other, Family::ipv4);
    EXPECT_EQ(connect(other, caller, with_port(kLoopback, bound->port)).error(), Error::connection_refused);
    EXPECT_EQ(listen(with_port(kAny, bound->port)), bound->port);
}

TEST_F(ListeningMoves, takes_nobody_while_the_access_point_is_lost) {
    const std::uint16_t port = listen(kAny);
    network.set_associated(false);
    const KernelPeer peer(SOCK_STREAM);
    ASSERT_EQ(peer.connect(Address::ipv4(127, 77, 0, 50, port)), 0) << "the machine's kernel is there";
    kit::run_ready(context);
    EXPECT_EQ(sockets.acceptable(client, listener), 0U);
    network.set_associated(true);
    accept(client, listener);
}

TEST_F(ListeningMoves, lives_through_a_change_of_address_and_moves_along) {
    const std::uint16_t port = listen(kAny);
    const KernelPeer waiting(SOCK_STREAM);
    ASSERT_EQ(waiting.connect(Address::ipv4(127, 77, 0, 50, port)), 0);
    ASSERT_TRUE(until([&] { return sockets.acceptable(client, listener) == 1; }));

    network.set_lease(std::nullopt);
    EXPECT_EQ(sockets.acceptable(client, listener), 0U) << "it came to the old address";
    EXPECT_EQ(call(Address::ipv4(127, 77, 0, 50, port)), ECONNREFUSED);
    wifi::Lease moved = lease();
    moved.address = Address::ipv4(10, 77, 0, 51);
    network.set_lease(moved);
    EXPECT_EQ(call(Address::ipv4(127, 77, 0, 50, port)), ECONNREFUSED);
    const KernelPeer peer(SOCK_STREAM);
    ASSERT_EQ(peer.connect(Address::ipv4(127, 77, 0, 51, port)), 0);
    EXPECT_EQ(accept(client, listener).local, Address::ipv4(10, 77, 0, 51, port));
    EXPECT_TRUE(told.failed.empty());
}

TEST_F(ListeningMoves, what_is_bound_to_an_address_waits_until_that_is_ours_again) {
    const std::uint16_t port = listen(Address::ipv4(10, 77, 0, 50));
    network.set_lease(std::nullopt);
    EXPECT_EQ(call(Address::ipv4(127, 77, 0, 50, port)), ECONNREFUSED);
    network.set_lease(lease());
    const KernelPeer peer(SOCK_STREAM);
    ASSERT_EQ(peer.connect(Address::ipv4(127, 77, 0, 50, port)), 0);
    accept(client, listener);
}

TEST_F(ListeningMoves, an_accepted_connection_ends_with_the_address_it_came_to) {
    const std::uint16_t port = listen(kAny);
    const KernelPeer peer(SOCK_STREAM);
    ASSERT_EQ(peer.connect(Address::ipv4(127, 77, 0, 50, port)), 0);
    const SocketId accepted = accept(client, listener).socket;
    network.set_lease(std::nullopt);
    ASSERT_TRUE(until([&] { return !told.failed[accepted].empty(); }));
    EXPECT_EQ(told.failed[accepted].front(), Error::network_down);
    EXPECT_TRUE(told.failed[listener].empty());
}

TEST_F(ListeningMoves, the_radio_file_maps_the_port_of_a_server) {
    const std::uint16_t free = [] {
        return KernelPeer(SOCK_STREAM, Address::ipv4(127, 77, 0, 50)).local().port;
    }();
    wifi::MapEntry entry;
    entry.network = *wifi::parse_network("10.77.0.0/24");
    entry.to = *wifi::parse_network("127.77.0.0/24");
    entry.ports = {{80, free}};
    map = wifi::AddressMap({entry});
    EXPECT_EQ(listen(with_port(kAny, 80)), 80);
    const KernelPeer peer(SOCK_STREAM);
    ASSERT_EQ(peer.connect(Address::ipv4(127, 77, 0, 50, free)), 0);
    EXPECT_EQ(accept(client, listener).local.port, 80);
    const SocketId caller = open_stream(other, Family::ipv4);
    ASSERT_TRUE(connect(other, caller, with_port(kLoopback, 80)));
    EXPECT_EQ(accept(client, listener).local, with_port(kLoopback, 80));
}

TEST_F(ListeningMoves, without_a_radio_the_kernel_decides) {
    lead_nowhere_else();
    const std::uint16_t port = listen(kAny);
    const KernelPeer peer(SOCK_STREAM, kLoopback);
    ASSERT_EQ(peer.connect(with_port(kLoopback, port)), 0);
    const AcceptedSocket accepted = accept(client, listener);
    EXPECT_EQ(accepted.peer, peer.local());
    EXPECT_EQ(accepted.local, with_port(kLoopback, port));
    const SocketId second = open();
    EXPECT_EQ(sockets.bind(client, second, with_port(kAny, port)).error(), Error::address_in_use);
    EXPECT_EQ(sockets.bind(client, second, Address::ipv4(192, 0, 2, 1)).error(),
              Error::address_not_available);
    const auto bound = sockets.bind(client, second, kLoopback);
    ASSERT_TRUE(bound);
    const auto outcome = connect(client, second, with_port(kLoopback, port));
    ASSERT_TRUE(outcome);
    EXPECT_EQ(*outcome, *bound);
}

} // namespace
