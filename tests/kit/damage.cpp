// SPDX-License-Identifier: Apache-2.0
#include "tests/kit/damage.h"

namespace nwp::kit {
namespace {

constexpr std::array<Byte, 8> kNoise{0x7D, 0x00, 0xFF, 0x13, 0x02, 0x00, 0x05, 0xA5};

/// Does its damage to one frame, and remembers that one while it waits for its successor.
class OneDamage {
public:
    OneDamage(End from, std::uint64_t offset, Damage damage, Duration stall)
        : from_(from), offset_(offset), damage_(damage), stall_(stall) {}

    void operator()(Passage& passage) {
        if (passage.from != from_) return;
        if (!overtaken_.empty()) {
            passage.bytes.insert(passage.bytes.end(), overtaken_.begin(), overtaken_.end());
            overtaken_.clear();
        }
        if (offset_ < passage.offset || offset_ >= passage.offset + passage.bytes.size()) return;
        hurt(passage);
        offset_ = UINT64_MAX;
    }

private:
    void hurt(Passage& passage) {
        Buffer& bytes = passage.bytes;
        const auto at = bytes.begin() + static_cast<std::ptrdiff_t>(offset_ - passage.offset);
        switch (damage_) {
            case Damage::flip: *at = static_cast<Byte>(~*at); break;
            case Damage::bit: *at = static_cast<Byte>(*at ^ 1U << offset_ % 8); break;
            case Damage::drop: bytes.erase(at); break;
            case Damage::truncate: bytes.erase(at, bytes.end()); break;
            case Damage::duplicate: {
                const Buffer again = bytes;
                bytes.insert(bytes.end(), again.begin(), again.end());
                break;
            }
            case Damage::garbage: bytes.insert(at, kNoise.begin(), kNoise.end()); break;
            case Damage::reorder: overtaken_.swap(bytes); break;
            case Damage::stall: passage.stall = stall_; break;
        }
    }

    End from_;
    std::uint64_t offset_;
    Damage damage_;
    Duration stall_;
    Buffer overtaken_;
};

} // namespace

const char* to_string(Damage damage) {
    switch (damage) {
        case Damage::flip: return "flip";
        case Damage::bit: return "bit";
        case Damage::drop: return "drop";
        case Damage::truncate: return "truncate";
        case Damage::duplicate: return "duplicate";
        case Damage::garbage: return "garbage";
        case Damage::reorder: return "reorder";
        case Damage::stall: return "stall";
    }
    return "unknown";
}

Mutator cut_at(End from, std::uint64_t offset, bool both) {
    return [from, offset, both, cut = false](Passage& passage) mutable {
        if (cut && (both || passage.from == from)) passage.bytes.clear();
        if (cut || passage.from != from || offset >= passage.offset + passage.bytes.size()) return;
        passage.bytes.resize(static_cast<std::size_t>(offset - passage.offset));
        cut = true;
    };
}

Mutator damage_at(End from, std::uint64_t offset, Damage damage, Duration stall) {
    return OneDamage{from, offset, damage, stall};
}

} // namespace nwp::kit
