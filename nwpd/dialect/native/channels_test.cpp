// SPDX-License-Identifier: Apache-2.0
#include "nwpd/dialect/native/channels.h"

#include <gtest/gtest.h>

namespace nwp::native {
namespace {

service::SocketId socket_id(unsigned number) { return static_cast<service::SocketId>(number); }

TEST(Channels, handle_of_a_removed_socket_finds_nothing_and_is_not_its_successors) {
    Channels channels;
    const wire::SocketHandle first = channels.add(socket_id(1))->handle;
    channels.remove(first);
    const wire::SocketHandle second = channels.add(socket_id(2))->handle;
    EXPECT_NE(first, second);
    EXPECT_EQ(channels.find(first), nullptr);
    ASSERT_NE(channels.find(second), nullptr);
    EXPECT_EQ(channels.find(second)->socket, socket_id(2));
}

TEST(Channels, generation_never_makes_the_handle_none) {
    Channels channels;
    for (unsigned round = 0; round < 200; ++round) {
        const wire::SocketHandle handle = channels.add(socket_id(round + 1))->handle;
        EXPECT_NE(handle, wire::SocketHandle::none);
        channels.remove(handle);
    }
}

TEST(Channels, both_names_of_a_socket_lead_to_it) {
    Channels channels;
    const wire::SocketHandle handle = channels.add(socket_id(7))->handle;
    EXPECT_EQ(channels.find(handle), channels.find(socket_id(7)));
    EXPECT_EQ(channels.find(socket_id(8)), nullptr);
    EXPECT_EQ(channels.size(), 1U);
}

TEST(Channels, all_places_can_be_taken_and_no_more) {
    Channels channels;
    for (unsigned i = 0; i < Channels::kPlaces; ++i) ASSERT_NE(channels.add(socket_id(i + 1)), nullptr);
    EXPECT_EQ(channels.add(socket_id(5000)), nullptr);
    EXPECT_EQ(channels.size(), Channels::kPlaces);
}

} // namespace
} // namespace nwp::native
