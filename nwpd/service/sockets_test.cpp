// SPDX-License-Identifier: Apache-2.0
#include "nwpd/service/test_world.h"

#include <fcntl.h>
#include <sys/socket.h>

#include <cerrno>

using namespace nwp;
using namespace nwp::service;
using namespace nwp::service::test;

namespace {

class SocketsTest : public World {
protected:
    SocketsTest() { lead_to(peer.port()); }
    TcpPeer peer;
};

TEST_F(SocketsTest, bytes_go_both_ways) {
    const SocketId socket = connected();
    const int there = peer.accept();
    ASSERT_TRUE(sockets.write(client, socket, as_bytes("to the peer")));
    EXPECT_EQ(receive_exactly(there, 11), "to the peer");
    send_all(there, "and back");
    EXPECT_EQ(receive(socket, 8), "and back");
}

TEST_F(SocketsTest, names_both_ends_as_the_lease_has_them) {
    const SocketId socket = open();
    EXPECT_EQ(sockets.peer(client, socket).error(), Error::not_connected);
    EXPECT_EQ(*sockets.local(client, socket), Address::ipv4(0, 0, 0, 0));
    const auto local = connect(socket);
    ASSERT_TRUE(local);
    EXPECT_TRUE(equal(local->ip_bytes(), lease().address.ip_bytes()));
    EXPECT_NE(local->port, 0);
    EXPECT_EQ(*sockets.local(client, socket), *local);
    EXPECT_EQ(*sockets.peer(client, socket), server_address());
}

TEST_F(SocketsTest, opens_what_it_serves_and_says_why_not_else) {
    const auto error = [this](Family family, SocketType type, Protocol protocol) {
        return sockets.open(client, family, type, protocol).error();
    };
    EXPECT_EQ(error(Family::ipv6, SocketType::stream, Protocol::any), Error{});
    EXPECT_EQ(error(Family::ipv4, SocketType::stream, Protocol::tls_1_0), Error{});
    EXPECT_EQ(error(Family::unspecified, SocketType::stream, Protocol::tcp), Error::family_not_supported);
    EXPECT_EQ(error(Family::ipv4, SocketType{9}, Protocol::any), Error::socket_type_not_supported);
    EXPECT_EQ(error(Family::ipv4, SocketType::raw, Protocol::any), Error::not_permitted);
    EXPECT_EQ(error(Family::ipv4, SocketType::stream, Protocol::udp), Error::protocol_not_supported);
    EXPECT_EQ(error(Family::ipv4, SocketType::datagram, Protocol::udp), Error{});
    EXPECT_EQ(error(Family::ipv4, SocketType::datagram, Protocol::tcp), Error::protocol_not_supported);
    EXPECT_EQ(error(Family::ipv4, SocketType::datagram, Protocol::dtls_1_2), Error{});
    EXPECT_EQ(error(Family::ipv4, SocketType::datagram, Protocol::tls_1_2), Error::wrong_protocol_type);
    EXPECT_EQ(error(Family::ipv4, SocketType::stream, Protocol::dtls_1_2), Error::wrong_protocol_type);
}

TEST_F(SocketsTest, a_client_cannot_name_the_socket_of_another) {
    const SocketId socket = connected();
    EXPECT_EQ(sockets.received(other, socket).error(), Error::bad_handle);
    EXPECT_EQ(sockets.write(other, socket, as_bytes("x")).error(), Error::bad_handle);
    EXPECT_EQ(sockets.consume(other, socket, 0).error(), Error::bad_handle);
    EXPECT_EQ(sockets.set_receive_room(other, socket, 1).error(), Error::bad_handle);
    EXPECT_EQ(sockets.drop_received(other, socket, 0).error(), Error::bad_handle);
    EXPECT_EQ(sockets.shutdown(other, socket, Shutdown::send).error(), Error::bad_handle);
    EXPECT_EQ(sockets.local(other, socket).error(), Error::bad_handle);
    EXPECT_EQ(sockets.peer(other, socket).error(), Error::bad_handle);
    EXPECT_EQ(sockets.verdict(other, socket).error(), Error::bad_handle);
    EXPECT_EQ(sockets.get_option(other, socket, SocketOption::no_delay).error(), Error::bad_handle);
    EXPECT_EQ(sockets.set_option(other, socket, SocketOption::no_delay, {}).error(), Error::bad_handle);
    EXPECT_TRUE(sockets.list(other).empty());
    std::optional<Error> closed;
    std::optional<Error> joined;
    sockets.cancel_connect(other, socket);
    sockets.close(other, socket, 0, [&](Result<void> result) { closed = result.error(); });
    sockets.connect(other, socket, server_address(), seconds(1),
                    [&](Result<Address> result) { joined = result.error(); });
    ASSERT_TRUE(until([&] { return closed && joined; }));
    EXPECT_EQ(*closed, Error::bad_handle);
    EXPECT_EQ(*joined, Error::bad_handle);
    EXPECT_TRUE(sockets.write(client, socket, as_bytes("still mine")));
}

TEST_F(SocketsTest, a_client_has_no_more_sockets_than_its_policy_says) {
    ClientPolicy policy;
    policy.socket_limit = 2;
    Client small(policy, told);
    const SocketId first = open(small);
    open(small);
    const auto third = [&] { return sockets.open(small, Family::ipv4, SocketType::stream, Protocol::tcp); };
    EXPECT_EQ(third().error(), Error::too_many_files_in_system);
    open(other);
    sockets.close(small, first, -1, [](const Result<void>&) {});
    EXPECT_TRUE(third());
    sockets.close_all(small);
}

TEST_F(SocketsTest, close_all_ends_the_sockets_of_one_client_alone) {
    connected();
    const int mine = peer.accept();
    open();
    const SocketId theirs = open(other);
    sockets.close_all(client);
    EXPECT_TRUE(sockets.list(client).empty());
    EXPECT_EQ(sockets.list(other).size(), 1U);
    EXPECT_TRUE(sockets.local(other, theirs));
    EXPECT_EQ(sockets.totals().sockets, 1U);
    // The peer sees the end once the loop had its turns.
    fcntl(mine, F_SETFL, O_NONBLOCK);
    char byte = 0;
    ssize_t got = -1;
    turning_until([&] { return (got = recv(mine, &byte, 1, 0)) >= 0; });
    EXPECT_EQ(got, 0);
}

TEST_F(SocketsTest, a_client_that_is_gone_hears_nothing_more) {
    network.set_associated(false);
    const SocketId socket = open();
    bool called = false;
    sockets.connect(client, socket, server_address(), seconds(20),
                    [&](const Result<Address>&) { called = true; });
    const SocketId second = open();
    sockets.close(client, second, -1, [&](const Result<void>&) { called = true; });
    sockets.close_all(client);
    kit::run_ready(context);
    EXPECT_FALSE(called);
}

TEST_F(SocketsTest, without_an_address_the_network_is_unreachable) {
    network.set_lease(std::nullopt);
    const SocketId socket = open();
    EXPECT_EQ(connect(socket).error(), Error::network_unreachable);
    network.set_lease(lease());
    EXPECT_TRUE(connect(socket)) << "a new attempt on the same socket";
}

TEST_F(SocketsTest, nothing_leads_to_the_machines_own_services) {
    const SocketId socket = open();
    std::optional<Error> error;
    sockets.connect(client, socket, Address::ipv4(127, 0, 0, 1, peer.port()), seconds(5),
                    [&](Result<Address> result) { error = result.error(); });
    ASSERT_TRUE(until([&] { return error.has_value(); }));
    EXPECT_EQ(*error, Error::connection_refused);
    error.reset();
    sockets.connect(client, socket, Address::ipv4(192, 0, 2, 1, 80), seconds(5),
                    [&](Result<Address> result) { error = result.error(); });
    ASSERT_TRUE(until([&] { return error.has_value(); }));
    EXPECT_EQ(*error, Error::network_unreachable);
}

TEST_F(SocketsTest, a_refused_connect_says_what_the_kernel_says_and_may_be_tried_again) {
    std::uint16_t closed_port = 0;
    { closed_port = TcpPeer{}.port(); }
    lead_to(closed_port);
    const SocketId socket = open();
    EXPECT_EQ(connect(socket).error(), Error::connection_refused);
    EXPECT_EQ(sockets.list(client).front().state, SocketState::failed);
    EXPECT_EQ(sockets.write(client, socket, as_bytes("x")).error(), Error::broken_pipe);
    lead_to(peer.port());
    EXPECT_TRUE(connect(socket));
    EXPECT_EQ(sockets.list(client).front().state, SocketState::connected);
    EXPECT_TRUE(told.failed.empty()) << "a connect fails by its answer alone";
}

TEST_F(SocketsTest, a_second_connect_is_already_or_is_connected) {
    const SocketId socket = open();
    const auto first = begin_connect(socket);
    EXPECT_EQ(connect(socket).error(), Error::already);
    ASSERT_TRUE(until([&] { return first->has_value(); }));
    EXPECT_TRUE(**first);
    EXPECT_EQ(connect(socket).error(), Error::is_connected);
}

TEST_F(SocketsTest, connect_wants_an_address_of_the_sockets_family) {
    const auto ipv6 = sockets.open(client, Family::ipv6, SocketType::stream, Protocol::tcp);
    ASSERT_TRUE(ipv6);
    EXPECT_EQ(connect(*ipv6).error(), Error::family_not_supported);
    EXPECT_EQ(sockets.list(client).front().state, SocketState::open);
}

TEST_F(SocketsTest, a_connect_while_the_access_point_is_lost_runs_into_its_deadline) {
    network.set_associated(false);
    EXPECT_EQ(connect(open(), milliseconds(50)).error(), Error::timed_out);
}

TEST_F(SocketsTest, a_connect_waits_for_the_rejoin) {
    network.set_associated(false);
    const auto outcome = begin_connect(open());
    kit::run_ready(context);
    EXPECT_FALSE(*outcome);
    network.set_associated(true);
    ASSERT_TRUE(until([&] { return outcome->has_value(); }));
    EXPECT_TRUE(**outcome);
}

TEST_F(SocketsTest, a_cancelled_connect_is_answered_once) {
    network.set_associated(false);
    const SocketId socket = open();
    const auto outcome = begin_connect(socket);
    sockets.cancel_connect(client, socket);
    sockets.cancel_connect(client, socket);
    ASSERT_TRUE(until([&] { return outcome->has_value(); }));
    EXPECT_EQ((*outcome)->error(), Error::cancelled);
    network.set_associated(true);
    EXPECT_TRUE(connect(socket));
}

TEST_F(SocketsTest, close_ends_a_running_connect) {
    network.set_associated(false);
    const SocketId socket = open();
    const auto outcome = begin_connect(socket);
    EXPECT_TRUE(close(socket));
    ASSERT_TRUE(outcome->has_value());
    EXPECT_EQ((*outcome)->error(), Error::cancelled);
}

TEST_F(SocketsTest, while_the_access_point_is_lost_bytes_wait_and_then_go_on) {
    const SocketId socket = connected();
    const int there = peer.accept();
    network.set_associated(false);
    ASSERT_TRUE(sockets.write(client, socket, as_bytes("later")));
    send_all(there, "later too");
    kit::run_ready(context);
    EXPECT_EQ(sockets.waiting(client, socket), 5U);
    EXPECT_EQ(held(socket), "");
    network.set_associated(true);
    EXPECT_EQ(receive(socket, 9), "later too");
    ASSERT_TRUE(until([&] { return sockets.waiting(client, socket) == 0; }));
    EXPECT_EQ(told.taken[socket], 1);
    EXPECT_EQ(receive_exactly(there, 5), "later");
}

TEST_F(SocketsTest, a_lost_address_ends_connections_and_connects) {
    const SocketId socket = connected();
    const int there = peer.accept();
    send_all(there, "kept");
    ASSERT_TRUE(until([&] { return held(socket) == "kept"; }));
    network.set_associated(false);
    const SocketId second = open();
    const auto outcome = begin_connect(second);
    network.set_lease(std::nullopt);
    EXPECT_TRUE(told.failed.empty()) << "told from inside a call";
    ASSERT_TRUE(until([&] { return outcome->has_value() && !told.failed.empty(); }));
    EXPECT_EQ((*outcome)->error(), Error::network_down);
    EXPECT_EQ(told.failed[socket], std::vector{Error::network_down});
    EXPECT_EQ(told.failed.count(second), 0U);
    EXPECT_EQ(held(socket), "kept");
}

TEST_F(SocketsTest, another_address_ends_connections_the_same_does_not) {
    const SocketId socket = connected();
    wifi::Lease renewed = lease();
    renewed.dns_servers = {Address::ipv4(10, 77, 0, 1, 53)};
    network.set_lease(renewed);
    kit::run_ready(context);
    EXPECT_TRUE(told.failed.empty());
    renewed.address = Address::ipv4(10, 77, 0, 51);
    network.set_lease(renewed);
    ASSERT_TRUE(until([&] { return !told.failed.empty(); }));
    EXPECT_EQ(told.failed[socket], std::vector{Error::network_down});
}

TEST_F(SocketsTest, the_peers_end_comes_behind_its_bytes_and_sending_goes_on) {
    const SocketId socket = connected();
    const int there = peer.accept();
    send_all(there, "last words");
    shutdown(there, SHUT_WR);
    ASSERT_TRUE(until([&] { return sockets.ended(client, socket); }));
    EXPECT_EQ(held(socket), "last words");
    ASSERT_TRUE(sockets.write(client, socket, as_bytes("still here")));
    EXPECT_EQ(receive_exactly(there, 10), "still here");
    EXPECT_TRUE(told.failed.empty());
}

TEST_F(SocketsTest, a_reset_is_told_once_and_leaves_what_came) {
    const SocketId socket = connected();
    const int there = peer.accept();
    send_all(there, "before");
    ASSERT_TRUE(until([&] { return held(socket) == "before"; }));
    peer.reset(there);
    ASSERT_TRUE(until([&] { return !told.failed.empty(); }));
    EXPECT_EQ(told.failed[socket], std::vector{Error::connection_reset});
    EXPECT_EQ(held(socket), "before");
    EXPECT_EQ(sockets.peer(client, socket).error(), Error::not_connected);
    EXPECT_EQ(sockets.shutdown(client, socket, Shutdown::send).error(), Error::not_connected);
}

TEST_F(SocketsTest, writing_to_a_peer_that_is_gone_fails_once) {
    const SocketId socket = connected();
    ASSERT_TRUE(sockets.set_receive_room(client, socket, 0)); // so that only writing can notice
    peer.reset(peer.accept());
    Result<void> wrote;
    for (int tries = 0; tries < 100 && wrote; ++tries) wrote = sockets.write(client, socket, as_bytes("x"));
    EXPECT_EQ(wrote.error(), Error::broken_pipe);
    ASSERT_TRUE(until([&] { return !told.failed.empty(); }));
    kit::run_ready(context);
    ASSERT_EQ(told.failed[socket].size(), 1U);
    const Error error = told.failed[socket].front();
    EXPECT_TRUE(error == Error::connection_reset || error == Error::broken_pipe) << to_string(error);
}

TEST_F(SocketsTest, totals_and_summaries_count) {
    const SocketId socket = connected();
    open(Protocol::tls_1_2);
    const int there = peer.accept();
    ASSERT_TRUE(sockets.write(client, socket, as_bytes("12345")));
    send_all(there, "abc");
    receive(socket, 3);
    const auto list = sockets.list(client);
    ASSERT_EQ(list.size(), 2U);
    EXPECT_EQ(list[0].socket, socket);
    EXPECT_EQ(list[0].taken, 5U);
    EXPECT_EQ(list[0].consumed, 3U);
    EXPECT_EQ(list[0].peer, server_address());
    EXPECT_EQ(list[1].protocol, Protocol::tls_1_2);
    EXPECT_EQ(sockets.totals().sockets, 2U);
    EXPECT_EQ(sockets.totals().tls_sockets, 1U);
}

} // namespace
