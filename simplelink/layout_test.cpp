// SPDX-License-Identifier: Apache-2.0
#include "simplelink/layout.h"

#include "simplelink/message_info.h"
#include "simplelink/socket.h"
#include "tests/kit/hex.h"

#include <gtest/gtest.h>

namespace nwp::simplelink {
namespace {

using namespace kit::literals;

enum class Colour : std::uint8_t { red = 3 };

struct Everything {
    static constexpr std::size_t size = 24;
    std::uint8_t small = 0;
    std::int16_t negative = 0;
    Colour colour{};
    std::uint32_t large = 0;
    BigEndian16 port{};
    std::array<Byte, 3> bytes{};
    std::array<std::uint16_t, 2> numbers{};
    static constexpr auto fields() {
        return layout(at(0, "small", &Everything::small), at(2, "negative", &Everything::negative),
                      at(4, "colour", &Everything::colour), at(8, "large", &Everything::large),
                      at(12, "port", &Everything::port), at(14, "bytes", &Everything::bytes),
                      at(20, "numbers", &Everything::numbers));
    }
};

constexpr Everything kValue{.small = 1,
                            .negative = -2,
                            .colour = Colour::red,
                            .large = 0x12345678,
                            .port = {443},
                            .bytes = {7, 8, 9},
                            .numbers = {0x0A0B, 0x0C0D}};

TEST(Layout, puts_fields_at_their_places_and_zero_between_them) {
    EXPECT_EQ(kit::to_hex(encode(kValue)),
              "01 00 fe ff 03 00 00 00 78 56 34 12 01 bb 07 08 09 00 00 00 0b 0a 0d 0c");
}

TEST(Layout, reads_what_it_wrote_and_ignores_what_no_field_covers) {
    auto bytes = encode(kValue);
    bytes[1] = 0xEE;
    bytes[19] = 0xEE;
    const auto value = decode<Everything>(bytes);
    ASSERT_TRUE(value);
    EXPECT_EQ(encode(*value), encode(kValue));
}

TEST(Layout, refuses_a_body_that_is_too_short) {
    const auto bytes = encode(kValue);
    EXPECT_EQ(decode<Everything>(ByteView{bytes}.first(23)).error(), Error::malformed);
}

TEST(Layout, leaves_what_stands_behind_the_args_to_the_payload) {
    const auto body = "05 00 03 ff 01 02 03 04 05 00 00 00"_hex;
    EXPECT_EQ(decode<SocketSend>(body)->length, 5);
    EXPECT_EQ(kit::to_hex(payload_of<SocketSend>(body)), "01 02 03 04 05 00 00 00");
}

TEST(Layout, can_be_used_by_the_compiler) {
    static_assert(encode(SocketOpen{Family::ipv4, SocketType::stream, Protocol::tls})[2] == 100);
    static_assert(network_order(host_order(std::array<Byte, 4>{93, 184, 216, 34}))[0] == 93);
    EXPECT_EQ(kit::to_hex(encode(BasicResponse<0x1405>{.status = -98})), "9e ff 00 00");
}

struct Overlapping {
    static constexpr std::size_t size = 4;
    std::uint16_t first = 0;
    std::uint16_t second = 0;
    static constexpr auto fields() {
        return layout(at(0, "first", &Overlapping::first), at(1, "second", &Overlapping::second));
    }
};

struct TooLarge {
    static constexpr std::size_t size = 4;
    std::uint32_t first = 0;
    static constexpr auto fields() { return layout(at(2, "first", &TooLarge::first)); }
};

struct Forgetful {
    static constexpr std::size_t size = 4;
    std::uint16_t first = 0;
    std::array<Byte, 2> second{};
    static constexpr auto fields() { return layout(at(0, "first", &Forgetful::first)); }
};

TEST(Layout, knows_a_faulty_declaration) {
    static_assert(well_formed<Everything>());
    static_assert(!well_formed<Overlapping>());
    static_assert(!well_formed<TooLarge>());
    static_assert(!well_formed<Forgetful>());
    EXPECT_EQ(detail::member_count<Everything>(), 7U);
}

TEST(Layout, cuts_texts_to_their_room) {
    const auto room = room_with<4>(ByteView{"ab"_hex});
    EXPECT_EQ(kit::to_hex(room), "ab 00 00 00");
    EXPECT_EQ(text_of(room, 200).size(), 4U);
    EXPECT_EQ(text_of(room, 1).size(), 1U);
}

} // namespace
} // namespace nwp::simplelink
