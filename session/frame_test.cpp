// SPDX-License-Identifier: Apache-2.0
#include "session/frame.h"
#include "session/receive_window.h"
#include "session/round_trip.h"
#include "session/transmit_window.h"
#include "tests/kit/hex.h"

#include "session/credit.h"

#include <gtest/gtest.h>

namespace nwp::session {
namespace {

using kit::literals::operator""_hex;

TEST(Frame, header_is_eight_bytes_as_the_document_draws_them) {
    FrameHeader header;
    header.kind = FrameKind::data;
    header.epoch = 15;
    header.flags = FrameHeader::end;
    header.channel = 0x1234;
    header.sequence = 0x5678;
    header.ack = 0x9ABC;
    Byte bytes[8];
    write_header(bytes, header);
    EXPECT_EQ(kit::copied(bytes), "f9 02 34 12 78 56 bc 9a"_hex);

    const auto read = read_header(bytes);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->kind, FrameKind::data);
    EXPECT_EQ(read->epoch, 15);
    EXPECT_EQ(read->flags, 2);
    EXPECT_EQ(read->channel, 0x1234);
    EXPECT_EQ(read->sequence, 0x5678);
    EXPECT_EQ(read->ack, 0x9ABC);
}

TEST(Frame, of_an_unknown_kind_or_too_short_is_malformed) {
    EXPECT_EQ(read_header("00 00 0000 0000 0000"_hex).error(), Error::malformed);
    for (unsigned kind = 12; kind < 16; ++kind) {
        const kit::Buffer frame{static_cast<Byte>(kind), 0, 0, 0, 0, 0, 0, 0};
        EXPECT_EQ(read_header(frame).error(), Error::malformed);
    }
    for (std::size_t size = 0; size < 8; ++size) {
        EXPECT_EQ(read_header(kit::Buffer(size, Byte{9})).error(), Error::malformed);
    }
}

TEST(Credit, of_an_older_limit_changes_nothing) {
    SendCredit credit{100, 40};
    credit.raise(90);
    EXPECT_EQ(credit.available(), 60U);
    credit.raise(130);
    EXPECT_EQ(credit.available(), 90U);
}

TEST(Credit, counts_past_four_gigabytes) {
    SendCredit credit{0x10, 0xFFFFFFF0};
    EXPECT_EQ(credit.available(), 0x20U);
    credit.take(0x20);
    EXPECT_EQ(credit.available(), 0U);
    credit.raise(0x30);
    EXPECT_EQ(credit.available(), 0x20U);
    ReceiveCredit room{0x40, 0xFFFFFFF0};
    EXPECT_EQ(room.limit(), 0x30U);
    EXPECT_TRUE(room.accept(0x40));
    EXPECT_FALSE(room.accept(1));
    room.consume(0x40);
    EXPECT_TRUE(room.worth_telling(0x1000));
    EXPECT_EQ(room.tell(), 0x70U);
    EXPECT_FALSE(room.worth_telling(0x1000));
}

TEST(Credit, is_told_in_whole_frames) {
    ReceiveCredit room{2048, 0, 500};
    EXPECT_EQ(room.limit(), 2000U);
    EXPECT_TRUE(room.accept(2000));
    room.consume(499);
    EXPECT_EQ(room.limit(), 2000U);
    EXPECT_FALSE(room.worth_telling(500));
    room.consume(1);
    EXPECT_EQ(room.limit(), 2500U);
    EXPECT_FALSE(room.worth_telling(500)); // half of the room, or two frames
    room.consume(500);
    EXPECT_TRUE(room.worth_telling(500));
    EXPECT_EQ(room.tell(), 3000U);
    room.consume(700);
    EXPECT_EQ(room.limit(), 3500U);
}

TEST(Credit, of_a_large_room_is_told_in_quarters) {
    ReceiveCredit room{16 * 500, 0, 500};
    ASSERT_TRUE(room.accept(4 * 500));
    room.consume(4 * 500 - 1);
    EXPECT_FALSE(room.worth_telling(500));
    room.consume(1);
    EXPECT_TRUE(room.worth_telling(500));
}

TEST(Credit, of_a_room_smaller_than_two_frames_is_told_byte_by_byte) {
    ReceiveCredit room{999, 0, 500};
    EXPECT_EQ(room.limit(), 999U);
    EXPECT_TRUE(room.accept(999));
    room.consume(700);
    EXPECT_EQ(room.limit(), 1699U);
}

TEST(RoundTrip, waits_a_quarter_second_before_the_first_sample_and_twice_as_long_each_time) {
    RoundTrip round_trip;
    EXPECT_EQ(round_trip.timeout(), milliseconds(250));
    round_trip.back_off();
    EXPECT_EQ(round_trip.timeout(), milliseconds(500));
    for (int i = 0; i < 10; ++i) round_trip.back_off();
    EXPECT_EQ(round_trip.timeout(), seconds(1));
    round_trip.sample(milliseconds(10));
    EXPECT_EQ(round_trip.timeout(), milliseconds(10 + 20 + 20)); // RFC 6298 2.2: SRTT + 4 * R/2
}

TEST(RoundTrip, settles_on_a_steady_line) {
    RoundTrip round_trip;
    for (int i = 0; i < 100; ++i) round_trip.sample(milliseconds(40));
    EXPECT_GE(round_trip.timeout(), milliseconds(60));
    EXPECT_LE(round_trip.timeout(), milliseconds(64));
    EXPECT_EQ(round_trip.least(), milliseconds(40));
    for (int i = 0; i < 100; ++i) round_trip.sample(Duration{100});
    EXPECT_GE(round_trip.timeout(), milliseconds(20));
    EXPECT_LE(round_trip.timeout(), milliseconds(21));
}

struct Window {
    static constexpr std::size_t kSlots = 16;
    Byte bytes[kSlots * 64];
    TransmitSlot slots[kSlots];
    TransmitWindow window{bytes, slots};
    Instant now{1000000};

