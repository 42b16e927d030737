// SPDX-License-Identifier: Apache-2.0
// The build machine's threads share one processor: who holds it runs.
#include "base/expect.h"
#include "tests/zephyr/board.h"
#include "tests/zephyr/scheduler.h"

#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <thread>
#include <utility>
#include <zephyr/logging/log.h>

namespace {

using std::chrono::microseconds;
using std::chrono::steady_clock;

// Never destroyed: the driver's thread outlives main().
std::mutex& processor = *new std::mutex;
std::condition_variable& something_changed = *new std::condition_variable;
thread_local std::unique_lock<std::mutex> held;

// Guarded by the processor. Threads whose turn is any: those that can go on, and those that sleep.
unsigned able = 0;
unsigned sleeping = 0;
std::uint64_t changes = 0;
std::condition_variable& nobody_able = *new std::condition_variable;
thread_local bool goes_last = false;

void begin_turn() {
    if (!goes_last) ++able;
}
void end_turn() {
    if (!goes_last && --able == 0) nobody_able.notify_all();
}

} // namespace

namespace nwp::shim {

Processor::Processor(Turn turn) {
    held = std::unique_lock<std::mutex>{processor};
    goes_last = turn == Turn::last;
    begin_turn();
}
Processor::~Processor() {
    end_turn();
    held = {};
}
Idle::Idle() {
    end_turn();
    held.unlock();
}
Idle::~Idle() {
    held.lock();
    begin_turn();
}

// Interrupts are threads that wait for the processor too.
Still::Still() : before_(0) {}
Still::~Still() = default;

const void* self() { return &held; }

void wait_for_change(std::int64_t until) {
    const std::uint64_t before = changes;
    if (goes_last) {
        NWP_EXPECT(until == kForever);
        nobody_able.wait(held, [before] { return able == 0 && changes != before; });
        return;
    }
    ++sleeping;
    end_turn();
    if (until == kForever) {
        something_changed.wait(held); // NOLINT(bugprone-spuriously-wake-up-functions): the caller looks
    } else {
        something_changed.wait_until(held, steady_clock::time_point{microseconds{until}});
    }
    if (changes != before) return; // changed() has counted it
    --sleeping;
    begin_turn();
}

void changed() {
    ++changes;
    able += std::exchange(sleeping, 0);
    something_changed.notify_all();
}

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
