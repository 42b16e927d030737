// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/instant.h"

#include <atomic>

namespace nwp::kit {

/// A clock that stands until the test moves it. Any thread.
class ManualClock {
public:
    Instant now() const { return Instant{us_.load()}; }
    void advance(Duration by) { us_ += by.microseconds(); }
    /// An earlier instant changes nothing.
    void advance_to(Instant to) {
        if (to > now()) us_ = to.microseconds();
    }

private:
    std::atomic<std::int64_t> us_{1000000}; // not 0: a forgotten initial value shall not look like now
};

} // namespace nwp::kit
