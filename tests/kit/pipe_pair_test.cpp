// SPDX-License-Identifier: Apache-2.0
#include "tests/kit/pipe_pair.h"

#include <gtest/gtest.h>

namespace nwp::kit {
namespace {

using namespace literals;

void count(void* counter) { ++*static_cast<int*>(counter); }

TEST(PipePair, wakes_the_receiver_and_the_waiting_sender) {
    PipePair pipe{{.frame_room = 64, .depth = 1}};
    int host = 0;
    int nwp = 0;
    pipe.host().on_activity({count, &host});
    pipe.nwp().on_activity({count, &nwp});

    EXPECT_TRUE(pipe.host().send("01"_hex).ok());
    EXPECT_EQ(nwp, 1);
    EXPECT_EQ(pipe.host().send("02"_hex).error(), Error::would_block);
    EXPECT_EQ(host, 0);
    EXPECT_EQ(to_hex(*pipe.nwp().receive()), "01");
    EXPECT_EQ(host, 1);
}

TEST(PipePair, cut_is_told_to_both_ends_and_mended) {
    PipePair pipe;
    ASSERT_TRUE(pipe.host().send("01"_hex).ok());
    pipe.cut();
    EXPECT_EQ(pipe.nwp().receive().error(), Error::link_down);
    EXPECT_EQ(pipe.host().send("01"_hex).error(), Error::link_down);
    pipe.mend();
    EXPECT_EQ(pipe.nwp().receive().error(), Error::would_block);
}

TEST(PipePair, restart_is_told_once_to_the_other_end) {
    PipePair pipe;
    pipe.restart(End::host);
    EXPECT_EQ(pipe.nwp().receive().error(), Error::link_reset);
    EXPECT_EQ(pipe.nwp().receive().error(), Error::would_block);
    EXPECT_EQ(pipe.host().receive().error(), Error::would_block);
}

TEST(PipePair, counts_what_was_sent) {
    PipePair pipe;
    ASSERT_TRUE(pipe.nwp().send("01 02 03"_hex).ok());
    EXPECT_EQ(pipe.frames_sent(End::nwp), 1U);
    EXPECT_EQ(pipe.bytes_sent(End::nwp), 3U);
    EXPECT_EQ(pipe.frames_sent(End::host), 0U);
}

} // namespace
} // namespace nwp::kit
