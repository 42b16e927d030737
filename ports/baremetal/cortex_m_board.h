// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/baremetal/board.h"

namespace nwp::baremetal {

/// A board with a Cortex-M: what is left to it is a counter, an alarm and a place for characters.
class CortexMBoard : public Board {
public:
    Instant now() final;
    void sleep(Instant until, const std::atomic<bool>& woken) final;
    void write_line(const char* text) final;

    /// From the alarm's interrupt.
    void on_alarm() {
        stop_alarm();
        rang_ = true;
    }

protected:
    ~CortexMBoard() = default;

private:
    /// Counts on and on, modulo 2^32: the program must ask once in 71 minutes, and sleeps never so long.
    virtual std::uint32_t microseconds() = 0;
    /// on_alarm() once, after 1 to 100,000,000 microseconds; an alarm that was set before is no more.
    virtual void set_alarm(std::uint32_t microseconds) = 0;
    /// No on_alarm(), and none is pending.
    virtual void stop_alarm() = 0;
    /// To whoever reads; waits until there is room.
    virtual void put(char character) = 0;

    std::uint32_t last_ = 0;
    std::uint32_t high_ = 0;
    volatile bool rang_ = false;
};

} // namespace nwp::baremetal
