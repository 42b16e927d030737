// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwp/port.h"

#include <zephyr/kernel.h>

namespace nwp::zephyr {

/// The port under Zephyr's kernel: its mutex with priority inheritance, a semaphore for each sleeper, its
/// uptime.
class ZephyrPort final : public Port {
public:
    ZephyrPort() { k_mutex_init(&mutex_); }

    Instant now() override;
    bool wait(Waiter& waiter, Lock& lock, Instant until) override;
    /// A waiter's `native` is the k_sem that its sleeper takes. Also from an interrupt.
    void wake(Waiter& waiter) override;
    void lock() override { k_mutex_lock(&mutex_, K_FOREVER); }
    void unlock() override { k_mutex_unlock(&mutex_); }
    void log(LogLevel level, const char* text) override;

private:
    k_mutex mutex_;
};

/// How long until then, rounded up to whole ticks: nobody wakes early.
k_timeout_t timeout_until(Instant until, Instant now);

} // namespace nwp::zephyr
