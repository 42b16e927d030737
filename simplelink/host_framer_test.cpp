// SPDX-License-Identifier: Apache-2.0
#include "simplelink/host_framer.h"

#include "tests/kit/hex.h"

#include <gtest/gtest.h>

#include <string>

namespace nwp::simplelink {
namespace {

using kit::Buffer;
using namespace kit::literals;

/// "opcode: body" of what comes next.
std::string next(HostFramer& framer) {
    const auto message = framer.next();
    if (!message) return "nothing";
    const Buffer opcode{static_cast<Byte>(message->opcode >> 8U), static_cast<Byte>(message->opcode)};
    return kit::to_hex(opcode) + ": " + kit::to_hex(message->body);
}

const Buffer kStop = "ff ee dd bb 21 43 34 12 73 84 04 00 ff 00 57 56"_hex;
const Buffer kDisconnect = "21 43 34 12 81 8c 00 00"_hex;

TEST(HostFramer, takes_the_form_of_a_uart) {
    HostFramer framer;
    framer.feed(kStop);
    EXPECT_EQ(next(framer), "84 73: ff 00 57 56");
    EXPECT_EQ(next(framer), "nothing");
    EXPECT_EQ(framer.noise(), 0U);
}

TEST(HostFramer, takes_the_form_of_spi_with_its_read_words) {
    HostFramer framer;
    framer.feed("65 87 78 56"_hex);
    framer.feed(kDisconnect);
    framer.feed("65 87 78 56 65 87 78 56"_hex);
    framer.feed(kDisconnect);
    EXPECT_EQ(next(framer), "8c 81: ");
    EXPECT_EQ(next(framer), "8c 81: ");
    EXPECT_EQ(framer.noise(), 0U);
}

TEST(HostFramer, takes_bytes_one_by_one) {
    HostFramer framer;
    for (std::size_t i = 0; i + 1 < kStop.size(); ++i) {
        framer.feed(ByteView{kStop}.sub(i, 1));
        EXPECT_EQ(next(framer), "nothing") << i;
    }
    framer.feed(ByteView{kStop}.from(kStop.size() - 1));
    EXPECT_EQ(next(framer), "84 73: ff 00 57 56");
    EXPECT_EQ(framer.noise(), 0U);
}

TEST(HostFramer, takes_several_messages_at_once) {
    HostFramer framer;
    framer.feed("21 43 34 12 81 8c 00 00 21 43 34 12 73 84 04 00 01 02 03 04"_hex);
    EXPECT_EQ(next(framer), "8c 81: ");
    EXPECT_EQ(next(framer), "84 73: 01 02 03 04");
}

TEST(HostFramer, reads_the_padding_that_the_length_does_not_count) {
    HostFramer framer;
    framer.feed("21 43 34 12 80 8c 05 00 01 02 03 04 05 06 07"_hex);
    EXPECT_EQ(next(framer), "nothing");
    framer.feed("08"_hex);
    EXPECT_EQ(next(framer), "8c 80: 01 02 03 04 05 06 07 08");
}

TEST(HostFramer, finds_no_sync_word_in_a_body) {
    HostFramer framer;
    framer.feed("21 43 34 12 0c 94 0c 00 08 00 00 ff 21 43 34 12 81 8c 00 00"_hex);
    EXPECT_EQ(next(framer), "94 0c: 08 00 00 ff 21 43 34 12 81 8c 00 00");
    EXPECT_EQ(next(framer), "nothing");
}

TEST(HostFramer, skips_noise_and_counts_it) {
    HostFramer framer;
    framer.feed("00 21 21 43 21 43 34 ff"_hex);
    framer.feed(kStop);
    framer.feed("12 34"_hex);
    framer.feed(kDisconnect);
    EXPECT_EQ(next(framer), "84 73: ff 00 57 56");
    EXPECT_EQ(next(framer), "8c 81: ");
    EXPECT_EQ(framer.noise(), 10U);
}

TEST(HostFramer, takes_no_opcode_of_the_other_direction) {
    HostFramer framer;
    framer.feed("21 43 34 12 73 04 04 00"_hex);
    framer.feed(kStop);
    EXPECT_EQ(next(framer), "84 73: ff 00 57 56");
}

TEST(HostFramer, finds_the_message_that_begins_in_a_broken_header) {
    HostFramer framer;
    framer.feed("21 43 34 12 21 43 34 12 81 8c 00 00"_hex); // as opcode, 0x4321 lacks bit 15
    EXPECT_EQ(next(framer), "8c 81: ");
}

TEST(HostFramer, takes_the_longest_body) {
    HostFramer framer;
    framer.feed("21 43 34 12 0c 94 ff ff"_hex);
    framer.feed(Buffer(65535));
    EXPECT_TRUE(framer.hungry());
    EXPECT_EQ(next(framer), "nothing");
    framer.feed(Buffer(1));
    EXPECT_FALSE(framer.hungry());
    const auto message = framer.next();
    ASSERT_TRUE(message);
    EXPECT_EQ(message->body.size(), 65536U);
    EXPECT_EQ(framer.held(), 0U);
}

TEST(HostFramer, keeps_nothing_of_endless_noise) {
    HostFramer framer;
    for (int i = 0; i < 100; ++i) framer.feed(Buffer(10000, 0x21));
    EXPECT_LT(framer.held(), 4U);
    EXPECT_EQ(framer.noise(), 999999U);
}

TEST(HostFramer, notices_the_greeting_behind_a_new_baud_rate) {
    HostFramer framer;
    framer.feed("ff ff ff ff 55 aa"_hex);
    EXPECT_FALSE(framer.take_baud_greeting());
    framer.feed("55 aa"_hex);
    EXPECT_TRUE(framer.take_baud_greeting());
    EXPECT_FALSE(framer.take_baud_greeting());
    EXPECT_EQ(framer.noise(), 0U);
}

TEST(HostFramer, forgets_half_a_message_when_restarted) {
    HostFramer framer;
    framer.feed("21 43 34 12 73 84 ff ff 00"_hex);
    framer.restart();
    framer.feed(kDisconnect);
    EXPECT_EQ(next(framer), "8c 81: ");
}

} // namespace
} // namespace nwp::simplelink
