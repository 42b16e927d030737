// SPDX-License-Identifier: Apache-2.0
#include "tests/kit/faulty_pipe.h"

#include "tests/kit/damage.h"

#include <gtest/gtest.h>

namespace nwp::kit {
namespace {

using namespace literals;

Instant at(Duration since_start) { return Instant{} + since_start; }

std::vector<std::string> taken(link::Link& link) {
    std::vector<std::string> frames;
    for (auto frame = link.receive(); frame; frame = link.receive()) frames.push_back(to_hex(*frame));
    return frames;
}

using Frames = std::vector<std::string>;

TEST(FaultyPipe, bytes_take_their_time_and_the_latency) {
    FaultyPipe pipe{{.bytes_per_second = 1000, .latency = milliseconds(5)}};
    ASSERT_TRUE(pipe.host().send("01 02"_hex).ok());
    const auto size = static_cast<std::int64_t>(pipe.bytes_sent(End::host));
    EXPECT_EQ(size, 9); // delimiter, code, 2, CRC 4, delimiter
    pipe.advance_to(at(milliseconds(size + 4)));
    EXPECT_EQ(pipe.nwp().receive().error(), Error::would_block);
    pipe.advance_to(at(milliseconds(size + 5)));
    EXPECT_EQ(taken(pipe.nwp()), Frames{"01 02"});
}

TEST(FaultyPipe, next_event_leads_from_one_event_to_the_next) {
    FaultyPipe pipe{{.bytes_per_second = 1000, .latency = milliseconds(5)}};
    EXPECT_EQ(pipe.next_event(), Instant::never());
    ASSERT_TRUE(pipe.host().send("01 02"_hex).ok());
    int events = 0;
    while (pipe.next_event() != Instant::never()) {
        pipe.advance_to(pipe.next_event());
        ++events;
    }
    EXPECT_EQ(events, 2); // left the queue, arrived
    EXPECT_EQ(taken(pipe.nwp()), Frames{"01 02"});
}

TEST(FaultyPipe, full_queue_blocks_and_wakes_when_the_line_took_it) {
    FaultyPipe pipe{{.frame_room = 64, .bytes_per_second = 1000, .queue_bytes = 80}};
    int woken = 0;
    pipe.host().on_activity({[](void* counter) { ++*static_cast<int*>(counter); }, &woken});
    ASSERT_TRUE(pipe.host().send(Buffer(64, 1)).ok());
    EXPECT_EQ(pipe.host().send(Buffer(64, 1)).error(), Error::would_block);
    pipe.advance_to(at(milliseconds(60)));
    EXPECT_EQ(woken, 0);
    pipe.advance_to(at(milliseconds(80)));
    EXPECT_EQ(woken, 1);
    EXPECT_TRUE(pipe.host().send(Buffer(64, 1)).ok());
}

TEST(FaultyPipe, flipped_bits_cost_frames_and_never_make_wrong_ones) {
    FaultyPipe pipe{{.seed = 3, .faults = {.flip_per_byte = 1e-3}}};
    const Buffer frame(400, 0x5A);
    int arrived = 0;
    for (int i = 0; i < 2000; ++i) {
        ASSERT_TRUE(pipe.host().send(frame).ok());
        pipe.advance_to(at(milliseconds(i)));
        for (auto got = pipe.nwp().receive(); got; got = pipe.nwp().receive()) {
            EXPECT_TRUE(equal(*got, frame));
            ++arrived;
        }
    }
    // 408 bytes pass unhurt with 0.999^408 = 0.665.
    EXPECT_NEAR(arrived, 1330, 80);
    const auto counters = pipe.received(End::nwp);
    EXPECT_GT(counters.bad_check, 0U);
    EXPECT_GT(counters.bad_code, 0U);
}

TEST(FaultyPipe, frames_vanish_double_and_swap_as_often_as_asked) {
    FaultyPipe pipe{{.seed = 5, .faults = {.vanish = 0.01, .twice = 0.02, .swap = 0.03}}};
    constexpr int kFrames = 20000;
    int arrived = 0;
    int swapped = 0;
    std::uint32_t newest = 0;
    for (std::uint32_t i = 1; i <= kFrames; ++i) {
        const Buffer frame{static_cast<Byte>(i >> 16), static_cast<Byte>(i >> 8), static_cast<Byte>(i)};
        ASSERT_TRUE(pipe.host().send(frame).ok());
        pipe.advance_to(at(microseconds(i)));
        for (auto got = pipe.nwp().receive(); got; got = pipe.nwp().receive()) {
            const std::uint32_t number =
                static_cast<std::uint32_t>((*got)[0] << 16 | (*got)[1] << 8 | (*got)[2]);
            if (number < newest) ++swapped;
            newest = std::max(newest, number);
            ++arrived;
        }
    }
    EXPECT_NEAR(arrived, kFrames * 1.01, 100);
    EXPECT_NEAR(swapped, kFrames * 0.03, 80);
}

TEST(FaultyPipe, swapped_frame_without_successor_still_arrives) {
    FaultyPipe pipe{{.faults = {.swap = 1}}};
    ASSERT_TRUE(pipe.host().send("01"_hex).ok());
    pipe.advance_to(at(seconds(1)));
    EXPECT_EQ(taken(pipe.nwp()), Frames{"01"});
}

TEST(FaultyPipe, same_seed_gives_the_same_run) {
    const auto run = [](std::uint32_t seed) {
        FaultyPipe pipe{{.seed = seed, .faults = {.flip_per_byte = 1e-3, .vanish = 0.1, .swap = 0.1}}};
        Frames frames;
        for (int i = 0; i < 200; ++i) {
            EXPECT_TRUE(pipe.nwp().send(Buffer(100, static_cast<Byte>(i))).ok());
            pipe.advance_to(at(milliseconds(i)));
            for (auto& frame : taken(pipe.host())) frames.push_back(frame);
        }
        return frames;
    };
    EXPECT_EQ(run(1), run(1));
    EXPECT_NE(run(1), run(2));
}

TEST(Damage, each_kind_at_each_byte_hurts_at_most_its_frame_and_the_next) {
    for (const Damage damage : kAllDamage) {
        for (std::uint64_t offset = 0; offset < 28; ++offset) {
            FaultyPipe pipe;
            pipe.on_passage(damage_at(End::host, offset, damage));
            Frames got;
            for (const char* frame : {"01 02 03", "04 05 06", "07 08 09", "0a 0b 0c"}) {
                ASSERT_TRUE(pipe.host().send(from_hex(frame)).ok());
            }
            pipe.advance_to(at(seconds(10)));
            got = taken(pipe.nwp());
            EXPECT_GE(got.size(), 2U) << to_string(damage) << " at " << offset;
            if (damage == Damage::duplicate) {
                EXPECT_EQ(got.size(), 5U) << offset;
            }
            if (damage == Damage::reorder || damage == Damage::stall) {
                EXPECT_EQ(got.size(), 4U) << offset;
            }
        }
    }
}

TEST(Damage, stall_holds_the_line) {
    FaultyPipe pipe;
    pipe.on_passage(damage_at(End::host, 0, Damage::stall, seconds(2)));
    ASSERT_TRUE(pipe.host().send("01"_hex).ok());
    pipe.advance_to(at(milliseconds(1999)));
    EXPECT_TRUE(taken(pipe.nwp()).empty());
    pipe.advance_to(at(seconds(2)));
    EXPECT_EQ(taken(pipe.nwp()), Frames{"01"});
}

TEST(Damage, other_direction_is_untouched) {
    FaultyPipe pipe;
    pipe.on_passage(damage_at(End::host, 3, Damage::truncate));
    ASSERT_TRUE(pipe.nwp().send("01 02 03 04"_hex).ok());
    pipe.advance_to(at(seconds(1)));
    EXPECT_EQ(taken(pipe.host()).size(), 1U);
}

} // namespace
} // namespace nwp::kit
