// SPDX-License-Identifier: Apache-2.0
// What sleeps, and what ends a sleep.
#include "tests/zephyr/scheduler.h"

#include <cerrno>
#include <zephyr/random/rand32.h>

namespace {

using nwp::shim::changed;
using nwp::shim::self;
using nwp::shim::Still;

/// Sleeps until `taken` is true. False: the time is over.
template <typename Taken>
bool sleep(k_timeout_t limit, Taken taken) {
    const Still still;
    const std::int64_t end = limit.ticks < 0 ? nwp::shim::kForever : k_uptime_ticks() + limit.ticks;
    while (!taken()) {
        if (k_uptime_ticks() >= end) return false;
        nwp::shim::wait_for_change(end);
    }
    return true;
}

} // namespace

int k_mutex_init(k_mutex* mutex) {
    *mutex = {};
    return 0;
}

int k_mutex_lock(k_mutex* mutex, k_timeout_t limit) {
    const auto taken = [mutex] {
        if (mutex->owner != nullptr && mutex->owner != self()) return false;
        mutex->owner = self();
        ++mutex->lock_count;
        return true;
    };
    return sleep(limit, taken) ? 0 : -EAGAIN;
}

int k_mutex_unlock(k_mutex* mutex) {
    const Still still;
    if (mutex->owner != self()) return -EPERM;
    if (--mutex->lock_count != 0) return 0;
    mutex->owner = nullptr;
    changed();
    return 0;
}

int k_condvar_init(k_condvar* condition) {
    *condition = {};
    return 0;
}

/// Who sleeps is woken; a later sleeper is not.
int k_condvar_broadcast(k_condvar* condition) {
    const Still still;
    ++condition->broadcasts;
    changed();
    return 0;
}

int k_condvar_wait(k_condvar* condition, k_mutex* mutex, k_timeout_t limit) {
    bool woken = false;
    {
        const Still still;
        const unsigned before = condition->broadcasts;
        k_mutex_unlock(mutex);
        woken = sleep(limit, [condition, before] { return condition->broadcasts != before; });
    }
    k_mutex_lock(mutex, K_FOREVER);
    return woken ? 0 : -EAGAIN;
}

int k_sem_init(k_sem* sem, unsigned count, unsigned limit) {
    *sem = {count, limit};
    return 0;
}

int k_sem_take(k_sem* sem, k_timeout_t limit) {
    const auto taken = [sem] {
        if (sem->count == 0) return false;
        --sem->count;
        return true;
    };
    return sleep(limit, taken) ? 0 : -EAGAIN;
}

void k_sem_give(k_sem* sem) {
    const Still still;
    if (sem->count < sem->limit) ++sem->count;
    changed();
}

void k_sem_reset(k_sem* sem) { sem->count = 0; }

void k_sleep(k_timeout_t time) {
    sleep(time, [] { return false; });
}

void k_poll_signal_init(k_poll_signal* signal) { *signal = {}; }
void k_poll_signal_reset(k_poll_signal* signal) { signal->signaled = 0; }

int k_poll_signal_raise(k_poll_signal* signal, int) {
    const Still still;
    signal->signaled = 1;
    changed();
    return 0;
}

void k_poll_event_init(k_poll_event* event, int, int, void* signal) {
    *event = {static_cast<k_poll_signal*>(signal), K_POLL_STATE_NOT_READY};
}

int k_poll(k_poll_event* events, int count, k_timeout_t limit) {
    const auto look = [events, count] {
        bool any = false;
        for (k_poll_event* event = events; event != events + count; ++event) {
            if (event->signal->signaled == 0) continue;
            event->state |= K_POLL_STATE_SIGNALED;
            any = true;
        }
        return any;
    };
    return sleep(limit, look) ? 0 : -EAGAIN;
}

std::uint32_t sys_rand32_get() { return static_cast<std::uint32_t>(k_uptime_ticks()); }
