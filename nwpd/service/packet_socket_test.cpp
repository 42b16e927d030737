// SPDX-License-Identifier: Apache-2.0
#include "nwpd/service/packet_socket.h"

#include "nwpd/service/test_world.h"
#include "tests/kit/tap_network.h"

using namespace nwp;
using namespace nwp::service;
using namespace nwp::service::test;

namespace {

constexpr std::string_view kBroadcast = "\xFF\xFF\xFF\xFF\xFF\xFF";

ClientPolicy policy_with(const std::string& interface) {
    ClientPolicy policy;
    policy.packets = interface;
    return policy;
}

class PacketSocketTest : public World {
protected:
    void SetUp() override {
        if (const auto refused = kit::TapNetwork::enter()) GTEST_SKIP() << *refused;
        tap.emplace("nwp0");
    }
    void TearDown() override { sockets.close_all(granted); }

    Result<SocketId> open_packets(Client& by) {
        return sockets.open(by, Family::packet, SocketType::datagram, Protocol::any);
    }
    SocketId opened() {
        const auto socket = open_packets(granted);
        EXPECT_TRUE(socket) << to_string(socket.error());
        return socket ? *socket : SocketId::none;
    }
    std::string own_address(SocketId socket) {
        const auto address = sockets.get_option(granted, socket, SocketOption::hardware_address);
        EXPECT_TRUE(address);
        return address ? std::string(address->begin(), address->end()) : std::string{};
    }
    std::string to_machine(SocketId socket, std::string_view content) {
        return kit::frame_of(tap->hardware_address(), own_address(socket), content);
    }
    std::string to_host(SocketId socket, std::string_view content) {
        return kit::frame_of(own_address(socket), tap->hardware_address(), content);
    }
    Error send(SocketId socket, std::string_view frame, const Address& to = {}) {
        return sockets.send_datagram(granted, socket, as_bytes(frame), to).error();
    }
    Error problem(SocketId socket) {
        EXPECT_TRUE(until([&] { return !told.problems[socket].empty(); }));
        if (told.problems[socket].empty()) return Error{};
        const Error first = told.problems[socket].front();
        told.problems.clear();
        return first;
    }

