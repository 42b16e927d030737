// SPDX-License-Identifier: Apache-2.0
#include "ports/baremetal/cortex_m_board.h"

#include "ports/baremetal/cortex_m.h"

namespace nwp::baremetal {
namespace {

constexpr Duration kLongestSleep = seconds(100);

} // namespace

Instant CortexMBoard::now() {
    const std::uint32_t low = microseconds();
    if (low < last_) ++high_;
    last_ = low;
    return Instant{static_cast<std::int64_t>((std::uint64_t{high_} << 32) | low)};
}

void CortexMBoard::sleep(Instant until, const std::atomic<bool>& woken) {
    Duration time = until - now();
    if (time <= Duration{}) return;
    if (time > kLongestSleep) time = kLongestSleep;
    rang_ = false;
    set_alarm(static_cast<std::uint32_t>(time.microseconds()));
    while (!rang_) {
        // An interrupt that comes between this look and the sleep stays pending and ends the sleep.
        cortex_m::interrupts_off();
        if (!woken.load(std::memory_order_relaxed) && !rang_) cortex_m::wait_for_interrupt();
        cortex_m::interrupts_on();
        if (woken.load(std::memory_order_relaxed)) break;
    }
    stop_alarm();
}

void CortexMBoard::write_line(const char* text) {
    while (*text != '\0') put(*text++);
    put('\n');
}

} // namespace nwp::baremetal
