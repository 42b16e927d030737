// SPDX-License-Identifier: Apache-2.0
// newlib-nano moves memory byte by byte: five instructions for each. Every received byte is moved.
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace {

/// A word that may lie anywhere: a Cortex-M3 and above loads it with one instruction.
struct [[gnu::packed, gnu::may_alias]] Word {
    std::uint32_t value;
};
/// Four that begin where words do: one instruction loads them all.
struct [[gnu::may_alias]] Line {
    std::uint32_t word[4];
};

bool is_at_a_word(const void* place) { return (reinterpret_cast<std::uintptr_t>(place) & 3U) == 0; }

/// Moves as many of `Unit` as are in `size`, and takes them off.
template <typename Unit>
void move(unsigned char*& to, const unsigned char*& from, std::size_t& size) {
    auto* target = reinterpret_cast<Unit*>(to);
    const auto* source = reinterpret_cast<const Unit*>(from);
    const Unit* const end = source + size / sizeof(Unit);
    if (source != end) {
        do *target++ = *source++;
        while (source != end);
    }
    to = reinterpret_cast<unsigned char*>(target);
    from = reinterpret_cast<const unsigned char*>(source);
    size %= sizeof(Unit);
}

} // namespace

extern "C" [[gnu::optimize("no-tree-loop-distribute-patterns")]] void* memcpy(void* into, const void* from,
                                                                              std::size_t size) {
    auto* to = static_cast<unsigned char*>(into);
    const auto* at = static_cast<const unsigned char*>(from);
    if (is_at_a_word(to) && is_at_a_word(at)) move<Line>(to, at, size);
    move<Word>(to, at, size);
    move<unsigned char>(to, at, size);
    return into;
}
