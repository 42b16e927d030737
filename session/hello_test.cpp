// SPDX-License-Identifier: Apache-2.0
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

// Written by hand from docs/protocol/session.md and messages.md.
// header: kind 1, epoch 0 | flags | channel | sequence | ack; id; magic; major minor; nonce; capabilities;
// frame room 512; window 16; no token
const std::string kHelloStart = "01 00 0000 0000 0000  0100  4e575031 ";
const std::string kHelloRest = " 00000000 0002 1000 00 00000000000000000000000000000000";

kit::Buffer hello_bytes(const std::string& versions = "01 00", const std::string& nonce = "2a000000",
                        const std::string& rest = kHelloRest) {
    return kit::from_hex(kHelloStart + versions + nonce + rest);
}

/// One session on a link that the test plays.
struct Lonely {
    explicit Lonely(Role role, bool reliable = false)
        : link(reliable), session(role, link, heard, storage.storage()) {}

    void service(Duration later = {}) {
        now = now + later;
        while (session.service(now)) {
        }
    }
    void hear(kit::Buffer frame, Duration later = {}) {
        link.coming.push_back(std::move(frame));
        service(later);
    }

    Instant now{1000000};
    ScriptedLink link;
    Recorder heard;
    SessionStorage<512, 8, 7> storage;
    Session session;
};

TEST(Hello, is_the_bytes_of_the_document) {
    Lonely host{Role::host};
    host.session.hello(42, 0x11, nullptr, host.now);
    EXPECT_THAT(host.link.take(),
                ElementsAre("0100000000000000 0100 4e575031 01 00 2a000000 11000000 0002 0800"
                            "00 00000000000000000000000000000000"_hex));
}

TEST(Hello, is_answered_with_the_bytes_of_the_document) {
    Lonely nwp{Role::nwp};
    nwp.heard.answer.capabilities = 3;
    nwp.heard.answer.token.octets[0] = 0xAB;
    nwp.hear(hello_bytes());
    EXPECT_THAT(nwp.link.take(), ElementsAre("1100000000000000 0200 4e575031 00 01 00 2a000000 01 03000000"
                                             "0002 0800 00 0000 ab000000000000000000000000000000"_hex));
    EXPECT_TRUE(nwp.session.is_open());
}

TEST(Hello, is_repeated_with_growing_pauses_until_answered) {
    Lonely host{Role::host};
    host.session.hello(1, 0, nullptr, host.now);
    std::vector<std::int64_t> pauses;
    for (int i = 0; i < 6; ++i) {
        const Instant next = host.session.next_deadline();
        pauses.push_back((next - host.now).milliseconds());
        host.now = next;
        host.service();
    }
    EXPECT_THAT(pauses, ElementsAre(100, 200, 400, 800, 1000, 1000));
    EXPECT_EQ(host.link.sent.size(), 7U);
}

TEST(Hello, is_said_as_soon_as_the_link_takes_it) {
    Lonely host{Role::host};
    host.link.down = true;
    host.session.hello(1, 0, nullptr, host.now);
    host.service();
    EXPECT_THAT(host.link.sent, IsEmpty());
    host.link.down = false;
    host.service();
    EXPECT_EQ(host.link.sent.size(), 1U);
    EXPECT_THAT(host.heard.closed, IsEmpty());
}

TEST(Hello, said_twice_begins_one_session_and_is_answered_twice_alike) {
    Lonely nwp{Role::nwp};
    nwp.hear(hello_bytes());
    nwp.hear(hello_bytes());
    ASSERT_EQ(nwp.link.sent.size(), 2U);
    EXPECT_EQ(nwp.link.sent[0], nwp.link.sent[1]);
    EXPECT_EQ(nwp.heard.hellos.size(), 1U);
    EXPECT_EQ(nwp.heard.opened.size(), 1U);
}

TEST(Hello, of_another_nonce_begins_anew_with_the_next_epoch) {
    Lonely nwp{Role::nwp};
    nwp.hear(hello_bytes());
    nwp.hear(hello_bytes("01 00", "2b000000"));
    EXPECT_THAT(nwp.heard.closed, ElementsAre(Error::link_reset));
    ASSERT_EQ(nwp.heard.opened.size(), 2U);
    EXPECT_EQ(nwp.heard.opened[0].epoch, 1);
    EXPECT_EQ(nwp.heard.opened[1].epoch, 2);
}

TEST(Hello, overtaken_by_its_successor_does_not_end_the_newer_session) {
    Lonely nwp{Role::nwp};
    nwp.hear(hello_bytes());
    nwp.hear(hello_bytes("01 00", "2b000000"));
    nwp.hear(hello_bytes(), milliseconds(10));
    EXPECT_EQ(nwp.heard.opened.size(), 2U);
    EXPECT_EQ(nwp.session.counters().stray, 1U);
    nwp.hear(hello_bytes(), seconds(2)); // a host that has only two numbers
    EXPECT_EQ(nwp.heard.opened.size(), 3U);
}

