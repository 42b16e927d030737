// SPDX-License-Identifier: Apache-2.0
#include "base/crc32c.h"

namespace nwp {
namespace {

constexpr std::uint32_t kPolynomial = 0x82F63B78; // Castagnoli, bits reflected

struct Table {
    std::uint32_t entry[256];
};

constexpr Table make_table() {
    Table table{};
    for (std::uint32_t i = 0; i < 256; ++i) {
        std::uint32_t value = i;
        for (int bit = 0; bit < 8; ++bit) value = (value >> 1) ^ ((value & 1U) != 0 ? kPolynomial : 0U);
        table.entry[i] = value;
    }
    return table;
}

constexpr Table kTable = make_table();

} // namespace

std::uint32_t crc32c(ByteView bytes, std::uint32_t before) {
    std::uint32_t crc = ~before;
    for (const Byte byte : bytes) crc = (crc >> 8) ^ kTable.entry[(crc ^ byte) & 0xFFU];
    return ~crc;
}

} // namespace nwp
