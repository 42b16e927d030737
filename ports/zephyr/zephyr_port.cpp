// SPDX-License-Identifier: Apache-2.0
#include "ports/zephyr/zephyr_port.h"

#include <zephyr/logging/log.h>

LOG_MODULE_REGISTER(opennwp, CONFIG_OPENNWP_LOG_LEVEL);

namespace nwp::zephyr {

Instant ZephyrPort::now() {
    return Instant{
        static_cast<std::int64_t>(k_ticks_to_us_floor64(static_cast<std::uint64_t>(k_uptime_ticks())))};
}

bool ZephyrPort::wait(Waiter& waiter, Lock& lock, Instant until) {
    if (!waiter.woken.load(std::memory_order_relaxed)) {
        k_sem sleeper;
        k_sem_init(&sleeper, 0, 1);
        waiter.native = &sleeper;
        lock.release();
        k_sem_take(&sleeper, timeout_until(until, now()));
        lock.take();
        waiter.native = nullptr;
    }
    const bool woken = waiter.woken.load(std::memory_order_relaxed);
    waiter.woken.store(false, std::memory_order_relaxed);
    return woken;
}

void ZephyrPort::wake(Waiter& waiter) {
    waiter.woken.store(true, std::memory_order_relaxed);
    if (waiter.native != nullptr) k_sem_give(static_cast<k_sem*>(waiter.native));
}

void ZephyrPort::log(LogLevel level, const char* text) {
    switch (level) {
        case LogLevel::error: LOG_ERR("%s", text); break;
        case LogLevel::warning: LOG_WRN("%s", text); break;
        case LogLevel::information: LOG_INF("%s", text); break;
    }
}

k_timeout_t timeout_until(Instant until, Instant now) {
    if (until == Instant::never()) return K_FOREVER;
    if (until <= now) return K_NO_WAIT;
    const auto left_us = static_cast<std::uint64_t>((until - now).microseconds());
    return K_TICKS(static_cast<k_ticks_t>(k_us_to_ticks_ceil64(left_us)));
}

} // namespace nwp::zephyr
