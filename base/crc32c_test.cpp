// SPDX-License-Identifier: Apache-2.0
#include "base/crc32c.h"

#include "base/text.h"

#include <gtest/gtest.h>

#include <vector>

namespace nwp {
namespace {

using Buffer = std::vector<Byte>;

Buffer counting(int from, int step) {
    Buffer bytes;
    for (int i = 0; i < 32; ++i) bytes.push_back(static_cast<Byte>(from + i * step));
    return bytes;
}

// RFC 3720 B.4 prints the CRC's bytes in the order in which they travel: aa 36 91 8a is 0x8A9136AA.
TEST(Crc32c, has_the_values_of_rfc_3720) {
    EXPECT_EQ(crc32c(Buffer(32, 0x00)), 0x8A9136AAU);
    EXPECT_EQ(crc32c(Buffer(32, 0xFF)), 0x62A8AB43U);
    EXPECT_EQ(crc32c(counting(0, 1)), 0x46DD794EU);
    EXPECT_EQ(crc32c(counting(31, -1)), 0x113FDB5CU);
    const Buffer read_command{0x01, 0xc0, 0, 0, 0, 0, 0,    0, 0,    0, 0, 0,    0, 0, 0, 0,
                              0x14, 0,    0, 0, 0, 0, 0x04, 0, 0,    0, 0, 0x14, 0, 0, 0, 0x18,
                              0x28, 0,    0, 0, 0, 0, 0,    0, 0x02, 0, 0, 0,    0, 0, 0, 0};
    EXPECT_EQ(crc32c(read_command), 0xD9963A56U);
}

TEST(Crc32c, has_the_check_value_of_its_catalogue_entry) {
    EXPECT_EQ(crc32c(as_bytes("123456789")), 0xE3069283U);
}

TEST(Crc32c, of_nothing_is_zero) { EXPECT_EQ(crc32c({}), 0U); }

TEST(Crc32c, may_be_fed_in_parts) {
    const Buffer bytes = counting(0, 7);
    for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
        const ByteView all{bytes};
        EXPECT_EQ(crc32c(all.from(cut), crc32c(all.first(cut))), crc32c(all)) << cut;
    }
}

} // namespace
} // namespace nwp
