// SPDX-License-Identifier: Apache-2.0
#include "link/framer.h"

#include "base/crc32c.h"
#include "tests/kit/hex.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace nwp::link {
namespace {

using kit::Buffer;
using kit::to_hex;
using namespace kit::literals;

Buffer framed(const Buffer& frame, Lead lead = Lead::none) {
    Buffer bytes(encoded_room(frame.size()));
    bytes.resize(encode_frame(frame, bytes, lead));
    return bytes;
}

/// A Framer with storage of its own that remembers all frames it gave.
struct Receiver {
    explicit Receiver(std::size_t frame_room = 512) : storage(framer_room(frame_room)) {}

    void feed(ByteView bytes) {
        while (!bytes.empty()) {
            const std::size_t taken = framer.on_bytes(bytes);
            ASSERT_GT(taken, 0U);
            ASSERT_LE(taken, bytes.size());
            bytes = bytes.from(taken);
            if (!framer.frame().empty()) frames.push_back(kit::copied(framer.frame()));
        }
    }

    Buffer storage;
    Framer framer{storage};
    std::vector<Buffer> frames;
};

Buffer pattern(std::size_t size, unsigned seed) {
    std::mt19937 random(seed);
    Buffer bytes(size);
    for (Byte& byte : bytes) byte = random() % 5 == 0 ? Byte{0} : static_cast<Byte>(random());
    return bytes;
}

// The worked example of docs/protocol/links.md; computed by hand from RFC 3720 B.4 and the stuffing rule.
TEST(Framer, frame_has_the_documented_bytes) {
    EXPECT_EQ(to_hex(framed("31 32 33 34 35 36 37 38 39"_hex)),
              "0e 31 32 33 34 35 36 37 38 39 83 92 06 e3 00");
}

TEST(Framer, frame_with_zeros_has_the_documented_bytes) {
    EXPECT_EQ(to_hex(framed("4e 57 50 00 01 00 00 05"_hex)), "04 4e 57 50 02 01 01 06 05 65 9d c3 ba 00");
}

TEST(Framer, reads_the_documented_bytes) {
    Receiver receiver;
    receiver.feed("0e 31 32 33 34 35 36 37 38 39 83 92 06 e3 00"_hex);
    ASSERT_EQ(receiver.frames.size(), 1U);
    EXPECT_EQ(to_hex(receiver.frames[0]), "31 32 33 34 35 36 37 38 39");
}

TEST(Framer, room_for_512_bytes_is_the_documented_one) { EXPECT_EQ(encoded_room(512), 521U); }

TEST(Framer, every_size_survives_the_round_trip) {
    Receiver receiver{1100};
    for (std::size_t size = 1; size <= 1100; ++size) {
        const Buffer frame = pattern(size, static_cast<unsigned>(size));
        const Buffer bytes = framed(frame, size % 2 == 0 ? Lead::none : Lead::delimiter);
        EXPECT_LE(bytes.size(), encoded_room(size));
        receiver.frames.clear();
        receiver.feed(bytes);
        ASSERT_EQ(receiver.frames.size(), 1U) << size;
        EXPECT_EQ(receiver.frames[0], frame);
    }
}

TEST(Framer, worst_case_fits_encoded_room) {
    for (const std::size_t size : {249U, 250U, 251U, 254U, 504U, 508U, 65535U}) {
        const Buffer bytes = framed(Buffer(size, 0xAA), Lead::delimiter);
        EXPECT_LE(bytes.size(), encoded_room(size));
        Receiver receiver{size};
        receiver.feed(bytes);
        EXPECT_EQ(receiver.frames.size(), 1U);
    }
}

TEST(Framer, delimiter_stands_only_at_the_end) {
    const Buffer bytes = framed(Buffer(600, 0));
    EXPECT_EQ(std::count(bytes.begin(), bytes.end(), kDelimiter), 1);
    EXPECT_EQ(bytes.back(), kDelimiter);
}

TEST(Framer, overhead_of_a_512_byte_frame_is_below_one_and_a_half_percent) {
    EXPECT_LE(framed(Buffer(512, 0x55)).size(), 520U);
}

TEST(Framer, bytes_may_come_one_at_a_time) {
    Receiver receiver;
    const Buffer frame = pattern(300, 7);
    for (const Byte byte : framed(frame)) receiver.feed(ByteView{&byte, 1});
    ASSERT_EQ(receiver.frames.size(), 1U);
    EXPECT_EQ(receiver.frames[0], frame);
}

TEST(Framer, yields_one_frame_at_a_time) {
    Buffer bytes = framed("01 02"_hex);
    const std::size_t first = bytes.size();
    const Buffer second = framed("03"_hex);
    bytes.insert(bytes.end(), second.begin(), second.end());

    Receiver receiver;
    EXPECT_EQ(receiver.framer.on_bytes(bytes), first);
    EXPECT_EQ(to_hex(receiver.framer.frame()), "01 02");
    EXPECT_EQ(receiver.framer.on_bytes(ByteView{bytes}.from(first)), second.size());
    EXPECT_EQ(to_hex(receiver.framer.frame()), "03");
}

TEST(Framer, recovers_after_garbage) {
    Receiver receiver;
    receiver.feed("7d 7d 00 ff 13"_hex);
    receiver.feed(framed("01 02"_hex, Lead::delimiter));
    ASSERT_EQ(receiver.frames.size(), 1U);
    EXPECT_EQ(to_hex(receiver.frames[0]), "01 02");
}

TEST(Framer, leading_delimiter_saves_a_frame_from_noise_before_it) {
    Receiver without;
    without.feed("20"_hex);
    without.feed(framed("01 02"_hex));
    EXPECT_TRUE(without.frames.empty());

    Receiver with;
    with.feed("20"_hex);
    with.feed(framed("01 02"_hex, Lead::delimiter));
    EXPECT_EQ(with.frames.size(), 1U);
}

TEST(Framer, any_single_flipped_bit_is_refused_and_the_next_frame_arrives) {
    const Buffer good = framed(pattern(40, 3));
    for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
        Buffer bad = good;
        bad[bit / 8] = static_cast<Byte>(bad[bit / 8] ^ (1U << (bit % 8)));
        Receiver receiver;
        receiver.feed(bad);
        receiver.feed(framed("0a 0b"_hex, Lead::delimiter));
        ASSERT_EQ(receiver.frames.size(), 1U) << bit;
        EXPECT_EQ(to_hex(receiver.frames[0]), "0a 0b");
    }
}