    void push(std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) window.push(64);
    }
    /// Sends what it offers; returns the places.
    std::vector<std::size_t> send_all(std::size_t limit = 16) {
        std::vector<std::size_t> places;
        for (;;) {
            const std::size_t place = window.next(limit);
            if (place == TransmitWindow::kNothing) return places;
            window.sent(place, now);
            places.push_back(place);
        }
    }
    TransmitWindow::News acknowledge(std::uint16_t next, const kit::Buffer& bitmap = {},
                                     bool dropped = false) {
        now = now + pause;
        return window.acknowledge(next, bitmap, dropped, now, milliseconds(10));
    }
    using Places = std::vector<std::size_t>;

    Duration pause = milliseconds(10); ///< before an acknowledgement
};

TEST(TransmitWindow, offers_no_more_than_the_peer_takes) {
    Window it;
    it.push(10);
    EXPECT_EQ(it.send_all(4), (Window::Places{0, 1, 2, 3}));
    it.acknowledge(2);
    EXPECT_EQ(it.send_all(4), (Window::Places{2, 3}));
    EXPECT_EQ(it.window.size(), 8U);
}

TEST(TransmitWindow, takes_a_frame_for_lost_when_three_later_sendings_arrived) {
    Window it;
    it.push(10);
    it.send_all();
    it.acknowledge(0, "03"_hex); // 1 and 2 are there
    EXPECT_EQ(it.send_all(), Window::Places{});
    it.acknowledge(0, "07"_hex);
    EXPECT_EQ(it.send_all(), Window::Places{0});
    it.acknowledge(0, "0f"_hex);
    EXPECT_EQ(it.send_all(), Window::Places{}); // sent again just now
}

TEST(TransmitWindow, finds_a_resent_frame_lost_again) {
    Window it;
    it.push(5);
    it.send_all();
    it.acknowledge(0, "0f"_hex);
    EXPECT_EQ(it.send_all(), Window::Places{0});
    it.push(3);
    EXPECT_EQ(it.send_all(), (Window::Places{5, 6, 7}));
    it.acknowledge(0, "7f"_hex);
    EXPECT_EQ(it.send_all(), Window::Places{0});
    EXPECT_TRUE(it.acknowledge(8).any);
    EXPECT_EQ(it.window.size(), 0U);
    EXPECT_FALSE(it.window.waits_for_news());
}

TEST(TransmitWindow, sends_again_what_the_peer_dropped_but_not_twice_in_a_round_trip) {
    Window it;
    it.pause = milliseconds(6);
    it.push(5);
    it.send_all(5);
    it.acknowledge(1, "02"_hex, true); // 3 is there
    EXPECT_EQ(it.send_all(5), (Window::Places{0, 1, 3}));
    it.acknowledge(1, "02"_hex, true); // what was under way when the first were sent again
    EXPECT_EQ(it.send_all(5), Window::Places{});
    it.acknowledge(1, "02"_hex, true);
    EXPECT_EQ(it.send_all(5), (Window::Places{0, 1, 3}));
    it.acknowledge(0, {}, true); // an old one
    EXPECT_EQ(it.send_all(5), Window::Places{});
}

