// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the shim's kernel stands on: threads of the build machine (threads_scheduler.cpp), or ours on a
// Cortex-M (cortex_m/scheduler.cpp).

#include <zephyr/kernel.h>

namespace nwp::shim {

/// Nothing else runs on the processor while it lives: no other thread, and no interrupt.
class Still {
public:
    Still();
    // NOLINTNEXTLINE(performance-trivially-destructible): not so on a Cortex-M
    ~Still();
    Still(const Still&) = delete;
    Still& operator=(const Still&) = delete;

private:
    [[maybe_unused]] std::uint32_t before_; ///< on a Cortex-M: whether interrupts were off already
};

/// The thread that runs.
const void* self();

/// While it is still: lets others run until something changed(), at most until then, a time of
/// k_uptime_ticks() or kForever. It may come back earlier.
constexpr std::int64_t kForever = INT64_MAX;
void wait_for_change(std::int64_t until);

/// Everybody who waits looks again. Also from an interrupt.
void changed();

} // namespace nwp::shim
