// SPDX-License-Identifier: Apache-2.0
#include "ports/baremetal/baremetal_port.h"

namespace nwp::baremetal {
namespace {

/// Who waits and who wakes share one processor, and an interrupt only ever sets: no exchange is needed.
bool take(std::atomic<bool>& woken) {
    if (!woken.load(std::memory_order_relaxed)) return false;
    woken.store(false, std::memory_order_relaxed);
    return true;
}

} // namespace

bool BaremetalPort::wait(Waiter& waiter, Lock& lock, Instant until) {
    NWP_EXPECT(host_ != nullptr);
    std::atomic<bool>& work = host_->service_waiter().woken;
    while (!take(waiter.woken)) {
        lock.release();
        work.store(false, std::memory_order_relaxed); // what comes from here on is seen below
        const bool more = host_->service();
        lock.take();
        if (take(waiter.woken)) return true;
        if (board_.now() >= until) return false;
        if (!more) board_.sleep(earlier(until, host_->next_deadline()), work);
    }
    return true;
}

void BaremetalPort::log(LogLevel level, const char* text) {
    if (level != LogLevel::information) board_.write_line(text);
}

} // namespace nwp::baremetal