TEST(Framer, any_truncation_is_refused_and_the_next_frame_arrives) {
    const Buffer good = framed(pattern(40, 4));
    for (std::size_t size = 0; size + 1 < good.size(); ++size) {
        Receiver receiver;
        receiver.feed(ByteView{good}.first(size));
        receiver.feed(framed("0a 0b"_hex, Lead::delimiter));
        ASSERT_EQ(receiver.frames.size(), 1U) << size;
    }
}

TEST(Framer, counts_a_wrong_check) {
    Receiver receiver;
    receiver.feed("0e 31 32 33 34 35 36 37 38 38 83 92 06 e3 00"_hex);
    EXPECT_TRUE(receiver.frames.empty());
    EXPECT_EQ(receiver.framer.counters().bad_check, 1U);
}

TEST(Framer, counts_a_block_cut_short) {
    Receiver receiver;
    receiver.feed("0e 31 32 00"_hex);
    EXPECT_EQ(receiver.framer.counters().bad_code, 1U);
}

TEST(Framer, counts_what_is_longer_than_its_storage) {
    Receiver receiver{64};
    receiver.feed(framed(pattern(64, 1)));
    EXPECT_EQ(receiver.frames.size(), 1U);
    receiver.feed(framed(pattern(65, 1)));
    receiver.feed(framed(Buffer(65, 0x11)));
    receiver.feed(framed(Buffer(65, 0x00)));
    receiver.feed(framed(Buffer(4000, 0x11)));
    EXPECT_EQ(receiver.frames.size(), 1U);
    EXPECT_EQ(receiver.framer.counters().too_long, 4U);
    receiver.feed(framed("01"_hex));
    EXPECT_EQ(receiver.frames.size(), 2U);
}

TEST(Framer, counts_what_has_no_byte_beside_its_check) {
    Receiver receiver;
    receiver.feed("01 00"_hex);             // nothing
    receiver.feed("02 11 00"_hex);          // less than a CRC
    receiver.feed("01 01 01 01 00"_hex);    // 00 00 00: the last code stands for the end
    receiver.feed("01 01 01 01 01 00"_hex); // the right CRC-32C of no bytes
    EXPECT_TRUE(receiver.frames.empty());
    EXPECT_EQ(receiver.framer.counters().too_short, 4U);
}

TEST(Framer, idle_line_is_not_counted) {
    Receiver receiver;
    receiver.feed(Buffer(1000, kDelimiter));
    EXPECT_EQ(receiver.framer.counters().too_short + receiver.framer.counters().bad_code, 0U);
}

TEST(Framer, full_last_block_may_be_followed_by_an_empty_one) {
    // Some encoders close a last block of 254 bytes with an empty block; ours does not. Both mean the same.
    Buffer frame(250, 0x42);
    while (framed(frame)[0] != 0xFF) ++frame[0];
    Buffer bytes = framed(frame);
    bytes.insert(bytes.end() - 1, 0x01);
    Receiver receiver;
    receiver.feed(bytes);
    ASSERT_EQ(receiver.frames.size(), 1U);
    EXPECT_EQ(receiver.frames[0], frame);
}

TEST(Framer, restart_forgets_half_a_frame) {
    Receiver receiver;
    receiver.feed("20 01 02"_hex);
    receiver.framer.restart();
    receiver.feed(framed("01 02"_hex));
    EXPECT_EQ(receiver.frames.size(), 1U);
}

TEST(Framer, storage_without_room_for_anything_takes_nothing) {
    Framer framer{Bytes{}};
    const Buffer bytes = framed("01 02"_hex);
    EXPECT_EQ(framer.on_bytes(bytes), bytes.size());
    EXPECT_TRUE(framer.frame().empty());
}

} // namespace
} // namespace nwp::link
