// SPDX-License-Identifier: Apache-2.0
// What every Link promises (link/link.h), once for all of them. A Medium gives two ends and moves what is
// between:
//
//   link::Link& end(End);
//   void turn();             // lets the medium work: to its next event, or for a moment
#pragma once

#include "tests/kit/hex.h"
#include "tests/kit/link_pair.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <deque>

namespace nwp::contract {

using kit::Buffer;
using kit::End;

/// Bytes with many zeros in them, different for each number.
inline Buffer numbered_frame(std::size_t size, std::size_t number) {
    Buffer frame(size);
    for (std::size_t i = 0; i < size; ++i) {
        frame[i] = (i + number) % 7 == 0 ? Byte{0} : static_cast<Byte>(i * 31 + number * 17);
    }
    return frame;
}

/// Counts calls of an activity callback, from whatever thread.
class Bell {
public:
    Callback<void()> callback() { return Callback<void()>::to<&Bell::ring>(*this); }
    int rings() const { return rings_; }

private:
    void ring() { ++rings_; }
    std::atomic<int> rings_{0};
};

template <typename Medium>
class LinkContract : public testing::Test {
protected:
    link::Link& end(End which) { return medium_.end(which); }

    /// False after ten seconds.
    template <typename Condition>
    bool until(Condition condition) {
        const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(10);
        while (!condition()) {
            if (std::chrono::steady_clock::now() > give_up) return false;
            medium_.turn();
        }
        return true;
    }

    void send(End from, const Buffer& frame) {
        Result<void> sent = Error::would_block;
        ASSERT_TRUE(until([&] { return (sent = end(from).send(frame)).error() != Error::would_block; }));
        ASSERT_TRUE(sent.ok()) << to_string(sent.error());
    }

    /// The next frame; empty when there was an error or nothing came.
    Buffer receive(End at) {
        Buffer frame;
        until([&] {
            const auto got = end(at).receive();
            if (got) frame = kit::copied(*got);
            return got.error() != Error::would_block;
        });
        return frame;
    }

    /// Waits for anything but would_block.
    Error next_error(End at) {
        Error error{};
        until([&] { return (error = end(at).receive().error()) != Error::would_block; });
        return error;
    }

    /// Both ends know each other.
    void meet() {
        for (const End from : {End::host, End::nwp}) {
            send(from, numbered_frame(8, 1));
            ASSERT_EQ(receive(kit::other(from)), numbered_frame(8, 1));
        }
    }

