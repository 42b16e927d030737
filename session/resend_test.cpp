// SPDX-License-Identifier: Apache-2.0
// Links that lose, double and swap frames.
#include "session/pair_test.h"
#include "tests/kit/damage.h"
#include "tests/kit/faulty_pipe.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace nwp::session {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

kit::FaultyPipeSettings line() {
    kit::FaultyPipeSettings settings;
    settings.bytes_per_second = 92160;
    settings.latency = milliseconds(2);
    return settings;
}

/// Frames for which `loses` is true vanish; told apart by how many of `from` came before.
kit::Mutator losing(kit::End from, std::function<bool(std::uint64_t frame)> loses) {
    return [from, loses](kit::Passage& passage) {
        if (passage.from == from && loses(passage.frame)) passage.bytes.clear();
    };
}

template <typename P>
void send_numbered(P& pair, unsigned count) {
    unsigned sent = 0;
    const auto more = [&] {
        while (sent < count) {
            const Byte content[100] = {static_cast<Byte>(sent), static_cast<Byte>(sent >> 8)};
            if (!pair.host.send_data(1, content, ++sent == count)) {
                --sent;
                return;
            }
        }
    };
    pair.nwp_heard.when_room = nullptr;
    pair.host_heard.when_room = more;
    more();
    ASSERT_TRUE(pair.run_until([&] { return pair.nwp_heard.ends == 1; }));
    ASSERT_EQ(pair.nwp_heard.data.size(), count * 100U);
    for (unsigned i = 0; i < count; ++i) {
        ASSERT_EQ(pair.nwp_heard.data[i * 100U], static_cast<Byte>(i));
        ASSERT_EQ(pair.nwp_heard.data[i * 100U + 1], static_cast<Byte>(i >> 8));
    }
}

TEST(Resend, one_lost_frame_is_sent_once_more_and_nothing_else) {
    for (const std::uint64_t lost : {1U, 2U, 10U, 37U}) {
        kit::FaultyPipe pipe{line()};
        Pair pair{pipe};
        ASSERT_TRUE(pair.open());
        pipe.on_passage(losing(kit::End::host, [=](std::uint64_t frame) { return frame == lost; }));
        send_numbered(pair, 60);
        EXPECT_EQ(pair.host.counters().resent, 1U) << lost;
        EXPECT_EQ(pair.nwp.counters().doubled, 0U) << lost;
    }
}

TEST(Resend, lost_frame_lost_again_is_sent_a_third_time) {
    kit::FaultyPipe pipe{line()};
    Pair pair{pipe};
    ASSERT_TRUE(pair.open());
    int seen = 0;
    pipe.on_passage([&](kit::Passage& passage) {
        // The frame that holds the sixth bytes: sequence number 5.
        const bool is_it =
            passage.from == kit::End::host && passage.bytes.size() > 100 && passage.bytes[5] == 5;
        if (is_it && ++seen <= 2) passage.bytes.clear();
    });
    send_numbered(pair, 60);
    EXPECT_EQ(pair.host.counters().resent, 2U);
}

TEST(Resend, lost_last_frame_is_found_by_the_timer) {
    kit::FaultyPipe pipe{line()};
    Pair pair{pipe};
    ASSERT_TRUE(pair.open());
    pipe.on_passage(losing(kit::End::host, [](std::uint64_t frame) { return frame == 1; }));
    const Instant begin = pair.now();
    ASSERT_TRUE(pair.host.send_cancel(1));
    ASSERT_TRUE(pair.run_until([&] { return !pair.nwp_heard.cancels.empty(); }));
    EXPECT_LE(pair.now() - begin, milliseconds(100));
    EXPECT_EQ(pair.host.counters().resent, 1U);
}

TEST(Resend, lost_acknowledgements_cost_little) {
    kit::FaultyPipe pipe{line()};
    Pair pair{pipe};
    ASSERT_TRUE(pair.open());
    pipe.on_passage(losing(kit::End::nwp, [](std::uint64_t frame) { return frame % 3 == 0; }));
    send_numbered(pair, 600);
    EXPECT_LE(pair.host.counters().resent, 6U);
}

TEST(Resend, neighbours_that_change_places_cost_nothing) {
    auto settings = line();
    settings.faults.swap = 0.2;
    kit::FaultyPipe pipe{settings};
    Pair pair{pipe};
    ASSERT_TRUE(pair.open());
    send_numbered(pair, 1000);
    EXPECT_EQ(pair.host.counters().resent, 0U);
}

TEST(Resend, doubled_frames_are_dropped_and_counted) {
    auto settings = line();
    settings.faults.twice = 1;
    kit::FaultyPipe pipe{settings};
    Pair pair{pipe};
    ASSERT_TRUE(pair.open());
    send_numbered(pair, 200);
    EXPECT_EQ(pair.nwp.counters().doubled, 200U);
    EXPECT_EQ(pair.host.counters().resent, 0U);
}

TEST(Resend, receiver_that_keeps_nothing_early_gets_everything_all_the_same) {
    auto settings = line();
    settings.faults.vanish = 0.05;
    kit::FaultyPipe pipe{settings};
    Pair<512, 16, 0> pair{pipe};
    ASSERT_TRUE(pair.open());
    send_numbered(pair, 500);
}

