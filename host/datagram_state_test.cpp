// SPDX-License-Identifier: Apache-2.0
#include "host/datagram_state.h"

#include <gtest/gtest.h>

namespace nwp {
namespace {

constexpr std::uint32_t kWindow = 1000;
constexpr Error kOk{};

DatagramState connected() {
    DatagramState state{kWindow};
    state.connected(true);
    return state;
}
DatagramState shut(Shutdown how) {
    DatagramState state{kWindow};
    state.shut(how);
    return state;
}

TEST(DatagramState, is_ready_as_the_kernels_sockets_are) {
    const Readiness both = ready::readable | ready::writable;
    const DatagramState state{kWindow};
    EXPECT_EQ(state.readiness(false, kWindow, true, kOk), ready::writable);
    EXPECT_EQ(state.readiness(true, kWindow, true, kOk), both);
    EXPECT_EQ(state.readiness(false, kWindow, false, kOk), Readiness{});
    EXPECT_EQ(state.readiness(false, kWindow / 2, true, kOk), ready::writable);
    EXPECT_EQ(state.readiness(false, kWindow / 2 - 1, true, kOk), Readiness{});
    EXPECT_EQ(state.readiness(false, kWindow, true, Error::connection_refused),
              ready::writable | ready::error);
    EXPECT_EQ(shut(Shutdown::receive).readiness(false, kWindow, true, kOk), both | ready::read_hang_up);
    EXPECT_EQ(shut(Shutdown::send).readiness(false, kWindow, true, kOk), ready::writable);
    EXPECT_EQ(shut(Shutdown::both).readiness(false, kWindow, true, kOk),
              both | ready::read_hang_up | ready::hang_up);
}

TEST(DatagramState, receives_what_is_whole_and_ends_only_behind_it) {
    const DatagramState state{kWindow};
    EXPECT_TRUE(state.receive(true));
    EXPECT_EQ(state.receive(false).error(), Error::would_block);
    EXPECT_TRUE(shut(Shutdown::receive).receive(true));
    EXPECT_EQ(shut(Shutdown::receive).receive(false).error(), Error::closed);
    EXPECT_EQ(shut(Shutdown::send).receive(false).error(), Error::would_block);
}

TEST(DatagramState, lets_one_thread_at_a_time_take_a_datagram) {
    DatagramState state{kWindow};
    state.receiving(true);
    EXPECT_EQ(state.receive(true).error(), Error::would_block);
    state.receiving(false);
    EXPECT_TRUE(state.receive(true));
}

TEST(DatagramState, needs_a_destination_unless_connected) {
    EXPECT_EQ(DatagramState{kWindow}.send(1, Family::unspecified, Family::ipv4).error(),
              Error::destination_required);
    EXPECT_TRUE((DatagramState{kWindow}.send(1, Family::ipv4, Family::ipv4)));
    EXPECT_TRUE(connected().send(1, Family::unspecified, Family::ipv4));
    EXPECT_TRUE(connected().send(1, Family::ipv4, Family::ipv4));
}

TEST(DatagramState, refuses_what_is_too_long_for_udp_or_for_the_window) {
    const DatagramState wide{200'000};
    EXPECT_TRUE(wide.send(65'507, Family::ipv4, Family::ipv4));
    EXPECT_EQ(wide.send(65'508, Family::ipv4, Family::ipv4).error(), Error::message_too_long);
    EXPECT_TRUE(wide.send(65'527, Family::ipv6, Family::ipv6));
    EXPECT_EQ(wide.send(65'528, Family::ipv6, Family::ipv6).error(), Error::message_too_long);
    EXPECT_TRUE((DatagramState{kWindow}.send(kWindow - 32, Family::ipv4, Family::ipv4)));
    EXPECT_EQ((DatagramState{kWindow}.send(kWindow - 31, Family::ipv4, Family::ipv4)).error(),
              Error::message_too_long);
}

TEST(DatagramState, begins_a_datagram_with_credit_for_all_of_it) {
    DatagramState state{kWindow};
    EXPECT_TRUE(state.begin(100, 132, true));
    EXPECT_EQ(state.begin(100, 131, true).error(), Error::would_block);
    EXPECT_EQ(state.begin(0, 31, true).error(), Error::would_block) << "an empty one is not free";
    EXPECT_EQ(state.begin(100, kWindow, false).error(), Error::would_block);
    state.sending(true);
    EXPECT_EQ(state.begin(100, kWindow, true).error(), Error::would_block) << "another one is on its way";
    EXPECT_EQ(state.readiness(false, kWindow, true, kOk), Readiness{});
    EXPECT_EQ(shut(Shutdown::send).begin(100, kWindow, true).error(), Error::broken_pipe);
}

TEST(DatagramState, knows_the_last_checked_route_and_the_last_sender) {
    const Address one = Address::ipv4(10, 77, 0, 9, 53);
    const Address two = Address::ipv4(10, 77, 0, 9, 54);
    const Address three = Address::ipv4(10, 77, 0, 10, 53);
    DatagramState state{kWindow};
    EXPECT_FALSE(state.knows_route(one));
    state.route_checked(one);
    state.heard(two);
    EXPECT_TRUE(state.knows_route(one));
    EXPECT_TRUE(state.knows_route(two));
    EXPECT_FALSE(state.knows_route(three));
    state.route_checked(three);
    EXPECT_FALSE(state.knows_route(one));
    state.forget_routes();
    EXPECT_FALSE(state.knows_route(two));
    EXPECT_FALSE(state.knows_route(three));
}

TEST(DatagramState, counts_what_arrives_in_parts) {
    DatagramState state{kWindow};
    EXPECT_EQ(state.arriving(), 0U);
    state.arrival_begins(9);
    state.arrived(100);
    state.arrived(50);
    EXPECT_EQ(state.arriving(), 159U);
    EXPECT_EQ(state.arriving_size(), 150U);
    state.arrival_ends();
    EXPECT_EQ(state.arriving(), 0U);
}

} // namespace
} // namespace nwp