    std::optional<kit::TapNetwork> tap;
    Client granted{policy_with("nwp0"), told};
};

TEST_F(PacketSocketTest, carries_frames_both_ways_whole) {
    const SocketId socket = opened();
    const std::string sent = to_machine(socket, pattern(1500));
    ASSERT_EQ(send(socket, sent), Error{});
    EXPECT_EQ(tap->receive(), sent);
    const std::string came = to_host(socket, pattern(1499));
    tap->send(came);
    tap->send(to_host(socket, ""));
    EXPECT_EQ(receive_datagram(granted, socket), came);
    EXPECT_EQ(receive_datagram(granted, socket), to_host(socket, ""));
    EXPECT_GT(told.readable[socket], 0);
}

TEST_F(PacketSocketTest, is_refused_where_the_policy_names_no_interface) {
    EXPECT_EQ(open_packets(client).error(), Error::not_permitted);
    EXPECT_TRUE(sockets.list(client).empty());
}

TEST_F(PacketSocketTest, says_when_there_is_no_such_interface_or_it_is_no_tap) {
    Client wrong{policy_with("nwp7"), other_told};
    EXPECT_EQ(open_packets(wrong).error(), Error::no_device);
    Client loopback{policy_with("lo"), other_told};
    EXPECT_EQ(open_packets(loopback).error(), Error::invalid_argument);
}

TEST_F(PacketSocketTest, is_the_only_one_on_its_wire_until_it_is_closed) {
    const SocketId socket = opened();
    EXPECT_EQ(open_packets(granted).error(), Error::address_in_use);
    bool closed = false;
    sockets.close(granted, socket, -1, [&](Result<void>) { closed = true; });
    EXPECT_TRUE(open_packets(granted));
    EXPECT_TRUE(until([&] { return closed; }));
    sockets.close_all(granted);
    EXPECT_TRUE(open_packets(granted)) << "the host went";
}

TEST_F(PacketSocketTest, knows_no_other_type_and_no_protocol) {
    const auto open = [&](SocketType type, Protocol protocol) {
        return sockets.open(granted, Family::packet, type, protocol).error();
    };
    EXPECT_EQ(open(SocketType::stream, Protocol::any), Error::socket_type_not_supported);
    EXPECT_EQ(open(SocketType::raw, Protocol::any), Error::socket_type_not_supported);
    EXPECT_EQ(open(SocketType::datagram, Protocol::dtls_1_2), Error::protocol_not_supported);
}

TEST_F(PacketSocketTest, tells_mtu_and_an_address_that_is_not_the_machines) {
    const SocketId socket = opened();
    tap->set_mtu(1400);
    EXPECT_EQ(*sockets.get_option(granted, socket, SocketOption::mtu), (std::vector<Byte>{0x78, 5, 0, 0}));
    const std::string address = own_address(socket);
    ASSERT_EQ(address.size(), 6U);
    EXPECT_NE(address, tap->hardware_address());
    EXPECT_EQ(address[0] & 3, 2) << "locally administered, of one station";
    EXPECT_EQ(sockets.get_option(granted, socket, SocketOption::no_delay).error(), Error::no_protocol_option);
    EXPECT_EQ(sockets.set_option(granted, socket, SocketOption::mtu, Bytes{}).error(),
              Error::no_protocol_option);
}

TEST_F(PacketSocketTest, tells_of_frames_that_are_too_long_or_too_short_and_lives_on) {
    const SocketId socket = opened();
    ASSERT_EQ(send(socket, to_machine(socket, pattern(1505))), Error{});
    EXPECT_EQ(problem(socket), Error::message_too_long);
    ASSERT_EQ(send(socket, to_machine(socket, "").substr(0, 13)), Error{});
    EXPECT_EQ(problem(socket), Error::invalid_argument);
    ASSERT_EQ(send(socket, to_machine(socket, "x"), Address::ipv4(10, 77, 0, 9, 80)), Error{});
    EXPECT_EQ(problem(socket), Error::family_not_supported) << "a frame says itself where it goes";
    const std::string longest = to_machine(socket, pattern(1504));
    ASSERT_EQ(send(socket, longest), Error{}) << "with a tag of IEEE 802.1Q";
    EXPECT_EQ(tap->receive(), longest);
}

TEST_F(PacketSocketTest, drops_and_counts_what_a_host_does_not_take) {
    const SocketId socket = opened();
    ASSERT_TRUE(sockets.set_option(granted, socket, SocketOption::receive_buffer, option_bytes(4000)));
    const std::uint64_t before = sockets.totals().datagrams_dropped;
    for (int i = 0; i < 100; ++i) tap->send(to_host(socket, pattern(1000)));
    EXPECT_TRUE(until([&] { return sockets.totals().datagrams_dropped == before + 97; }));
    for (int i = 0; i < 3; ++i) EXPECT_EQ(receive_datagram(granted, socket).size(), 1014U);
    EXPECT_EQ(sockets.datagram(granted, socket).error(), Error::would_block);
    tap->send(to_host(socket, "again"));
    EXPECT_EQ(receive_datagram(granted, socket), to_host(socket, "again"));
}

TEST_F(PacketSocketTest, passes_nothing_while_we_are_not_on_the_network) {
    const SocketId socket = opened();
    for (const bool access_point_there : {false, true}) {
        access_point_there ? network.set_lease(std::nullopt) : network.set_associated(false);
        ASSERT_EQ(send(socket, to_machine(socket, "lost")), Error{});
        const std::uint64_t taken = sockets.list_all().front().bytes_in;
        tap->send(kit::frame_of(kBroadcast, tap->hardware_address(), "lost"));
        kit::run_ready(context);
        network.set_associated(true);
        network.set_lease(lease());
        EXPECT_EQ(sockets.list_all().front().bytes_in, taken);
    }
    EXPECT_FALSE(tap->has_frame());
    EXPECT_EQ(sockets.datagram(granted, socket).error(), Error::would_block);
    const std::string frame = to_machine(socket, "after");
    ASSERT_EQ(send(socket, frame), Error{});
    EXPECT_EQ(tap->receive(), frame);
}

TEST_F(PacketSocketTest, says_when_its_interface_is_down_or_gone) {
    const SocketId socket = opened();
    const std::string frame = to_machine(socket, "x");
    tap->set_up(false);
    ASSERT_EQ(send(socket, frame), Error{});
    EXPECT_EQ(problem(socket), Error::network_down);
    tap->set_up(true);
    ASSERT_EQ(send(socket, frame), Error{});
    EXPECT_EQ(tap->receive(), frame);
    tap->remove();
    EXPECT_TRUE(until([&] { return !told.failed[socket].empty(); }));
    EXPECT_EQ(told.failed[socket], std::vector<Error>{Error::no_device});
    ASSERT_EQ(send(socket, frame), Error{});
    EXPECT_EQ(problem(socket), Error::no_device);
}

TEST_F(PacketSocketTest, is_no_internet_socket) {
    const SocketId socket = opened();
    const Address somewhere = Address::ipv4(10, 77, 0, 9, 80);
    EXPECT_EQ(sockets.bind(granted, socket, somewhere).error(), Error::operation_not_supported);
    EXPECT_EQ(connect(granted, socket, somewhere).error(), Error::operation_not_supported);
    EXPECT_EQ(sockets.check_route(granted, socket, somewhere).error(), Error::family_not_supported);
    EXPECT_EQ(sockets.shutdown(granted, socket, Shutdown::both).error(), Error::operation_not_supported);
    EXPECT_EQ(sockets.peer(granted, socket).error(), Error::not_connected);
    EXPECT_EQ(sockets.received(granted, socket).error(), Error::operation_not_supported);
}

} // namespace
