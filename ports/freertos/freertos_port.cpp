// SPDX-License-Identifier: Apache-2.0
#include "ports/freertos/freertos_port.h"

namespace nwp::freertos {
namespace {

constexpr std::uint64_t kMicroseconds = 1000000; ///< in a second
constexpr std::uint64_t kTicks = configTICK_RATE_HZ;
constexpr unsigned kTickBits = 8 * sizeof(TickType_t);
constexpr std::uint64_t kLongest = portMAX_DELAY - TickType_t{1};

/// All ticks: the kernel counts how often its counter went round.
std::uint64_t ticks() {
    TimeOut_t at;
    vTaskSetTimeOutState(&at);
    const std::uint64_t low = at.xTimeOnEntering;
    if constexpr (kTickBits < 64) {
        return (static_cast<std::uint64_t>(at.xOverflowCount) << kTickBits) | low;
    } else {
        return low;
    }
}

} // namespace

Instant FreertosPort::now() {
    const std::uint64_t count = ticks();
    if constexpr (kMicroseconds % kTicks == 0) {
        return Instant{static_cast<std::int64_t>(count * (kMicroseconds / kTicks))};
    }
    // Second by second, so that nothing overflows for as long as 64 bits hold microseconds.
    const std::uint64_t us = count / kTicks * kMicroseconds + count % kTicks * kMicroseconds / kTicks;
    return Instant{static_cast<std::int64_t>(us)};
}

TickType_t ticks_until(Instant until, Instant now) {
    if (until == Instant::never()) return portMAX_DELAY;
    if (until <= now) return 0;
    const auto left_us = static_cast<std::uint64_t>((until - now).microseconds());
    const std::uint64_t part = (left_us % kMicroseconds * kTicks + kMicroseconds - 1) / kMicroseconds;
    const std::uint64_t count = left_us / kMicroseconds * kTicks + part;
    return static_cast<TickType_t>(count < kLongest ? count : kLongest);
}

bool FreertosPort::take(SemaphoreHandle_t semaphore, Instant until) {
    for (;;) {
        const TickType_t most = ticks_until(until, now());
        if (xSemaphoreTake(semaphore, most) == pdTRUE) return true;
        if (most == 0) return false;
    }
}

bool FreertosPort::wait(Waiter& waiter, Lock& lock, Instant until) {
    if (!waiter.woken.load(std::memory_order_relaxed)) {
        StaticSemaphore_t memory;
        const SemaphoreHandle_t sleeper = xSemaphoreCreateBinaryStatic(&memory);
        waiter.native = sleeper;
        lock.release();
        static_cast<void>(take(sleeper, until));
        lock.take();
        waiter.native = nullptr;
        vSemaphoreDelete(sleeper);
    }
    const bool woken = waiter.woken.load(std::memory_order_relaxed);
    waiter.woken.store(false, std::memory_order_relaxed);
    return woken;
}

void FreertosPort::wake(Waiter& waiter) {
    waiter.woken.store(true, std::memory_order_relaxed);
    if (waiter.native == nullptr) return;
    const auto sleeper = static_cast<SemaphoreHandle_t>(waiter.native);
    // Full already: it was woken before.
    BaseType_t* const interrupt = woken_.load(std::memory_order_relaxed);
    if (interrupt != nullptr) {
        static_cast<void>(xSemaphoreGiveFromISR(sleeper, interrupt));
    } else {
        static_cast<void>(xSemaphoreGive(sleeper));
    }
}

} // namespace nwp::freertos
