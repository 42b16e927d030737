// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/instant.h"

namespace nwp::session {

/// How long an acknowledgement may be held back to travel with something else or to speak for two frames: a
/// full frame takes 6 ms at 921,600 baud.
constexpr Duration kAckDelay = milliseconds(20);

/// Measures the time from a frame to its acknowledgement and says how long to wait for one (RFC 6298, with
/// RFC 9002's allowance for the peer's delay). 32-bit microseconds: a microcontroller has no 64-bit divider.
class RoundTrip {
public:
    void reset() { *this = RoundTrip{}; }
    /// Of a frame that was sent once (Karn: of one sent twice nobody knows which sending was answered).
    void sample(Duration measured);
    /// Waited in vain: the next wait is twice as long, until a sample shows how long it really takes.
    void back_off();
    /// From the last sending, or the last news, to the conclusion that all is lost.
    Duration timeout() const;
    /// Shortest time ever measured; 0 before the first.
    Duration least() const { return Duration{least_us_}; }

private:
    std::uint32_t smoothed_us_ = 0;
    std::uint32_t variation_us_ = 0;
    std::uint32_t least_us_ = 0;
    std::uint8_t back_offs_ = 0;
};

} // namespace nwp::session
