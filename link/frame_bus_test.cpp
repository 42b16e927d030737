// SPDX-License-Identifier: Apache-2.0
#include "link/frame_bus.h"

#include <gtest/gtest.h>

#include <array>
#include <optional>

namespace nwp::link {
namespace {

using Packet = std::array<Byte, 64>;

Packet packet_of(FrameBusEnd& end, BusPacket kind, std::size_t frame_size = 0) {
    Packet packet{};
    end.write_header(kind, frame_size, packet.data());
    return packet;
}

FrameBusEnd::Arrival hear(FrameBusEnd& end, const Packet& packet) {
    return end.on_packet(packet.data(), packet.size());
}

/// What `from` owes, to `to`; the last arrival.
FrameBusEnd::Arrival settle(FrameBusEnd& from, FrameBusEnd& to) {
    FrameBusEnd::Arrival last;
    while (const auto owed = from.owed()) last = hear(to, packet_of(from, *owed));
    return last;
}

/// Two ends that know of each other.
struct Pair {
    Pair() {
        settle(host, nwp);
        settle(nwp, host);
        settle(host, nwp);
    }
    FrameBusEnd host;
    FrameBusEnd nwp;
};

TEST(FrameBusEnd, packets_that_are_none_of_ours_are_counted_and_dropped) {
    Pair pair;
    const Packet packet = packet_of(pair.nwp, BusPacket::frame, 5);
    EXPECT_EQ(pair.host.on_packet(packet.data(), 10).frame_size, 0U) << "no whole header";
    EXPECT_EQ(pair.host.on_packet(packet.data(), 24).frame_size, 0U) << "shorter than it says";
    for (const std::size_t at : {std::size_t{12}, std::size_t{13}, std::size_t{14}}) {
        Packet other = packet;
        other[at] = 0x42;
        EXPECT_EQ(hear(pair.host, other).frame_size, 0U) << at;
    }
    EXPECT_EQ(pair.host.foreign(), 5U);
    EXPECT_EQ(hear(pair.host, packet).frame_size, 5U);
    Byte longest[kBusPacketMost + 1] = {};
    FrameBusEnd{}.write_header(BusPacket::frame, kBusFrameRoom + 1, longest);
    EXPECT_EQ(pair.host.on_packet(longest, sizeof longest).frame_size, 0U) << "no session takes so much";
}

TEST(FrameBusEnd, a_missing_frame_is_told_and_an_impossible_report_opens_nothing) {
    Pair pair;
    for (const bool lost : {false, true}) {
        EXPECT_EQ(hear(pair.host, packet_of(pair.nwp, BusPacket::frame, 1)).lost, lost);
        packet_of(pair.nwp, BusPacket::frame, 1); // gets lost
    }
    for (int i = 0; i < kBusWindow; ++i) packet_of(pair.host, BusPacket::frame, 1);
    EXPECT_FALSE(pair.host.may_send());
    Packet report = packet_of(pair.nwp, BusPacket::report);
    report[19] = 200;
    EXPECT_FALSE(hear(pair.host, report).room);
    EXPECT_FALSE(pair.host.may_send());
}

TEST(FrameBusEnd, begins_with_a_start_and_answers_the_peers_before_any_frame) {
    FrameBusEnd end;
    EXPECT_FALSE(end.may_send());
    EXPECT_EQ(end.owed(), BusPacket::start);
    packet_of(end, BusPacket::start);
    EXPECT_TRUE(end.may_send());
    FrameBusEnd peer;
    EXPECT_FALSE(hear(end, packet_of(peer, BusPacket::start)).started) << "nobody was known";
    EXPECT_FALSE(end.may_send());
    EXPECT_EQ(end.owed(), BusPacket::answer);
    packet_of(end, BusPacket::answer);
    EXPECT_TRUE(end.may_send());
    EXPECT_EQ(end.owed(), std::nullopt);
}

TEST(FrameBusEnd, frames_that_were_sent_to_the_one_before_are_dropped_and_make_no_loss) {
    Pair pair;
    for (int i = 0; i < 3; ++i) hear(pair.host, packet_of(pair.nwp, BusPacket::frame, 1));
    const Packet stale = packet_of(pair.nwp, BusPacket::frame, 1);
    FrameBusEnd host; // was switched on again
    const Packet start = packet_of(host, BusPacket::start);
    EXPECT_EQ(hear(host, stale).frame_size, 0U);
    hear(pair.nwp, start);
    settle(pair.nwp, host);
    const auto first = hear(host, packet_of(pair.nwp, BusPacket::frame, 1));
    EXPECT_EQ(first.frame_size, 1U);
    EXPECT_FALSE(first.started || first.lost);
}

TEST(FrameBusEnd, an_end_whose_start_was_lost_says_it_again_when_the_peer_goes_on_talking) {
    Pair pair;
    hear(pair.host, packet_of(pair.nwp, BusPacket::frame, 1));
    FrameBusEnd nwp;
    packet_of(nwp, BusPacket::start); // gets lost
    EXPECT_FALSE(nwp.on_empty());
    EXPECT_EQ(hear(nwp, packet_of(pair.host, BusPacket::frame, 1)).frame_size, 0U);
    EXPECT_TRUE(nwp.on_empty());
    EXPECT_TRUE(settle(nwp, pair.host).started);
    settle(pair.host, nwp);
    EXPECT_EQ(hear(nwp, packet_of(pair.host, BusPacket::frame, 1)).frame_size, 1U);
}

TEST(FrameBusEnd, a_start_said_twice_is_answered_twice_and_begins_anew_at_the_second_answer) {
    FrameBusEnd host;
    FrameBusEnd nwp;
    packet_of(nwp, BusPacket::start); // nobody was there
    hear(nwp, packet_of(host, BusPacket::start));
    const Packet answer = packet_of(nwp, BusPacket::answer);
    const Packet frame = packet_of(nwp, BusPacket::frame, 1);
    hear(nwp, packet_of(host, BusPacket::start));
    hear(host, answer);
    EXPECT_EQ(hear(host, frame).frame_size, 1U);
    EXPECT_TRUE(settle(nwp, host).started) << "what the peer had of us is gone";
    EXPECT_FALSE(hear(host, packet_of(nwp, BusPacket::frame, 1)).lost);
}

TEST(FrameBusEnd, two_that_start_at_once_lose_nothing_that_was_sent_behind_the_answer) {
    FrameBusEnd host;
    FrameBusEnd nwp;
    const Packet host_start = packet_of(host, BusPacket::start);
    const Packet hello = packet_of(host, BusPacket::frame, 1);
    const Packet nwp_start = packet_of(nwp, BusPacket::start);
    hear(nwp, host_start);
    EXPECT_EQ(hear(nwp, hello).frame_size, 1U);
    hear(host, nwp_start);
    EXPECT_FALSE(settle(host, nwp).started);
    EXPECT_FALSE(settle(nwp, host).started);
    for (int i = 0; i < 2; ++i) {
        EXPECT_FALSE(hear(nwp, packet_of(host, BusPacket::frame, 1)).lost);
        EXPECT_FALSE(hear(host, packet_of(nwp, BusPacket::frame, 1)).lost);
    }
}

TEST(FrameBusEnd, a_new_beginning_is_told_also_when_all_that_came_was_sent_before_the_answer) {
    FrameBusEnd host;
    FrameBusEnd nwp;
    const Packet host_start = packet_of(host, BusPacket::start);
    const Packet hello = packet_of(host, BusPacket::frame, 1);
    const Packet nwp_start = packet_of(nwp, BusPacket::start);
    hear(nwp, host_start);
    hear(nwp, hello);
    hear(host, nwp_start);
    settle(host, nwp);
    FrameBusEnd next;
    EXPECT_TRUE(settle(next, nwp).started);
}

} // namespace
} // namespace nwp::link