TEST(Hello, of_a_host_that_was_switched_on_again_begins_anew_though_it_has_but_one_number) {
    Lonely nwp{Role::nwp};
    nwp.hear(hello_bytes());
    nwp.hear("12 00 0000 0000 0000"_hex); // an ack: the host has the answer
    nwp.link.take();
    nwp.hear(hello_bytes(), milliseconds(999));
    EXPECT_THAT(nwp.link.take(), IsEmpty()) << "it may have been late; what came of it is not answered";
    EXPECT_EQ(nwp.heard.opened.size(), 1U);
    nwp.hear(hello_bytes(), milliseconds(1));
    ASSERT_EQ(nwp.heard.opened.size(), 2U);
    EXPECT_EQ(nwp.heard.opened[1].epoch, 2);
    EXPECT_THAT(nwp.heard.closed, ElementsAre(Error::link_reset));
}

TEST(Hello, with_the_same_number_begins_anew_at_once_where_the_session_has_ended) {
    Lonely nwp{Role::nwp};
    nwp.hear(hello_bytes());
    nwp.link.down = true;
    nwp.service();
    nwp.link.down = false;
    nwp.hear(hello_bytes());
    EXPECT_EQ(nwp.heard.opened.size(), 2U);
}

TEST(Hello, epochs_are_four_bits) {
    Lonely nwp{Role::nwp};
    for (unsigned i = 0; i < 40; ++i) {
        const kit::Buffer nonce{static_cast<Byte>(i), 0, 0, 1};
        nwp.hear(hello_bytes("01 00", kit::to_hex(nonce)));
    }
    ASSERT_EQ(nwp.heard.opened.size(), 40U);
    for (unsigned i = 0; i < 40; ++i) EXPECT_EQ(nwp.heard.opened[i].epoch, (i + 1) % 16);
}

TEST(Hello, that_is_none_is_counted_and_ignored) {
    Lonely nwp{Role::nwp};
    kit::Buffer wrong_magic = hello_bytes();
    wrong_magic[10] = 0x4D;
    nwp.hear(wrong_magic);
    nwp.hear(
        hello_bytes("01 00", "2a000000", " 00000000 3f00 1000 00 00000000000000000000000000000000")); // 63
    nwp.hear(hello_bytes("01 00", "2a000000",
                         " 00000000 0002 0000 00 00000000000000000000000000000000")); // window 0
    nwp.hear("01 00 0000 0000 0000"_hex);
    nwp.hear("01"_hex);
    kit::Buffer cut = hello_bytes();
    cut.pop_back();
    nwp.hear(cut);
    EXPECT_EQ(nwp.session.counters().stray, 6U);
    EXPECT_FALSE(nwp.session.is_open());
    EXPECT_THAT(nwp.link.sent, IsEmpty());
}

TEST(Hello, with_more_behind_it_is_a_newer_minor_and_agreed_down) {
    Lonely nwp{Role::nwp};
    nwp.hear(hello_bytes("01 07", "2a000000", kHelloRest + "aabbcc"));
    ASSERT_EQ(nwp.heard.opened.size(), 1U);
    EXPECT_EQ(nwp.heard.opened[0].minor, wire::kMinor);
    EXPECT_EQ(nwp.session.peer_version().minor, 7);
}

TEST(Hello, of_another_major_is_refused_readably_on_both_sides) {
    Lonely nwp{Role::nwp};
    nwp.hear(hello_bytes("02 03", "2a000000", "ff")); // whatever the rest of version 2 may be
    EXPECT_FALSE(nwp.session.is_open());
    EXPECT_THAT(nwp.heard.closed, ElementsAre(Error::version_mismatch));
    EXPECT_EQ(nwp.session.peer_version().major, 2);
    EXPECT_EQ(nwp.session.peer_version().minor, 3);
    nwp.hear(hello_bytes("02 03", "2a000000", "ff"));
    EXPECT_EQ(nwp.heard.closed.size(), 1U);
    ASSERT_EQ(nwp.link.sent.size(), 2U);

    Lonely host{Role::host};
    host.session.hello(42, 0, nullptr, host.now);
    host.hear(nwp.link.sent[0]);
    EXPECT_THAT(host.heard.closed, ElementsAre(Error::version_mismatch));
}

TEST(Hello, answered_by_another_major_ends_the_hellos) {
    Lonely host{Role::host};
    host.session.hello(42, 0, nullptr, host.now);
    host.link.take();
    host.hear("01 00 0000 0000 0000 0200 4e575031 52 05 01 2a000000 ff"_hex);
    EXPECT_THAT(host.heard.closed, ElementsAre(Error::version_mismatch));
    EXPECT_EQ(host.session.peer_version().major, 5);
    EXPECT_EQ(host.session.next_deadline(), Instant::never());
    EXPECT_THAT(host.heard.opened, IsEmpty());
}

TEST(Hello, refused_by_the_owner_leaves_no_session_and_tells_the_host_why) {
    Lonely nwp{Role::nwp};
    nwp.heard.answer.error = Error::not_permitted;
    nwp.hear(hello_bytes());
    EXPECT_FALSE(nwp.session.is_open());
    Lonely host{Role::host};
    host.session.hello(42, 0, nullptr, host.now);
    ASSERT_EQ(nwp.link.sent.size(), 1U);
    host.hear(nwp.link.sent[0]);
    EXPECT_THAT(host.heard.closed, ElementsAre(Error::not_permitted));
}

