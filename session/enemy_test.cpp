// SPDX-License-Identifier: Apache-2.0
// Peers that break the protocol: the session ends with a count, never with more.
#include "session/pair_test.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace nwp::session {
namespace {

using kit::literals::operator""_hex;
using testing::ElementsAre;
using testing::IsEmpty;

/// An NWP with a session of epoch 1, and an enemy at the other end.
class Enemy : public testing::TestWithParam<bool> {
protected:
    Enemy() : link_(GetParam()), nwp_(Role::nwp, link_, heard_, storage_.storage()) {
        say("0100000000000000 0100 4e575031 0100 01000000 00000000 0002 1000 00"
            "00000000000000000000000000000000"_hex);
        EXPECT_TRUE(nwp_.is_open());
        link_.take();
    }
    void say(const kit::Buffer& frame) {
        link_.coming.push_back(frame);
        nwp_.service(now_);
    }
    void expect_broken_off() {
        EXPECT_THAT(heard_.closed, ElementsAre(Error::protocol_error));
        EXPECT_EQ(nwp_.counters().protocol_errors, 1U);
        EXPECT_FALSE(nwp_.is_open());
    }

    Instant now_{1000000};
    ScriptedLink link_;
    Recorder heard_;
    SessionStorage<512, 8, 7> storage_;
    Session nwp_;
};
INSTANTIATE_TEST_SUITE_P(Both, Enemy, testing::Bool(),
                         [](const auto& which) { return which.param ? "reliable" : "lossy"; });

TEST_P(Enemy, overruns_the_assembly) {
    kit::Buffer part = "14 01 0100 0000 0000"_hex;
    part.resize(8 + 200);
    for (unsigned i = 0; i < 3; ++i) {
        part[4] = static_cast<Byte>(i);
        say(part);
    }
    expect_broken_off();
    EXPECT_THAT(heard_.messages, IsEmpty());
}

TEST_P(Enemy, says_more_than_a_message_in_one_frame) {
    kit::Buffer frame = "14 00 0100 0000 0000"_hex;
    frame.resize(8 + 513);
    say(frame);
    expect_broken_off();
}

TEST_P(Enemy, mixes_parts_of_two_messages) {
    say("14 01 0100 0000 0000 1000"_hex);
    say("14 00 0200 0100 0000 1000"_hex);
    expect_broken_off();
}

TEST_P(Enemy, puts_data_between_parts) {
    say("14 01 0100 0000 0000 1000"_hex);
    say("19 00 0200 0100 0000 1000"_hex);
    expect_broken_off();
}

TEST_P(Enemy, speaks_as_the_other_side_does) {
    say("17 00 0000 0000 0000 0705 0000 00000000"_hex);
    expect_broken_off();
}

TEST_P(Enemy, sends_a_request_without_a_deadline) {
    say("14 00 0100 0000 0000 1200 0000"_hex);
    expect_broken_off();
}

TEST_P(Enemy, sends_credit_cut_short) {
    say("1b 00 0100 0000 0000 0102 03"_hex);
    expect_broken_off();
}

TEST_P(Enemy, puts_a_datagram_between_the_parts_of_a_message) {
    say("14 01 0100 0000 0000 0001 88130000"_hex);
    say("1a 00 0100 0100 0000 0102 03"_hex);
    expect_broken_off();
}

TEST_P(Enemy, speaks_of_another_session) {
    say("24 00 0100 0000 0000 0001 88130000"_hex);
    EXPECT_TRUE(nwp_.is_open());
    EXPECT_EQ(nwp_.counters().stray, 1U);
    EXPECT_THAT(heard_.messages, IsEmpty());
}

TEST_P(Enemy, acknowledges_what_was_never_sent) {
    ASSERT_TRUE(nwp_.send_event(wire::Done{}));
    say("12 00 0000 0000 ff7f ffffffffffffffffffffffffffffffffffffffffffffffff"_hex);
    say("12 00 0000 0000 0000 ffffffffffffffffffffffffffffffffffffffffffffffff"_hex);
    nwp_.service(now_);
    EXPECT_TRUE(nwp_.is_open());
    EXPECT_EQ(nwp_.in_flight(), GetParam() ? 0U : 1U);
}

TEST_P(Enemy, leaves_a_gap) {
    say("14 00 0100 0100 0000 0001 88130000"_hex);
    if (GetParam()) {
        expect_broken_off(); // no frame is lost on such a link
    } else {
        EXPECT_TRUE(nwp_.is_open());
        // At once: 0 is wanted, 1 is here.
        EXPECT_THAT(link_.take(), ElementsAre("12 00 0000 0000 0000 01"_hex));
    }
}

TEST_P(Enemy, probes_and_gets_an_answer) {
    say("13 04 0000 0000 0000"_hex);
    EXPECT_THAT(link_.take(), ElementsAre("12 00 0000 0000 0000"_hex));
    say("13 00 0000 0000 0000"_hex);
    EXPECT_THAT(link_.take(), IsEmpty());
}

} // namespace
} // namespace nwp::session
