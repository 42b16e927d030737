// SPDX-License-Identifier: Apache-2.0
#pragma once

// Of Zephyr's kernel what the driver uses, on one processor. On the build machine a thread runs while it
// holds it, and gives it away only where Zephyr's would sleep, so interrupts (threads that wait for the
// processor) come there alone; no priorities. On a Cortex-M threads have priorities and interrupts come at
// any time. Neither has time slices, priority inheritance or memory protection, and whoever waits looks again
// after every change of anything.

#include <cstddef>
#include <cstdint>
#include <sys/types.h>

#define __weak __attribute__((weak))
#define CODE_UNREACHABLE __builtin_unreachable()
[[noreturn]] void k_panic();

using k_ticks_t = std::int64_t;
struct k_timeout_t {
    k_ticks_t ticks; ///< microseconds here; -1: for ever
};
#define K_FOREVER (k_timeout_t{-1})
#define K_NO_WAIT (k_timeout_t{0})
#define K_TICKS(count) (k_timeout_t{count})
#define K_MSEC(ms) (k_timeout_t{static_cast<k_ticks_t>(ms) * 1000})

std::int64_t k_uptime_ticks();
inline std::uint64_t k_ticks_to_us_floor64(std::uint64_t ticks) { return ticks; }
inline std::uint64_t k_us_to_ticks_ceil64(std::uint64_t us) { return us; }

struct k_mutex {
    const void* owner = nullptr;
    std::uint32_t lock_count = 0;
};
int k_mutex_init(k_mutex* mutex);
int k_mutex_lock(k_mutex* mutex, k_timeout_t limit);
int k_mutex_unlock(k_mutex* mutex);

struct k_condvar {
    unsigned broadcasts = 0;
};
int k_condvar_init(k_condvar* condition);
int k_condvar_broadcast(k_condvar* condition);
int k_condvar_wait(k_condvar* condition, k_mutex* mutex, k_timeout_t limit);

struct k_sem {
    unsigned count = 0;
    unsigned limit = 0;
};
int k_sem_init(k_sem* sem, unsigned count, unsigned limit);
int k_sem_take(k_sem* sem, k_timeout_t limit);
void k_sem_give(k_sem* sem);
void k_sem_reset(k_sem* sem);
void k_sleep(k_timeout_t time);

struct k_poll_signal {
    unsigned signaled = 0;
};
struct k_poll_event {
    k_poll_signal* signal = nullptr;
    unsigned state = 0;
};
#define K_POLL_TYPE_SIGNAL 1
#define K_POLL_MODE_NOTIFY_ONLY 0
#define K_POLL_STATE_NOT_READY 0U
#define K_POLL_STATE_SIGNALED 1U
void k_poll_signal_init(k_poll_signal* signal);
void k_poll_signal_reset(k_poll_signal* signal);
int k_poll_signal_raise(k_poll_signal* signal, int result);
void k_poll_event_init(k_poll_event* event, int type, int mode, void* signal);
int k_poll(k_poll_event* events, int count, k_timeout_t limit);

struct k_thread {
    std::size_t number = 0;
};
using k_tid_t = k_thread*;
using k_thread_stack_t = char;
#define K_THREAD_STACK_DEFINE(name, size) alignas(8) k_thread_stack_t name[size]
#define K_THREAD_STACK_SIZEOF(name) sizeof(name)
using k_thread_entry_t = void (*)(void*, void*, void*);
k_tid_t k_thread_create(k_thread* thread, k_thread_stack_t* stack, std::size_t size, k_thread_entry_t entry,
                        void* first, void* second, void* third, int priority, unsigned options,
                        k_timeout_t delay);
int k_thread_name_set(k_tid_t thread, const char* name);

// NOLINTBEGIN(bugprone-macro-parentheses): a type and a field
#define CONTAINER_OF(pointer, type, field)                                                                   \
    reinterpret_cast<type*>(reinterpret_cast<char*>(pointer) - offsetof(type, field))
// NOLINTEND(bugprone-macro-parentheses)

// Work queues, for who calls work_queue.cpp his own: one thread each, in the order of the times.
struct k_work_delayable;
struct k_work_q {
    k_thread thread;
    k_work_delayable* first = nullptr; ///< those with a time, or submitted, in no order
};
struct k_work {
    void (*handler)(k_work* work) = nullptr;
};
struct k_work_delayable {
    k_work work;
    bool submitted = false;
    std::int64_t due = INT64_MAX;
    bool listed = false;
    k_work_delayable* next = nullptr;
};
void k_work_queue_init(k_work_q* queue);
void k_work_queue_start(k_work_q* queue, k_thread_stack_t* stack, std::size_t size, int priority,
                        const void* configuration);
void k_work_init_delayable(k_work_delayable* work, void (*handler)(k_work* work));
inline k_work_delayable* k_work_delayable_from_work(k_work* work) {
    return CONTAINER_OF(work, k_work_delayable, work);
}
int k_work_reschedule_for_queue(k_work_q* queue, k_work_delayable* work, k_timeout_t delay);