    Medium medium_;
};

constexpr End kEnds[] = {End::host, End::nwp};

TYPED_TEST_SUITE_P(LinkContract);

TYPED_TEST_P(LinkContract, frame_room_is_within_its_limits_and_the_same_at_both_ends) {
    EXPECT_GE(this->end(End::host).frame_room(), link::kFrameRoomLeast);
    EXPECT_LE(this->end(End::host).frame_room(), link::kFrameRoomMost);
    EXPECT_EQ(this->end(End::host).frame_room(), this->end(End::nwp).frame_room());
}

TYPED_TEST_P(LinkContract, checks_its_frames) { EXPECT_TRUE(this->end(End::host).checked()); }

TYPED_TEST_P(LinkContract, silence_is_would_block) {
    for (int i = 0; i < 5; ++i) this->medium_.turn();
    for (const End at : kEnds) EXPECT_EQ(this->end(at).receive().error(), Error::would_block);
}

TYPED_TEST_P(LinkContract, smallest_and_largest_frame_arrive) {
    for (const End from : kEnds) {
        for (const std::size_t size : {std::size_t{1}, this->end(from).frame_room()}) {
            const Buffer frame = numbered_frame(size, 3);
            this->send(from, frame);
            EXPECT_EQ(this->receive(kit::other(from)), frame) << size;
        }
    }
}

TYPED_TEST_P(LinkContract, longer_and_empty_frames_are_refused) {
    for (const End from : kEnds) {
        const Buffer frame(this->end(from).frame_room() + 1);
        EXPECT_EQ(this->end(from).send(frame).error(), Error::message_too_long);
        EXPECT_EQ(this->end(from).send({}).error(), Error::message_too_long);
    }
}

TYPED_TEST_P(LinkContract, frames_arrive_whole_and_in_order_both_ways_at_once) {
    constexpr unsigned kFrames = 200;
    unsigned sent[2] = {};
    unsigned arrived[2] = {}; // by sender
    const auto frame = [](std::size_t number) { return numbered_frame(1 + number * 5 % 61, number); };
    const bool done = this->until([&] {
        for (const End from : kEnds) {
            const auto i = kit::index(from);
            while (sent[i] < kFrames && this->end(from).send(frame(sent[i])).ok()) ++sent[i];
            for (auto got = this->end(kit::other(from)).receive(); got;
                 got = this->end(kit::other(from)).receive()) {
                EXPECT_EQ(kit::copied(*got), frame(arrived[i])) << arrived[i];
                ++arrived[i];
            }
        }
        return arrived[0] >= kFrames && arrived[1] >= kFrames;
    });
    EXPECT_TRUE(done) << arrived[0] << " and " << arrived[1];
}

TYPED_TEST_P(LinkContract, arrival_wakes_the_receiver) {
    for (const End from : kEnds) {
        Bell bell;
        this->end(kit::other(from)).on_activity(bell.callback());
        this->send(from, numbered_frame(8, 1));
        EXPECT_TRUE(this->until([&] { return bell.rings() > 0; }));
        EXPECT_EQ(this->receive(kit::other(from)), numbered_frame(8, 1));
        this->end(kit::other(from)).on_activity({});
    }
}

TYPED_TEST_P(LinkContract, empty_callback_ends_the_waking) {
    Bell bell;
    this->end(End::nwp).on_activity(bell.callback());
    this->end(End::nwp).on_activity({});
    this->send(End::host, numbered_frame(8, 1));
    EXPECT_EQ(this->receive(End::nwp), numbered_frame(8, 1));
    EXPECT_EQ(bell.rings(), 0);
}

TYPED_TEST_P(LinkContract, full_link_would_block_wakes_and_loses_nothing) {
    const End from = End::host;
    const Buffer frame = numbered_frame(this->end(from).frame_room(), 5);
    std::size_t sent = 0;
    Result<void> last;
    while ((last = this->end(from).send(frame)).ok()) ASSERT_LT(++sent, 20000U) << "never full";
    ASSERT_EQ(last.error(), Error::would_block);
    Bell bell;
    this->end(from).on_activity(bell.callback());
    std::size_t arrived = 0;
    EXPECT_TRUE(this->until([&] {
        for (auto got = this->end(End::nwp).receive(); got; got = this->end(End::nwp).receive()) {
            EXPECT_EQ(kit::copied(*got), frame);
            ++arrived;
        }
        return arrived == sent;
    })) << arrived
        << " of " << sent;
    EXPECT_TRUE(this->until([&] { return bell.rings() > 0; }));
    this->send(from, frame);
    EXPECT_EQ(this->receive(End::nwp), frame);
    this->end(from).on_activity({});
}

TYPED_TEST_P(LinkContract, received_view_stays_while_the_next_frame_comes) {
    this->send(End::host, numbered_frame(20, 1));
    Result<ByteView> first = Error::would_block;
    ASSERT_TRUE(this->until([&] { return (first = this->end(End::nwp).receive()).ok(); }));
    this->send(End::host, numbered_frame(20, 2));
    for (int i = 0; i < 5; ++i) this->medium_.turn();
    EXPECT_EQ(kit::copied(*first), numbered_frame(20, 1));
    EXPECT_EQ(this->receive(End::nwp), numbered_frame(20, 2));
}

REGISTER_TYPED_TEST_SUITE_P(LinkContract, frame_room_is_within_its_limits_and_the_same_at_both_ends,
                            checks_its_frames, silence_is_would_block, smallest_and_largest_frame_arrive,
                            longer_and_empty_frames_are_refused,
                            frames_arrive_whole_and_in_order_both_ways_at_once, arrival_wakes_the_receiver,
                            empty_callback_ends_the_waking, full_link_would_block_wakes_and_loses_nothing,
                            received_view_stays_while_the_next_frame_comes);

/// For a Medium on which noise can come. It also has: void put_garbage(End to), noise towards that end.
template <typename Medium>
class NoisyLinkContract : public LinkContract<Medium> {};
TYPED_TEST_SUITE_P(NoisyLinkContract);

TYPED_TEST_P(NoisyLinkContract, recovers_after_garbage) {
    for (const End to : kEnds) {
        this->meet();
        this->medium_.put_garbage(to);
        this->send(kit::other(to), numbered_frame(30, 1)); // may fall to the garbage
        for (int i = 0; i < 5; ++i) {
            this->medium_.turn();
            const auto got = this->end(to).receive();
            EXPECT_TRUE(!got || kit::copied(*got) == numbered_frame(30, 1));
        }
        this->send(kit::other(to), numbered_frame(30, 2));
        Buffer got = this->receive(to);
        if (got == numbered_frame(30, 1)) got = this->receive(to);
        EXPECT_EQ(got, numbered_frame(30, 2));
    }
}

REGISTER_TYPED_TEST_SUITE_P(NoisyLinkContract, recovers_after_garbage);

/// For a Medium that sees whether a peer is there. It also has: void take_away(End), for ever.
template <typename Medium>
class AttentiveLinkContract : public LinkContract<Medium> {};
TYPED_TEST_SUITE_P(AttentiveLinkContract);

TYPED_TEST_P(AttentiveLinkContract, absent_peer_is_link_down) {
    this->meet();
    Bell bell;
    this->end(End::host).on_activity(bell.callback());
    this->medium_.take_away(End::nwp);
    EXPECT_TRUE(this->until([&] { return bell.rings() > 0; }));
    EXPECT_EQ(this->next_error(End::host), Error::link_down);
    EXPECT_EQ(this->end(End::host).send(numbered_frame(8, 1)).error(), Error::link_down);
    EXPECT_EQ(this->end(End::host).receive().error(), Error::link_down);
    this->end(End::host).on_activity({});
}

REGISTER_TYPED_TEST_SUITE_P(AttentiveLinkContract, absent_peer_is_link_down);

/// For a Medium that tells a reset. It also has: void restart(End), as if that end had been reset.
template <typename Medium>
class ResetLinkContract : public LinkContract<Medium> {};
TYPED_TEST_SUITE_P(ResetLinkContract);

TYPED_TEST_P(ResetLinkContract, reset_of_the_peer_is_told_once) {
    for (const End end : kEnds) {
        this->meet();
        for (int i = 0; i < 5; ++i) this->medium_.turn();
        this->medium_.restart(end);
        EXPECT_EQ(this->next_error(kit::other(end)), Error::link_reset);
        for (int i = 0; i < 5; ++i) this->medium_.turn();
        EXPECT_EQ(this->end(kit::other(end)).receive().error(), Error::would_block);
        this->meet();
    }
}

REGISTER_TYPED_TEST_SUITE_P(ResetLinkContract, reset_of_the_peer_is_told_once);

} // namespace nwp::contract
