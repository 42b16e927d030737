// SPDX-License-Identifier: Apache-2.0
#include "nwpd/dialect/native/datagram_assembly.h"

#include "base/text.h"
#include "wire/values.h"

#include <gtest/gtest.h>

#include <string>

namespace nwp::native {
namespace {

std::string with_address(const Address& to, std::string_view bytes) {
    Byte room[32];
    wire::Writer writer{room};
    wire::put(writer, to);
    return std::string{as_text(Bytes{room}.first(writer.position()))} + std::string{bytes};
}

const Address kPeer = Address::ipv4(10, 77, 0, 1, 9000);

TEST(DatagramAssembly, gives_a_datagram_of_one_part) {
    DatagramAssembly assembly{longest_datagram(Family::ipv4)};
    EXPECT_TRUE(*assembly.add(as_bytes(with_address(kPeer, "hello")), false));
    EXPECT_EQ(assembly.to(), kPeer);
    EXPECT_EQ(as_text(assembly.bytes()), "hello");
    EXPECT_TRUE(*assembly.add(as_bytes(with_address({}, "")), false)) << "an empty one is one, too";
    EXPECT_EQ(assembly.to(), Address{});
    EXPECT_TRUE(assembly.bytes().empty());
}

TEST(DatagramAssembly, puts_parts_together) {
    DatagramAssembly assembly{longest_datagram(Family::ipv4)};
    EXPECT_FALSE(*assembly.add(as_bytes(with_address(kPeer, "one ")), true));
    EXPECT_TRUE(assembly.under_way());
    EXPECT_FALSE(*assembly.add(as_bytes("two "), true));
    EXPECT_TRUE(*assembly.add(as_bytes("three"), false));
    EXPECT_FALSE(assembly.under_way());
    EXPECT_EQ(as_text(assembly.bytes()), "one two three");
    EXPECT_EQ(assembly.to(), kPeer);
}

TEST(DatagramAssembly, refuses_what_has_no_address) {
    DatagramAssembly assembly{longest_datagram(Family::ipv4)};
    EXPECT_EQ(assembly.add({}, false).error(), Error::malformed);
    EXPECT_EQ(assembly.add(as_bytes("\x05"), false).error(), Error::malformed);
    EXPECT_EQ(assembly.add(as_bytes("\x04\x01"), false).error(), Error::malformed);
}

TEST(DatagramAssembly, refuses_more_than_a_datagram_holds) {
    const std::string longest(65507, 'x');
    DatagramAssembly assembly{longest_datagram(Family::ipv4)};
    EXPECT_TRUE(*assembly.add(as_bytes(with_address(kPeer, longest)), false));
    EXPECT_FALSE(*assembly.add(as_bytes(with_address(kPeer, longest)), true));
    EXPECT_EQ(assembly.add(as_bytes("x"), false).error(), Error::message_too_long);
}

} // namespace
} // namespace nwp::native
