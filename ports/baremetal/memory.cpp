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
struct [[gnu::packed, gnu::may_alias]] Line {
    Word word[4];
};

} // namespace

extern "C" [[gnu::optimize("no-tree-loop-distribute-patterns")]] void* memcpy(void* into, const void* from,
                                                                              std::size_t size) {
    auto* to = static_cast<unsigned char*>(into);
    const auto* at = static_cast<const unsigned char*>(from);
    for (; size >= sizeof(Line); size -= sizeof(Line)) {
        const auto* const source = reinterpret_cast<const Line*>(at);
        auto* const target = reinterpret_cast<Line*>(to);
        const Word first = source->word[0], second = source->word[1], third = source->word[2],
                   fourth = source->word[3];
        target->word[0] = first;
        target->word[1] = second;
        target->word[2] = third;
        target->word[3] = fourth;
        at += sizeof(Line);
        to += sizeof(Line);
    }
    for (; size != 0; --size) *to++ = *at++;
    return into;
}