TEST(Hello, answer_with_another_nonce_is_ignored) {
    Lonely nwp{Role::nwp};
    nwp.hear(hello_bytes());
    Lonely host{Role::host};
    host.session.hello(43, 0, nullptr, host.now);
    host.hear(nwp.link.sent.at(0));
    EXPECT_FALSE(host.session.is_open());
    EXPECT_EQ(host.session.counters().stray, 1U);
}

TEST(Hello, everything_before_its_answer_is_ignored) {
    Lonely host{Role::host};
    host.session.hello(42, 0, nullptr, host.now);
    host.hear("17 00 0000 0000 0000 0705 03 00 00000000"_hex);
    EXPECT_THAT(host.heard.messages, IsEmpty());
    EXPECT_EQ(host.session.counters().stray, 1U);
}

TEST(Hello, nwp_is_silent_before_it) {
    Lonely nwp{Role::nwp};
    nwp.hear("03 04 0000 0000 0000"_hex); // a probe
    nwp.service(seconds(100));
    EXPECT_THAT(nwp.link.sent, IsEmpty());
    EXPECT_EQ(nwp.session.next_deadline(), Instant::never());
    EXPECT_EQ(nwp.session.send_event(wire::WifiChanged{}).error(), Error::link_down);
}

TEST(Hello, answer_leaves_before_anything_of_its_session) {
    Lonely nwp{Role::nwp, true};
    nwp.link.full = true;
    nwp.hear(hello_bytes());
    ASSERT_TRUE(nwp.session.send_event(wire::WifiChanged{}));
    nwp.session.flush(nwp.now);
    nwp.link.full = false;
    nwp.service();
    ASSERT_EQ(nwp.link.sent.size(), 2U);
    EXPECT_EQ(nwp.link.sent[0][0], 0x11);
    EXPECT_EQ(nwp.link.sent[1][0], 0x17);
}

TEST(Hello, agrees_on_the_lower_frame_room) {
    kit::PipePair pipe{{.frame_room = 4096}};
    Pair<512, 8, 0, 100> pair{pipe};
    ASSERT_TRUE(pair.open());
    EXPECT_EQ(pair.host.frame_room(), 100U);
    EXPECT_EQ(pair.nwp.frame_room(), 100U);
    EXPECT_EQ(pair.host.data_room(), 92U);
    EXPECT_EQ(pair.host_heard.opened[0].frame_room, 100);
}

TEST(Hello, carries_token_and_capabilities_to_the_owner_and_back) {
    kit::PipePair pipe;
    Pair pair{pipe};
    wire::Token token;
    token.octets[15] = 9;
    pair.nwp_heard.answer.attached = 1;
    pair.nwp_heard.answer.sockets = 3;
    pair.host.hello(1, 0x7F, &token, pair.now());
    ASSERT_TRUE(pair.run_until([&] { return pair.host.is_open(); }));
    EXPECT_EQ(pair.nwp_heard.hellos.at(0).capabilities, 0x7FU);
    EXPECT_EQ(pair.nwp_heard.hellos.at(0).has_token, 1);
    EXPECT_EQ(pair.nwp_heard.hellos.at(0).token.octets[15], 9);
    EXPECT_EQ(pair.host_heard.opened.at(0).attached, 1);
    EXPECT_EQ(pair.host_heard.opened.at(0).sockets, 3);
}

TEST(Hello, gets_through_a_line_that_loses_half_of_the_frames) {
    kit::FaultyPipeSettings settings;
    settings.faults.vanish = 0.5;
    for (std::uint32_t seed = 1; seed <= 20; ++seed) {
        settings.seed = seed;
        kit::FaultyPipe pipe{settings};
        Pair pair{pipe};
        EXPECT_TRUE(pair.open()) << seed;
        EXPECT_EQ(pair.nwp_heard.opened.size(), 1U);
    }
}

TEST(Hello, anew_leaves_no_frame_of_the_earlier_session_alive) {
    Lonely nwp{Role::nwp};
    nwp.hear(hello_bytes());
    nwp.hear(hello_bytes("01 00", "2b000000"));
    // A request of epoch 1, swapped behind the second hello.
    nwp.hear("14 00 0100 0000 0000 1000 88130000 0000"_hex);
    EXPECT_THAT(nwp.heard.messages, IsEmpty());
    EXPECT_EQ(nwp.session.counters().stray, 1U);
    nwp.hear("24 00 0100 0000 0000 0001 88130000"_hex);
    ASSERT_EQ(nwp.heard.messages.size(), 1U);
    EXPECT_EQ(nwp.heard.messages[0].id, wire::DeviceInfoGet::id);
    EXPECT_EQ(nwp.heard.messages[0].deadline_ms, 5000U);
    EXPECT_EQ(nwp.heard.messages[0].request, 1);
}

} // namespace
} // namespace nwp::session
