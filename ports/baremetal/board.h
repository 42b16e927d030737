// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/instant.h"

#include <atomic>

namespace nwp::baremetal {

/// What the port needs of a board: a clock, sleep, and somebody who reads lines.
class Board {
public:
    /// Monotonic. Not from an interrupt.
    virtual Instant now() = 0;

    /// Sleeps (WFI) until `woken` is true, which an interrupt sets, or until `until`; it may come back
    /// earlier. Nothing may be lost between its look at `woken` and its sleep.
    virtual void sleep(Instant until, const std::atomic<bool>& woken) = 0;

    /// One line for people; the line end is added.
    virtual void write_line(const char* text) = 0;

protected:
    ~Board() = default;
};

} // namespace nwp::baremetal
