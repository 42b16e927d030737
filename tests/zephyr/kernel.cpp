// SPDX-License-Identifier: Apache-2.0
// One processor, and what sleeps on it.
#include "tests/zephyr/board.h"

#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <thread>
#include <zephyr/kernel.h>
#include <zephyr/logging/log.h>
#include <zephyr/random/rand32.h>

namespace {

// Never destroyed: the driver's thread outlives main().
std::mutex& processor = *new std::mutex;
std::condition_variable& changed = *new std::condition_variable;
thread_local std::unique_lock<std::mutex> held;

const void* self() { return &held; }

std::chrono::steady_clock::time_point deadline(k_timeout_t limit) {
    return std::chrono::steady_clock::now() + std::chrono::microseconds(limit.ticks);
}

/// Sleeps until `over` is true. False: the time is over.
template <typename Over>
bool sleep(k_timeout_t limit, Over over) {
    if (limit.ticks < 0) {
        changed.wait(held, over);
        return true;
    }
    return changed.wait_until(held, deadline(limit), over);
}

} // namespace

namespace nwp::shim {

Processor::Processor() { held = std::unique_lock<std::mutex>{processor}; }
Processor::~Processor() { held = {}; }
Idle::Idle() { held.unlock(); }
Idle::~Idle() { held.lock(); }

} // namespace nwp::shim

std::int64_t k_uptime_ticks() {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::microseconds>(now).count();
}

int k_mutex_init(k_mutex* mutex) {
    *mutex = {};
    return 0;
}

int k_mutex_lock(k_mutex* mutex, k_timeout_t limit) {
    if (mutex->owner != self() && !sleep(limit, [mutex] { return mutex->owner == nullptr; })) return -EAGAIN;
    mutex->owner = self();
    ++mutex->lock_count;
    return 0;
}

int k_mutex_unlock(k_mutex* mutex) {
    if (mutex->owner != self()) return -EPERM;
    if (--mutex->lock_count != 0) return 0;
    mutex->owner = nullptr;
    changed.notify_all();
    return 0;
}

int k_condvar_init(k_condvar* condition) {
    *condition = {};
    return 0;
}

/// Who sleeps is woken; a later sleeper is not.
int k_condvar_broadcast(k_condvar* condition) {
    ++condition->broadcasts;
    changed.notify_all();
    return 0;
}

int k_condvar_wait(k_condvar* condition, k_mutex* mutex, k_timeout_t limit) {
    k_mutex_unlock(mutex);
    const unsigned before = condition->broadcasts;
    const bool woken = sleep(limit, [condition, before] { return condition->broadcasts != before; });
    k_mutex_lock(mutex, K_FOREVER);
    return woken ? 0 : -EAGAIN;
}

int k_sem_init(k_sem* sem, unsigned count, unsigned limit) {
    *sem = {count, limit};
    return 0;
}

int k_sem_take(k_sem* sem, k_timeout_t limit) {
    if (!sleep(limit, [sem] { return sem->count != 0; })) return -EAGAIN;
    --sem->count;
    return 0;
}

void k_sem_give(k_sem* sem) {
    if (sem->count < sem->limit) ++sem->count;
    changed.notify_all();
}

void k_sem_reset(k_sem* sem) { sem->count = 0; }

void k_poll_signal_init(k_poll_signal* signal) { *signal = {}; }
void k_poll_signal_reset(k_poll_signal* signal) { signal->signaled = 0; }

int k_poll_signal_raise(k_poll_signal* signal, int) {
    signal->signaled = 1;
    changed.notify_all();
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

k_tid_t k_thread_create(k_thread* thread, k_thread_stack_t*, std::size_t, k_thread_entry_t entry, void* first,
                        void* second, void* third, int, unsigned, k_timeout_t) {
    // As on a board: its driver's thread ends with the power.
    std::thread{[=] {
        const nwp::shim::Processor running;
        entry(first, second, third);
    }}.detach();
    return thread;
}

int k_thread_name_set(k_tid_t, const char*) { return 0; }

void shim_log(const char* level, const char* text) { std::fprintf(stderr, "%s: %s\n", level, text); }

std::uint32_t sys_rand32_get() { return static_cast<std::uint32_t>(k_uptime_ticks()); }
