// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/kit/faulty_pipe.h"

namespace nwp::kit {

/// What can befall one byte of everything an end sends.
enum class Damage : std::uint8_t {
    flip,      ///< all its bits inverted
    bit,       ///< one of its bits inverted
    drop,      ///< this byte is missing
    truncate,  ///< this byte and the rest of its frame are missing
    duplicate, ///< the frame with this byte arrives twice
    garbage,   ///< eight bytes of noise come before it
    reorder,   ///< the frame with this byte arrives behind its successor (alone: lost)
    stall,     ///< the line stands still for `stall` before its frame
};

inline constexpr std::array kAllDamage{Damage::flip,      Damage::bit,     Damage::drop,    Damage::truncate,
                                       Damage::duplicate, Damage::garbage, Damage::reorder, Damage::stall};

const char* to_string(Damage damage);

/// Cuts the line for good where the byte at `offset` of all that `from` sends passes: from it on nothing of
/// `from` arrives, and nothing of the other end if `both`.
Mutator cut_at(End from, std::uint64_t offset, bool both);

/// A mutator that does `damage` once, where the byte at `offset` of all that `from` sends passes.
Mutator damage_at(End from, std::uint64_t offset, Damage damage, Duration stall = milliseconds(1500));

} // namespace nwp::kit
