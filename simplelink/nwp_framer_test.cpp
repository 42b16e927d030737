// SPDX-License-Identifier: Apache-2.0
#include "simplelink/nwp_framer.h"

#include "tests/kit/hex.h"

#include <gtest/gtest.h>

#include <string>

namespace nwp::simplelink {
namespace {

using kit::Buffer;
using namespace kit::literals;

/// "opcode: body" of what comes next.
std::string next(NwpFramer& framer) {
    const auto message = framer.next();
    if (!message) return "nothing";
    const Buffer opcode{static_cast<Byte>(message->opcode >> 8U), static_cast<Byte>(message->opcode)};
    return kit::to_hex(opcode) + ": " + kit::to_hex(message->body);
}

Buffer message(std::string_view sync, std::string_view rest) {
    return kit::from_hex(std::string(sync) + std::string(rest));
}

constexpr std::string_view kPlain = "ba dc cd ab ";
constexpr std::string_view kDummy = "63 00 08 00 0c 01 00 06 02 00 04 80";
constexpr std::string_view kStopped = "73 00 0c 00 0c 00 00 06 00 00 00 00 01 00 00 00";

TEST(NwpFramer, reads_header_state_and_args) {
    NwpFramer framer;
    framer.feed(message(kPlain, "73 04 0c 00 0c 01 00 06 02 00 04 80 fe ff 03 00"));
    const auto read = framer.next();
    ASSERT_TRUE(read);
    EXPECT_EQ(read->opcode, 0x0473);
    EXPECT_EQ(read->length, 12);
    EXPECT_EQ(read->state.tx_pool_count, 12);
    EXPECT_EQ(read->state.device_status, 1);
    EXPECT_EQ(read->state.min_max_payload, 1536);
    EXPECT_EQ(read->state.tx_failure, 2);
    EXPECT_EQ(read->state.non_blocking, 0x8004);
    EXPECT_EQ(kit::to_hex(read->body), "fe ff 03 00");
    EXPECT_EQ(framer.held(), 0U);
}

TEST(NwpFramer, takes_bytes_one_by_one) {
    NwpFramer framer;
    const Buffer bytes = message(kPlain, kStopped);
    for (std::size_t i = 0; i + 1 < bytes.size(); ++i) {
        framer.feed(ByteView{bytes}.sub(i, 1));
        EXPECT_EQ(next(framer), "nothing") << i;
    }
    framer.feed(ByteView{bytes}.from(bytes.size() - 1));
    EXPECT_EQ(next(framer), "00 73: 01 00 00 00");
}

TEST(NwpFramer, looks_past_the_masked_bits_of_a_sync_word) {
    NwpFramer framer;
    framer.feed(message("3a 5c cd 2b ", kDummy));
    EXPECT_EQ(next(framer), "00 63: ");
}

TEST(NwpFramer, counts_sequence_numbers_over_both_forms) {
    NwpFramer framer;
    for (const char* sync :
         {"bc dc cd ab ", "bd dc cd ab ", "ba dc cd ab ", "bf dc cd ab ", "bc dc cd ab "}) {
        framer.feed(message(sync, kDummy));
        EXPECT_EQ(next(framer), "00 63: ") << sync;
    }
}

TEST(NwpFramer, does_not_hear_a_wrong_sequence_number) {
    NwpFramer framer;
    framer.feed(message("bd dc cd ab ", kDummy));
    EXPECT_EQ(next(framer), "nothing");
    framer.feed(message(kPlain, kStopped));
    EXPECT_EQ(next(framer), "00 73: 01 00 00 00");
}

TEST(NwpFramer, begins_to_count_anew_when_restarted) {
    NwpFramer framer;
    framer.feed(message(kPlain, kDummy));
    EXPECT_EQ(next(framer), "00 63: ");
    framer.restart();
    framer.feed(message("bc dc cd ab ", kDummy));
    EXPECT_EQ(next(framer), "00 63: ");
}

TEST(NwpFramer, skips_noise_and_a_doubled_sync_word) {
    NwpFramer framer;
    framer.feed("01 02 03"_hex);
    framer.feed(message("ba dc cd ab ba dc cd ab ba dc cd ab ", kStopped));
    EXPECT_EQ(next(framer), "00 73: 01 00 00 00");
    EXPECT_EQ(framer.noise(), 3U);
}

TEST(NwpFramer, reads_as_much_of_a_response_as_its_command_is_owed) {
    NwpFramer framer; // the length says 8 bytes of args, a stop has 4: the rest is noise
    framer.feed(message(kPlain, "73 04 10 00 0c 00 00 06 00 00 00 00 00 00 00 00 11 22 33 44"));
    framer.feed(message(kPlain, kDummy));
    EXPECT_EQ(next(framer), "04 73: 00 00 00 00");
    EXPECT_EQ(next(framer), "00 63: ");
    EXPECT_EQ(framer.noise(), 4U);
}

TEST(NwpFramer, waits_for_all_args_of_a_response_that_is_too_short) {
    NwpFramer framer; // a profile has 244 bytes of args, whatever the length says
    framer.feed(message(
        kPlain, "84 0c 18 00 0c 00 00 06 00 00 00 00 02 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00"));
    EXPECT_EQ(next(framer), "nothing");
}

TEST(NwpFramer, reads_the_payload_and_its_padding_where_there_may_be_one) {
    NwpFramer framer;
    framer.feed(message(
        kPlain, "33 04 16 00 0c 00 00 06 00 00 00 00 00 00 02 00 00 00 06 00 08 00 28 11 22 33 00 00"));
    framer.feed(message(kPlain, kDummy));
    EXPECT_EQ(next(framer), "04 33: 00 00 02 00 00 00 06 00 08 00 28 11 22 33");
    EXPECT_EQ(next(framer), "00 63: ");
    EXPECT_EQ(framer.noise(), 0U);
}

TEST(NwpFramer, reads_as_much_received_data_as_its_status_says) {
    NwpFramer framer; // the length lies
    framer.feed(message(kPlain, "0a 10 0c 00 0c 00 00 06 00 00 00 00 06 00 00 00 77 6f 72 6c 64 21 00 00"));
    framer.feed(message(kPlain, "0b 10 0c 00 0c 00 00 06 00 00 00 00 f5 ff 00 02 00 00 00 00 00 00 00 00"));
    framer.feed(message(kPlain, kDummy));
    EXPECT_EQ(next(framer), "10 0a: 06 00 00 00 77 6f 72 6c 64 21 00 00");
    EXPECT_EQ(next(framer), "10 0b: f5 ff 00 02 00 00 00 00 00 00 00 00");
    EXPECT_EQ(next(framer), "00 63: ");
    EXPECT_EQ(framer.noise(), 0U);
}

TEST(NwpFramer, reads_no_args_of_a_dummy) {
    NwpFramer framer;
    framer.feed(message(kPlain, "63 00 0c 00 0c 00 00 06 00 00 00 00 01 02 03 04"));
    framer.feed(message(kPlain, kDummy));
    EXPECT_EQ(next(framer), "00 63: ");
    EXPECT_EQ(next(framer), "00 63: ");
    EXPECT_EQ(framer.noise(), 4U);
}

TEST(NwpFramer, takes_a_length_that_is_shorter_than_the_state) {
    NwpFramer framer;
    framer.feed(message(kPlain, "80 08 00 00 0c 00 00 06 00 00 00 00"));
    EXPECT_EQ(next(framer), "08 80: ");
}

TEST(NwpFramer, takes_the_longest_event) {
    NwpFramer framer;
    framer.feed(message(kPlain, "25 18 ff ff 0c 00 00 06 00 00 00 00"));
    framer.feed(Buffer(65527));
    EXPECT_TRUE(framer.hungry());
    framer.feed(Buffer(1));
    const auto read = framer.next();
    ASSERT_TRUE(read);
    EXPECT_EQ(read->body.size(), 65527U);
    EXPECT_EQ(framer.held(), 0U);
}

} // namespace
} // namespace nwp::simplelink
