// SPDX-License-Identifier: Apache-2.0
#include "simplelink/nwp_message.h"

#include "tests/kit/hex.h"

#include <gtest/gtest.h>

namespace nwp::simplelink {
namespace {

using namespace kit::literals;

constexpr NwpState kState{.tx_pool_count = 12,
                          .device_status = 1,
                          .min_max_payload = 1536,
                          .tx_failure = 0x0304,
                          .non_blocking = 0x8000};

TEST(NwpMessage, carries_state_args_and_payload) {
    std::vector<Byte> out;
    append_message(out, 0x0433, kState, "00 00 02 00 00 00 04 00"_hex, "01 02 03 04"_hex);
    EXPECT_EQ(kit::to_hex(out), "ba dc cd ab 33 04 14 00 0c 01 00 06 04 03 00 80 "
                                "00 00 02 00 00 00 04 00 01 02 03 04");
}

TEST(NwpMessage, pads_without_counting_the_padding) {
    std::vector<Byte> out;
    append_message(out, 0x0433, kState, "00 00 02 00 00 00 06 00"_hex, "08 00 28 11 22 33"_hex);
    EXPECT_EQ(kit::to_hex(ByteView{out}.sub(6, 2)), "16 00");
    EXPECT_EQ(kit::to_hex(ByteView{out}.from(24)), "08 00 28 11 22 33 00 00");
}

TEST(NwpMessage, pads_args_of_an_odd_size) {
    std::vector<Byte> out;
    append_message(out, 0x089D, kState, "01 02 03 04 05 06 07 08 09"_hex);
    EXPECT_EQ(kit::to_hex(ByteView{out}.sub(6, 2)), "11 00");
    EXPECT_EQ(out.size(), kNwpHeaderSize + 12);
}

TEST(NwpMessage, has_nothing_but_a_header_without_args) {
    std::vector<Byte> out{0xEE};
    append_message(out, 0x0063, kState, {});
    EXPECT_EQ(kit::to_hex(out), "ee ba dc cd ab 63 00 08 00 0c 01 00 06 04 03 00 80");
}

TEST(NwpMessage, has_room_for_the_largest_body) {
    std::vector<Byte> out;
    append_message(out, 0x100A, kState, "ff 7f 00 00"_hex, std::vector<Byte>(kLargestNwpBody - 4));
    EXPECT_EQ(kit::to_hex(ByteView{out}.sub(6, 2)), "ff ff");
    EXPECT_EQ(out.size(), kNwpHeaderSize + 65528);
}

} // namespace
} // namespace nwp::simplelink
