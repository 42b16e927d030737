// SPDX-License-Identifier: Apache-2.0
// The build machine's threads share one processor: who holds it runs.
#include "tests/zephyr/board.h"
#include "tests/zephyr/scheduler.h"

#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <thread>
#include <zephyr/logging/log.h>

namespace {

using std::chrono::microseconds;
using std::chrono::steady_clock;

// Never destroyed: the driver's thread outlives main().
std::mutex& processor = *new std::mutex;
std::condition_variable& something_changed = *new std::condition_variable;
thread_local std::unique_lock<std::mutex> held;

} // namespace

namespace nwp::shim {

Processor::Processor() { held = std::unique_lock<std::mutex>{processor}; }
Processor::~Processor() { held = {}; }
Idle::Idle() { held.unlock(); }
Idle::~Idle() { held.lock(); }

// Interrupts are threads that wait for the processor too.
Still::Still() : before_(0) {}
Still::~Still() = default;

const void* self() { return &held; }

void wait_for_change(std::int64_t until) {
    if (until == kForever) {
        something_changed.wait(held); // NOLINT(bugprone-spuriously-wake-up-functions): the caller looks
    } else {
        something_changed.wait_until(held, steady_clock::time_point{microseconds{until}});
    }
}

void changed() { something_changed.notify_all(); }

} // namespace nwp::shim

std::int64_t k_uptime_ticks() {
    return std::chrono::duration_cast<microseconds>(steady_clock::now().time_since_epoch()).count();
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
