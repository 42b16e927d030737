// SPDX-License-Identifier: Apache-2.0
#include "session/round_trip.h"

namespace nwp::session {
namespace {

constexpr std::uint32_t kBeforeFirstSampleUs = 250000;
constexpr std::uint32_t kMostUs = 1000000; // also the longest a sample counts
constexpr std::uint8_t kMostBackOffs = 6;

} // namespace

void RoundTrip::sample(Duration measured) {
    std::uint32_t us = kMostUs;
    if (measured < Duration{kMostUs}) us = static_cast<std::uint32_t>(measured.microseconds());
    if (us == 0) us = 1;
    back_offs_ = 0;
    if (smoothed_us_ == 0) { // RFC 6298 2.2
        smoothed_us_ = us;
        variation_us_ = us / 2;
        least_us_ = us;
        return;
    }
    // RFC 6298 2.3: beta 1/4, alpha 1/8.
    const std::uint32_t difference = us > smoothed_us_ ? us - smoothed_us_ : smoothed_us_ - us;
    variation_us_ = variation_us_ - variation_us_ / 4 + difference / 4;
    smoothed_us_ = smoothed_us_ - smoothed_us_ / 8 + us / 8;
    if (us < least_us_) least_us_ = us;
}

void RoundTrip::back_off() {
    if (back_offs_ < kMostBackOffs) ++back_offs_;
}

Duration RoundTrip::timeout() const {
    std::uint32_t us = kBeforeFirstSampleUs;
    if (smoothed_us_ != 0) {
        // The peer's delay is also what a busy system's scheduler may take.
        us = smoothed_us_ + 4 * variation_us_ + static_cast<std::uint32_t>(kAckDelay.microseconds());
    }
    us <<= back_offs_;
    return Duration{us < kMostUs ? us : kMostUs};
}

} // namespace nwp::session
