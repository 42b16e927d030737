// SPDX-License-Identifier: Apache-2.0
// What both sides may rely on, over links that lose nothing and over links that do.
#include "session/pair_test.h"
#include "tests/kit/faulty_pipe.h"
#include "tests/kit/pipe_pair.h"
#include "wire/messages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace nwp::session {
namespace {

using kit::literals::operator""_hex;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

kit::Buffer numbered(std::size_t size) {
    kit::Buffer bytes(size);
    for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<Byte>(i * 7 + i / 256);
    return bytes;
}

TEST(Conversation, carries_each_kind_in_order) {
    kit::PipePair pipe;
    session::Pair pair{pipe};
    ASSERT_TRUE(pair.open());
    ASSERT_TRUE(pair.host.send_request(5, 1000, wire::DeviceInfoGet{}));
    ASSERT_TRUE(pair.host.send_cancel(5));
    ASSERT_TRUE(pair.host.send_credit(3, 77));
    ASSERT_TRUE(pair.host.send_data(3, numbered(10), true));
    ASSERT_TRUE(pair.nwp.send_item(5, wire::FileEntry{"a", 1}));
    ASSERT_TRUE(pair.nwp.send_reply(5, wire::Listed{1}));
    ASSERT_TRUE(pair.nwp.send_event(wire::WifiChanged{}));
    ASSERT_TRUE(
        pair.run_until([&] { return pair.host_heard.messages.size() == 3 && pair.nwp_heard.ends == 1; }));

    ASSERT_EQ(pair.nwp_heard.messages.size(), 1U);
    EXPECT_EQ(pair.nwp_heard.messages[0].kind, FrameKind::request);
    EXPECT_EQ(pair.nwp_heard.messages[0].request, 5);
    EXPECT_EQ(pair.nwp_heard.messages[0].deadline_ms, 1000U);
    EXPECT_THAT(pair.nwp_heard.cancels, ElementsAre(5));
    EXPECT_THAT(pair.nwp_heard.credits, ElementsAre(Pair(3, 77U)));
    EXPECT_EQ(pair.nwp_heard.data, numbered(10));
    EXPECT_EQ(pair.nwp_heard.data_channel, 3);
    EXPECT_EQ(pair.host_heard.messages[0].kind, FrameKind::item);
    EXPECT_EQ(pair.host_heard.messages[1].kind, FrameKind::reply);
    EXPECT_EQ(pair.host_heard.messages[1].id, wire::Listed::id);
    EXPECT_EQ(pair.host_heard.messages[2].kind, FrameKind::event);
    EXPECT_EQ(pair.host_heard.messages[2].request, 0);
}

TEST(Conversation, on_a_link_that_loses_nothing_has_no_acknowledgements) {
    kit::PipePair pipe;
    session::Pair pair{pipe};
    ASSERT_TRUE(pair.open());
    for (int i = 0; i < 100; ++i) {
        ASSERT_TRUE(pair.host.send_data(3, numbered(100), false));
        pair.run_for(milliseconds(10));
    }
    EXPECT_EQ(pair.nwp_heard.data.size(), 10000U);
    EXPECT_EQ(pair.nwp.counters().acks_out, 0U);
    EXPECT_EQ(pair.host.in_flight(), 0U);
}

TEST(Conversation, takes_messages_of_every_length_over_every_frame_room) {
    for (const std::size_t room : {64U, 65U, 100U, 519U, 520U, 4096U}) {
        kit::PipePair pipe{{.frame_room = room}};
        session::Pair<4096, 16, 0> pair{pipe};
        ASSERT_TRUE(pair.open());
        for (std::size_t size = 0; size + 8 <= kMessageRoom; size += size < 130 ? 1 : 37) {
            const kit::Buffer content = numbered(size);
            ASSERT_TRUE(pair.host.send_request(9, 8, wire::Echo{content}));
            ASSERT_TRUE(pair.run_until([&] { return pair.nwp_heard.messages.size() == 1; }));
            const auto echo = wire::decode<wire::Echo>(pair.nwp_heard.messages[0].body);
            ASSERT_TRUE(echo);
            ASSERT_TRUE(equal(echo->content, content)) << room << " " << size;
            pair.nwp_heard.messages.clear();
        }
    }
}

TEST(Conversation, queues_a_message_whole_or_not_at_all) {
    kit::PipePair pipe{{.frame_room = 64}};
    session::Pair<64, 8, 0> pair{pipe};
    ASSERT_TRUE(pair.open());
    const kit::Buffer content = numbered(300); // six frames
    ASSERT_TRUE(pair.host.send_request(1, 8, wire::Echo{content}));
    EXPECT_EQ(pair.host.in_flight(), 6U);
    EXPECT_EQ(pair.host.send_request(2, 8, wire::Echo{content}).error(), Error::would_block);
    EXPECT_EQ(pair.host.in_flight(), 6U);
    ASSERT_TRUE(pair.run_until([&] { return pair.host_heard.rooms == 1; }));
    EXPECT_TRUE(pair.host.send_request(2, 8, wire::Echo{content}));
}

TEST(Conversation, refuses_what_never_fits) {
    kit::PipePair pipe{{.frame_room = 64}};
    session::Pair<64, 4, 0> pair{pipe};
    ASSERT_TRUE(pair.open());
    EXPECT_EQ(pair.host.send_request(1, 8, wire::Echo{numbered(300)}).error(), Error::message_too_long);
    kit::PipePair wide;
    session::Pair<4096, 4, 0> other{wide};
    ASSERT_TRUE(other.open());
    EXPECT_EQ(other.host.send_request(1, 8, wire::Echo{numbered(505)}).error(), Error::message_too_long);
    EXPECT_TRUE(other.host.send_request(1, 8, wire::Echo{numbered(504)}));
    EXPECT_EQ(other.host.in_flight(), 1U);
}

TEST(Conversation, data_leave_room_for_messages) {
    kit::PipePair pipe;
    session::Pair<512, 8, 0> pair{pipe};
    ASSERT_TRUE(pair.open());
    int taken = 0;
    while (pair.host.send_data(1, numbered(10), false)) ++taken;
    EXPECT_EQ(taken, 6);
    EXPECT_TRUE(pair.host.send_credit(1, 5));
    EXPECT_TRUE(pair.host.send_request(1, 5, wire::DeviceInfoGet{}));
    EXPECT_EQ(pair.host.send_cancel(1).error(), Error::would_block);
    EXPECT_TRUE(pair.run_until([&] { return pair.host_heard.rooms > 0; }));
}

TEST(Conversation, data_longer_than_a_frame_are_taken_in_parts_and_end_with_the_last) {
    kit::PipePair pipe{{.frame_room = 64}};
    session::Pair<64, 8, 0> pair{pipe};
    ASSERT_TRUE(pair.open());
    const kit::Buffer all = numbered(130);
    std::size_t done = 0;
    std::vector<std::size_t> parts;
    while (done < all.size()) {
        const auto taken = pair.host.send_data(1, ByteView{all}.from(done), true);
        ASSERT_TRUE(taken);
        parts.push_back(*taken);
        done += *taken;
    }
    EXPECT_THAT(parts, ElementsAre(56U, 56U, 18U));
    ASSERT_TRUE(pair.run_until([&] { return pair.nwp_heard.ends == 1; }));
    EXPECT_EQ(pair.nwp_heard.data, all);
}

TEST(Conversation, end_without_bytes_travels) {
    kit::PipePair pipe;
    session::Pair pair{pipe};
    ASSERT_TRUE(pair.open());
    ASSERT_TRUE(pair.nwp.send_data(9, {}, true));
    ASSERT_TRUE(pair.run_until([&] { return pair.host_heard.ends == 1; }));
    EXPECT_EQ(pair.host_heard.data_channel, 9);
}

TEST(Conversation, keeps_its_queue_while_the_link_is_full) {
    ScriptedLink link{true};
    Recorder heard;
    SessionStorage<512, 8, 0> storage;
    Session nwp{Role::nwp, link, heard, storage.storage()};
    link.coming.push_back(kit::from_hex("0100000000000000 0100 4e575031 0100 01000000 00000000 0002 1000 00"
                                        "00000000000000000000000000000000"));
    nwp.service(Instant{1});
    ASSERT_TRUE(nwp.is_open());
    link.take();
    link.full = true;
    ASSERT_TRUE(nwp.send_event(wire::WifiChanged{}));
    nwp.flush(Instant{2});
    EXPECT_EQ(nwp.in_flight(), 1U);
    EXPECT_EQ(nwp.next_deadline(), Instant::never()); // the link's activity calls
    link.full = false;
    nwp.service(Instant{3});
    EXPECT_EQ(link.sent.size(), 1U);
    EXPECT_EQ(nwp.in_flight(), 0U);
}

TEST(Conversation, silence_is_probed_while_somebody_waits_and_answers_keep_it_alive) {
    for (const bool faulty : {false, true}) {
        kit::PipePair perfect;
        kit::FaultyPipe serial;
        kit::LinkPair& links = faulty ? static_cast<kit::LinkPair&>(serial) : perfect;
        session::Pair pair{links};
        ASSERT_TRUE(pair.open());
        pair.host.set_waiting(true, pair.now());
        pair.run_for(seconds(30));
        EXPECT_THAT(pair.host_heard.closed, IsEmpty());
        EXPECT_GE(pair.host.counters().acks_out, 25U); // the NWP answered each
        EXPECT_GE(pair.nwp.counters().acks_out, 25U);
    }
}

TEST(Conversation, dead_nwp_is_noticed_within_five_seconds_by_a_host_that_waits) {
    ScriptedLink link{true};
    Recorder heard;
    SessionStorage<512, 8, 0> storage;
    Session host{Role::host, link, heard, storage.storage()};
    Instant now{1000000};
    host.hello(42, 0, nullptr, now);
    link.coming.push_back(
        kit::from_hex("1100000000000000 0200 4e575031 00 01 00 2a000000 01 03000000 0002 1000"
                      "00 0000 ab000000000000000000000000000000"));
    host.service(now);
    ASSERT_TRUE(host.is_open());
    link.take();
    now = now + seconds(1000);
    host.service(now);
    EXPECT_THAT(link.sent, IsEmpty()); // nobody waits

    host.set_waiting(true, now);
    const Instant lost = now;
    while (heard.closed.empty() && now - lost < seconds(10)) {
        now = host.next_deadline();
        host.service(now);
    }
    EXPECT_THAT(heard.closed, ElementsAre(Error::link_down));
    EXPECT_GT(now - lost, seconds(3));
    EXPECT_LE(now - lost, seconds(5));
    const auto probe = kit::from_hex("13 04 0000 0000 0000");
    EXPECT_THAT(link.sent, ElementsAre(probe, probe, probe));
    EXPECT_EQ(host.send_cancel(1).error(), Error::link_down);
    EXPECT_EQ(host.next_deadline(), Instant::never());
}

TEST(Conversation, unacknowledged_frames_are_waiting_enough_on_a_lossy_link) {
    kit::FaultyPipe pipe;
    session::Pair pair{pipe};
    ASSERT_TRUE(pair.open());
    pipe.set_faults({.vanish = 1});
    ASSERT_TRUE(pair.host.send_cancel(1));
    const Instant lost = pair.now();
    ASSERT_TRUE(pair.run_until([&] { return !pair.host_heard.closed.empty(); }, seconds(10)));
    EXPECT_THAT(pair.host_heard.closed, ElementsAre(Error::link_down));
    EXPECT_LE(pair.now() - lost, seconds(5));
}

TEST(Conversation, nwp_that_hears_nothing_counts_as_silent_though_it_resends_for_ever) {
    kit::FaultyPipe pipe;
    session::Pair pair{pipe};
    ASSERT_TRUE(pair.open());
    pair.host.set_waiting(true, pair.now());
    pipe.on_passage([](kit::Passage& passage) {
        if (passage.from == kit::End::host) passage.bytes.clear();
    });
    ASSERT_TRUE(pair.nwp.send_event(wire::WifiChanged{}));
    const Instant lost = pair.now();
    ASSERT_TRUE(pair.run_until([&] { return !pair.host_heard.closed.empty(); }, seconds(60)));
    EXPECT_THAT(pair.host_heard.closed, ElementsAre(Error::link_down));
    EXPECT_LE(pair.now() - lost, seconds(5));
    EXPECT_GT(pair.host.counters().doubled, 3U);
}

TEST(Conversation, silent_host_is_never_declared_dead) {
    kit::FaultyPipe pipe;
    session::Pair pair{pipe};
    ASSERT_TRUE(pair.open());
    pipe.set_faults({.vanish = 1});
    ASSERT_TRUE(pair.nwp.send_event(wire::WifiChanged{}));
    pair.run_for(seconds(600));
    EXPECT_THAT(pair.nwp_heard.closed, IsEmpty());
    EXPECT_TRUE(pair.nwp.is_open());
    EXPECT_LE(pair.nwp.counters().resent, 610U); // and it is not shouted at
    pipe.set_faults({});
    EXPECT_TRUE(pair.run_until([&] { return pair.host_heard.messages.size() == 1; }));
}

TEST(Conversation, link_that_says_down_ends_it_at_once) {
    kit::PipePair pipe;
    session::Pair pair{pipe};
    ASSERT_TRUE(pair.open());
    pipe.cut();
    pair.run_for(Duration{});
    EXPECT_THAT(pair.host_heard.closed, ElementsAre(Error::link_down));
    EXPECT_THAT(pair.nwp_heard.closed, ElementsAre(Error::link_down));
    pipe.mend();
    pair.host_heard.opened.clear();
    EXPECT_TRUE(pair.open(2));
}

TEST(Conversation, peer_that_began_anew_ends_it_and_the_next_one_works) {
    kit::PipePair pipe;
    session::Pair pair{pipe};
    ASSERT_TRUE(pair.open());
    pipe.restart(kit::End::nwp);
    pair.run_for(Duration{});
    EXPECT_THAT(pair.host_heard.closed, ElementsAre(Error::link_reset));
    EXPECT_FALSE(pair.host.is_open());
    EXPECT_TRUE(pair.open(2));
    EXPECT_THAT(pair.nwp_heard.closed, ElementsAre(Error::link_reset)); // by the second hello
}

TEST(Conversation, datagram_travels_in_parts_between_which_others_may_speak) {
    kit::PipePair pipe;
    session::Pair pair{pipe};
    ASSERT_TRUE(pair.open());
    const auto address = "04 5000 0a4d000a"_hex;
    const kit::Buffer datagram(600, 0x5A);
    const Result<std::size_t> first = pair.host.send_datagram(9, address, datagram);
    ASSERT_TRUE(first);
    EXPECT_EQ(*first, pair.host.data_room() - address.size());
    ASSERT_TRUE(pair.host.send_credit(8, 77));
    const auto rest = ByteView{datagram}.from(*first);
    const Result<std::size_t> second = pair.host.send_datagram(9, {}, rest);
    ASSERT_TRUE(second);
    EXPECT_EQ(*second, rest.size());
    ASSERT_TRUE(pair.host.send_datagram(9, address, {})); // an empty one is one, too
    ASSERT_TRUE(pair.run_until([&] { return pair.nwp_heard.datagram_parts.size() == 3; }));

    const auto& parts = pair.nwp_heard.datagram_parts;
    EXPECT_EQ(parts[0].channel, 9);
    EXPECT_TRUE(equal(ByteView{parts[0].bytes}.first(address.size()), address));
    EXPECT_EQ(parts[0].bytes.size() - address.size() + parts[1].bytes.size(), datagram.size());
    EXPECT_TRUE(parts[0].more);
    EXPECT_FALSE(parts[1].more);
    EXPECT_TRUE(equal(parts[2].bytes, address));
    EXPECT_FALSE(parts[2].more);
    EXPECT_EQ(pair.nwp_heard.credits.size(), 1U);
}

TEST(Conversation, close_says_nothing) {
    kit::PipePair pipe;
    session::Pair pair{pipe};
    ASSERT_TRUE(pair.open());
    const auto before = pipe.frames_sent(kit::End::host);
    ASSERT_TRUE(pair.host.send_cancel(1));
    pair.host.close();
    pair.run_for(seconds(5));
    EXPECT_EQ(pipe.frames_sent(kit::End::host), before);
    EXPECT_THAT(pair.host_heard.closed, IsEmpty());
    EXPECT_FALSE(pair.host.is_open());
}

} // namespace
} // namespace nwp::session
