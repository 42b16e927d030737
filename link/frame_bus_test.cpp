// SPDX-License-Identifier: Apache-2.0
#include "link/frame_bus.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>

namespace nwp::link {
namespace {

TEST(FrameBusEnd, packets_that_are_none_of_ours_are_counted_and_dropped) {
    FrameBusEnd end;
    Byte packet[64];
    FrameBusEnd{}.write_header(BusPacket::frame, 5, packet);
    EXPECT_EQ(end.on_packet(packet, 10).frame_size, 0U) << "no whole header";
    EXPECT_EQ(end.on_packet(packet, 24).frame_size, 0U) << "shorter than it says";
    for (const std::size_t at : {std::size_t{12}, std::size_t{13}, std::size_t{14}}) {
        Byte other[64];
        std::copy(std::begin(packet), std::end(packet), other);
        other[at] = 0x42;
        EXPECT_EQ(end.on_packet(other, sizeof other).frame_size, 0U) << at;
    }
    EXPECT_EQ(end.foreign(), 5U);
    EXPECT_EQ(end.on_packet(packet, sizeof packet).frame_size, 5U);
    Byte longest[kBusPacketMost + 1] = {};
    FrameBusEnd{}.write_header(BusPacket::frame, kBusFrameRoom + 1, longest);
    EXPECT_EQ(end.on_packet(longest, sizeof longest).frame_size, 0U) << "no session takes so much";
}

TEST(FrameBusEnd, a_missing_frame_is_told_and_an_impossible_report_opens_nothing) {
    FrameBusEnd end;
    FrameBusEnd peer;
    Byte packet[64] = {};
    for (const bool lost : {false, true}) {
        peer.write_header(BusPacket::frame, 1, packet);
        EXPECT_EQ(end.on_packet(packet, sizeof packet).lost, lost);
        peer.write_header(BusPacket::frame, 1, packet); // gets lost
    }
    for (int i = 0; i < kBusWindow; ++i) end.write_header(BusPacket::frame, 1, packet);
    EXPECT_FALSE(end.may_send());
    peer.write_header(BusPacket::report, 0, packet);
    packet[19] = 200;
    EXPECT_FALSE(end.on_packet(packet, sizeof packet).room);
    EXPECT_FALSE(end.may_send());
}

} // namespace
} // namespace nwp::link