TEST(Resend, receiver_that_keeps_nothing_early_tells_of_a_gap_so_that_no_timer_need_end) {
    for (const std::uint64_t lost : {2U, 10U, 37U}) {
        kit::FaultyPipe pipe{line()};
        Pair<512, 16, 0> pair{pipe};
        ASSERT_TRUE(pair.open());
        const Instant begin = pair.now();
        send_numbered(pair, 60);
        const Duration undisturbed = pair.now() - begin;
        pair.nwp_heard.ends = 0;
        pair.nwp_heard.data.clear();

        const auto resent = pair.host.counters().resent;
        std::uint64_t seen = 0;
        pipe.on_passage(losing(kit::End::host, [&](std::uint64_t) { return ++seen == lost; }));
        const Instant again = pair.now();
        send_numbered(pair, 60);
        // A round trip and the window that was dropped; the first timer would end after 20 ms at least.
        EXPECT_LE(pair.now() - again, undisturbed + milliseconds(18)) << lost;
        EXPECT_GE(pair.host.counters().resent, resent + 1) << lost;
        EXPECT_LE(pair.host.counters().resent, resent + 8) << lost;
    }
}

TEST(Resend, receiver_that_keeps_few_early_frames_gets_everything) {
    auto settings = line();
    settings.faults.vanish = 0.1;
    settings.faults.swap = 0.05;
    kit::FaultyPipe pipe{settings};
    Pair<512, 4, 2> pair{pipe};
    ASSERT_TRUE(pair.open());
    send_numbered(pair, 500);
}

TEST(Resend, acknowledges_every_second_frame_or_after_twenty_milliseconds) {
    kit::FaultyPipe pipe{line()};
    Pair pair{pipe};
    ASSERT_TRUE(pair.open());
    send_numbered(pair, 200);
    EXPECT_GE(pair.nwp.counters().acks_out, 80U);
    EXPECT_LE(pair.nwp.counters().acks_out, 105U);
    const auto before = pair.nwp.counters().acks_out;
    ASSERT_TRUE(pair.host.send_cancel(1));
    const Instant begin = pair.now();
    ASSERT_TRUE(pair.run_until([&] { return pair.nwp.counters().acks_out == before + 1; }));
    EXPECT_GE(pair.now() - begin, milliseconds(20));
    EXPECT_LE(pair.now() - begin, milliseconds(23));
}

TEST(Resend, acknowledgements_travel_with_what_goes_out_anyway) {
    kit::FaultyPipe pipe{line()};
    Pair pair{pipe};
    ASSERT_TRUE(pair.open());
    for (int i = 0; i < 50; ++i) {
        ASSERT_TRUE(pair.host.send_cancel(1));
        pair.host.flush(pair.now());
        const auto before = pair.nwp_heard.cancels.size();
        ASSERT_TRUE(pair.run_until([&] { return pair.nwp_heard.cancels.size() > before; }));
        ASSERT_TRUE(pair.nwp.send_credit(1, 1));
        const auto credits = pair.host_heard.credits.size();
        ASSERT_TRUE(pair.run_until([&] { return pair.host_heard.credits.size() > credits; }));
    }
    EXPECT_EQ(pair.nwp.counters().acks_out, 0U);
}

TEST(Resend, line_that_stands_still_costs_at_most_a_window_and_no_session) {
    kit::FaultyPipe pipe{line()};
    Pair pair{pipe};
    ASSERT_TRUE(pair.open());
    pipe.on_passage(kit::damage_at(kit::End::host, 3000, kit::Damage::stall, milliseconds(2500)));
    send_numbered(pair, 200);
    EXPECT_LE(pair.host.counters().resent, 16U + 8U);
    EXPECT_THAT(pair.host_heard.closed, IsEmpty());
}

TEST(Resend, nothing_is_sent_twice_while_nothing_is_wrong) {
    for (const std::uint64_t rate : {960U, 11520U, 92160U, 0U}) {
        auto settings = line();
        settings.bytes_per_second = rate;
        kit::FaultyPipe pipe{settings};
        Pair pair{pipe};
        ASSERT_TRUE(pair.open());
        send_numbered(pair, 100);
        EXPECT_EQ(pair.host.counters().resent, 0U) << rate;
        EXPECT_EQ(pair.nwp.counters().doubled, 0U) << rate;
    }
}

TEST(Resend, messages_in_parts_survive_every_fault) {
    kit::FaultyPipeSettings settings = line();
    settings.frame_room = 64;
    settings.faults = {.flip_per_byte = 1e-3, .vanish = 0.05, .twice = 0.05, .swap = 0.05};
    for (std::uint32_t seed = 1; seed <= 10; ++seed) {
        settings.seed = seed;
        kit::FaultyPipe pipe{settings};
        Pair<64, 16, 15> pair{pipe};
        ASSERT_TRUE(pair.open());
        for (unsigned i = 0; i < 50; ++i) {
            const kit::Buffer content(10 * i, static_cast<Byte>(i));
            const auto send = [&] {
                return pair.host.send_request(static_cast<std::uint16_t>(i), 1, wire::Echo{content}).ok();
            };
            ASSERT_TRUE(pair.run_until(send));
            ASSERT_TRUE(pair.run_until([&] { return pair.nwp_heard.messages.size() == i + 1; }));
            const auto echo = wire::decode<wire::Echo>(pair.nwp_heard.messages[i].body);
            ASSERT_TRUE(echo && equal(echo->content, content));
            ASSERT_EQ(pair.nwp_heard.messages[i].request, i);
        }
    }
}

} // namespace
} // namespace nwp::session
