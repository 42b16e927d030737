// SPDX-License-Identifier: Apache-2.0
#include "base/crc32c.h"

namespace nwp {
namespace {

constexpr std::uint32_t kPolynomial = 0x82F63B78; // Castagnoli, bits reflected

/// For each half of a byte: 64 bytes. A table for whole bytes has 1 KiB, an eighth of what a
/// microcontroller's driver may take; taken by words, halves need no more instructions than whole bytes by
/// themselves.
struct Table {
    std::uint32_t entry[16];
};

constexpr Table make_table() {
    Table table{};
    for (std::uint32_t i = 0; i < 16; ++i) {
        std::uint32_t value = i;
        for (int bit = 0; bit < 4; ++bit) value = (value >> 1) ^ ((value & 1U) != 0 ? kPolynomial : 0U);
        table.entry[i] = value;
    }
    return table;
}

constexpr Table kTable = make_table();

/// Four bits on, eight of them for a word: a call for each would cost as much again.
[[gnu::always_inline]] inline std::uint32_t half(std::uint32_t crc) {
    return (crc >> 4) ^ kTable.entry[crc & 15U];
}
[[gnu::always_inline]] inline std::uint32_t one(std::uint32_t crc) { return half(half(crc)); }

std::uint32_t load(const Byte* at) {
    return static_cast<std::uint32_t>(at[0]) | static_cast<std::uint32_t>(at[1]) << 8 |
           static_cast<std::uint32_t>(at[2]) << 16 | static_cast<std::uint32_t>(at[3]) << 24;
}

} // namespace

std::uint32_t crc32c(ByteView bytes, std::uint32_t before) {
    std::uint32_t crc = ~before;
    const Byte* at = bytes.begin();
    for (std::size_t words = bytes.size() / 4; words != 0; --words) {
        crc = one(one(one(one(crc ^ load(at)))));
        at += 4;
    }
    for (; at != bytes.end(); ++at) crc = one(crc ^ *at);
    return ~crc;
}

} // namespace nwp
