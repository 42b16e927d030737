// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/bytes.h"

#include <optional>
#include <random>

namespace nwp::kit {

/// Inverts one bit of a byte with a given chance per byte. Draws the distance to the next such byte instead
/// of asking for each one: gigabytes pass here.
class Flipper {
public:
    explicit Flipper(std::uint64_t seed) : random_(seed) {}

    void flip(Bytes bytes, double chance) {
        if (chance <= 0) return;
        if (chance != chance_) right_.reset();
        chance_ = chance;
        std::uint64_t at = 0;
        for (;;) {
            if (!right_) right_ = std::geometric_distribution<std::uint64_t>{chance}(random_);
            if (*right_ >= bytes.size() - at) break;
            at += *right_;
            bytes[at] = static_cast<Byte>(bytes[at] ^ (1U << (random_() % 8)));
            ++at;
            right_.reset();
        }
        *right_ -= bytes.size() - at;
    }

private:
    std::mt19937_64 random_;
    double chance_ = 0;
    std::optional<std::uint64_t> right_; ///< bytes that stay right before the next flip
};

} // namespace nwp::kit