TEST(TransmitWindow, samples_only_what_was_sent_once) {
    Window it;
    it.push(1);
    it.send_all();
    it.window.give_up_oldest();
    EXPECT_FALSE(it.window.waits_for_news());
    EXPECT_EQ(it.send_all(), Window::Places{0});
    const auto news = it.acknowledge(1);
    EXPECT_TRUE(news.any);
    EXPECT_FALSE(news.has_sample);
    it.push(1);
    it.send_all();
    const auto next = it.acknowledge(2);
    EXPECT_TRUE(next.has_sample);
    EXPECT_EQ(next.round_trip, milliseconds(10));
}

TEST(TransmitWindow, acknowledgement_of_what_was_never_sent_changes_nothing) {
    Window it;
    it.push(4);
    it.send_all(2);
    EXPECT_FALSE(it.acknowledge(3).any);
    EXPECT_FALSE(it.acknowledge(0xFFFF).any);
    EXPECT_FALSE(it.acknowledge(0, "fe"_hex).any);
    EXPECT_EQ(it.window.size(), 4U);
    EXPECT_TRUE(it.acknowledge(2).any);
    EXPECT_FALSE(it.acknowledge(1).any); // old
}

TEST(TransmitWindow, numbers_wrap) {
    Window it;
    for (unsigned i = 0; i < 70000; ++i) {
        ASSERT_EQ(it.window.draft_sequence(), static_cast<std::uint16_t>(i));
        it.push(1);
        it.send_all();
        ASSERT_TRUE(it.acknowledge(static_cast<std::uint16_t>(i + 1)).any);
    }
    EXPECT_EQ(it.window.free(), Window::kSlots);
}

struct Arrivals {
    Byte bytes[4 * 64];
    ReorderSlot slots[4];
    KeptFrames kept{bytes, slots};
    ReceiveWindow window{&kept};
    using Place = ReceiveWindow::Place;

    Place put(unsigned sequence) {
        const Byte content[] = {static_cast<Byte>(sequence)};
        const Place place = window.put(static_cast<std::uint16_t>(sequence), content);
        if (place == Place::next) window.advance();
        return place;
    }
    kit::Buffer bitmap() {
        Byte into[kWindowMost / 8];
        const std::size_t size = window.bitmap(into);
        return {into, into + size};
    }
};

TEST(ReceiveWindow, keeps_what_came_early_and_says_so) {
    Arrivals it;
    EXPECT_EQ(it.put(0), Arrivals::Place::next);
    EXPECT_FALSE(it.window.news());
    EXPECT_EQ(it.put(2), Arrivals::Place::early);
    EXPECT_TRUE(it.window.news());
    EXPECT_EQ(it.put(3), Arrivals::Place::early);
    EXPECT_FALSE(it.window.news()); // behind a gap that was told
    EXPECT_EQ(it.put(12), Arrivals::Place::early);
    EXPECT_EQ(it.put(3), Arrivals::Place::doubled);
    EXPECT_EQ(it.put(0), Arrivals::Place::doubled);
    EXPECT_EQ(it.bitmap(), "03 04"_hex);
    EXPECT_TRUE(it.window.kept().empty());
    EXPECT_EQ(it.put(1), Arrivals::Place::next);
    EXPECT_TRUE(it.window.news());
    for (const unsigned sequence : {2U, 3U}) {
        ASSERT_EQ(it.window.kept().size(), 1U);
        EXPECT_EQ(it.window.kept()[0], sequence);
        it.window.advance();
        it.window.release();
    }
    EXPECT_TRUE(it.window.kept().empty());
    EXPECT_EQ(it.window.next_wanted(), 4);
    EXPECT_EQ(it.bitmap(), "80"_hex);
}

TEST(ReceiveWindow, drops_what_it_has_no_slot_for) {
    Arrivals it;
    for (unsigned i = 1; i <= 4; ++i) EXPECT_EQ(it.put(i), Arrivals::Place::early);
    EXPECT_EQ(it.put(5), Arrivals::Place::dropped);
    EXPECT_EQ(it.bitmap(), "0f"_hex);
}

TEST(ReceiveWindow, has_a_bit_for_every_frame_of_the_longest_window) {
    Arrivals it;
    EXPECT_EQ(it.put(128), Arrivals::Place::early);
    EXPECT_EQ(it.bitmap().size(), 16U);
    EXPECT_EQ(it.bitmap()[15], 0x80);
    EXPECT_EQ(it.put(129), Arrivals::Place::nowhere);
    EXPECT_EQ(it.put(40000), Arrivals::Place::doubled); // long ago
}

} // namespace
} // namespace nwp::session
