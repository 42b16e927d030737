// SPDX-License-Identifier: Apache-2.0
// Threads on a Cortex-M4F (Armv7-M Architecture Reference Manual, B1.5): the ready one with the highest
// priority runs, also when an interrupt made it ready. Threads of one priority take turns only when one
// sleeps. A tick of one millisecond.
#include "tests/zephyr/scheduler.h"

#include "base/expect.h"
#include "ports/baremetal/boards/mps2_an386/mps2_an386.h"
#include "ports/baremetal/boards/mps2_an386/registers.h"
#include "ports/baremetal/semihosting.h"
#include "tests/zephyr/cortex_m/scheduler.h"

#include <algorithm>
#include <cstring>
#include <zephyr/logging/log.h>

extern "C" {
std::uint32_t* shim_switch(std::uint32_t* stack);
void pend_sv_handler();
void sys_tick_handler();
int* __errno(); // NOLINT(bugprone-reserved-identifier): newlib's name
}

namespace nwp::shim {
namespace {

using cortex_m::block_at;
using cortex_m::Register;

constexpr std::size_t kMost = 6;
constexpr int kIdlePriority = 127;
constexpr std::uint32_t kUnused = 0xA5A5A5A5; // what a stack is filled with

struct Thread {
    std::uint32_t* stack = nullptr; ///< where its registers are while it does not run
    std::int64_t until = 0;
    const std::uint32_t* low_end = nullptr;
    std::size_t words = 0;
    const char* name = "";
    int priority = 0;
    int error = 0; ///< its errno
    bool waits = false;
};
Thread threads[kMost];
std::size_t thread_count = 1; // the first is main(), on the stack that it has
std::size_t running = 0;
std::int64_t uptime_ms = 0;

alignas(8) std::uint32_t interrupt_stack[256];
alignas(8) char idle_stack[256];

/// PendSV has the lowest priority: the switch happens when no interrupt is left.
void pend_switch() { block_at<Register>(0xE000ED04) = 1U << 28; } // ICSR.PENDSVSET

std::size_t next_thread() {
    std::size_t best = kMost;
    for (std::size_t i = 0; i < thread_count; ++i) {
        const std::size_t at = (running + i) % thread_count; // the one that runs goes on if it may
        if (threads[at].waits) continue;
        if (best == kMost || threads[at].priority < threads[best].priority) best = at;
    }
    return best; // there is always the idle one
}

void idle(void*, void*, void*) {
    for (;;) cortex_m::wait_for_interrupt();
}

[[noreturn]] void after_the_last() { panic(); } // no thread of the driver ends

} // namespace

Still::Still() : before_(0) { asm volatile("mrs %0, primask\n cpsid i" : "=r"(before_)::"memory"); }
Still::~Still() { asm volatile("msr primask, %0" ::"r"(before_) : "memory"); }

const void* self() { return &threads[running]; }

void wait_for_change(std::int64_t until) {
    threads[running].until = until;
    threads[running].waits = true;
    pend_switch();
    cortex_m::interrupts_on(); // here the others run
    asm volatile("isb" ::: "memory");
    cortex_m::interrupts_off();
}

void changed() {
    const Still still;
    for (std::size_t i = 0; i < thread_count; ++i) threads[i].waits = false;
    pend_switch();
}

void start_scheduler() {
    static k_thread thread;
    // Interrupts get a stack of their own (CONTROL.SPSEL).
    asm volatile("mov r0, sp\n msr psp, r0\n movs r0, #2\n msr control, r0\n isb\n msr msp, %0" ::"r"(
                     std::end(interrupt_stack))
                 : "r0", "memory");
    k_thread_create(&thread, idle_stack, sizeof idle_stack, &idle, nullptr, nullptr, nullptr, kIdlePriority,
                    0, K_NO_WAIT);
    block_at<Register>(0xE000ED20) |= 0xFFU << 16;              // SHPR3: PendSV's priority
    block_at<Register>(0xE000E014) = mps2::kClockHz / 1000 - 1; // SysTick: reload, value, control
    block_at<Register>(0xE000E018) = 0;
    block_at<Register>(0xE000E010) = 7;
}

std::size_t stack_used(const char* name) {
    for (const Thread& thread : threads) {
        if (std::strcmp(thread.name, name) != 0) continue;
        const std::uint32_t* const end = thread.low_end + thread.words;
        const auto touched = [](std::uint32_t word) { return word != kUnused; };
        const auto deepest = std::find_if(thread.low_end, end, touched);
        return static_cast<std::size_t>(end - deepest) * sizeof *deepest;
    }
    return 0;
}

} // namespace nwp::shim

using namespace nwp::shim; // the functions below are C's

std::int64_t k_uptime_ticks() {
    const Still still;
    return uptime_ms * 1000;
}

k_tid_t k_thread_create(k_thread* thread, k_thread_stack_t* stack, std::size_t size, k_thread_entry_t entry,
                        void* first, void* second, void* third, int priority, unsigned, k_timeout_t) {
    const Still still;
    NWP_EXPECT(thread_count != kMost);
    auto* const low_end = reinterpret_cast<std::uint32_t*>(stack);
    const std::size_t words = size / sizeof *low_end;
    std::fill_n(low_end, words, kUnused);
    // As if an interrupt had come before its first instruction: what the processor saves, then r4-r11 and
    // EXC_RETURN.
    std::uint32_t* at = low_end + words - 17;
    const auto bits = [](auto* pointer) { return reinterpret_cast<std::uint32_t>(pointer); };
    at[8] = 0xFFFFFFFD; // to a thread, its own stack, no floating-point registers
    at[9] = bits(first);
    at[10] = bits(second);
    at[11] = bits(third);
    at[14] = bits(&after_the_last);
    at[15] = bits(entry) & ~1U;
    at[16] = 1U << 24; // xPSR: Thumb
    Thread& made = threads[thread_count++];
    made.stack = at;
    made.low_end = low_end;
    made.words = words;
    made.priority = priority;
    pend_switch();
    thread->number = thread_count - 1;
    return thread;
}

int k_thread_name_set(k_tid_t thread, const char* name) {
    threads[thread->number].name = name;
    return 0;
}

/// Saves what a call may change and an interrupt's entry does not; floating-point registers where they are in
/// use.
[[gnu::naked]] void pend_sv_handler() {
    asm volatile("mrs r0, psp\n"
                 "tst lr, #0x10\n it eq\n vstmdbeq r0!, {s16-s31}\n"
                 "stmdb r0!, {r4-r11, lr}\n"
                 "bl shim_switch\n"
                 "ldmia r0!, {r4-r11, lr}\n"
                 "tst lr, #0x10\n it eq\n vldmiaeq r0!, {s16-s31}\n"
                 "msr psp, r0\n"
                 "bx lr\n");
}

/// From the stack of the thread that ran to that of the one that runs next.
std::uint32_t* shim_switch(std::uint32_t* stack) {
    const Still still;
    threads[running].stack = stack;
    running = next_thread();
    return threads[running].stack;
}

void sys_tick_handler() {
    const Still still;
    ++uptime_ms;
    for (std::size_t i = 0; i < thread_count; ++i) {
        if (threads[i].until > uptime_ms * 1000) continue;
        threads[i].until = kForever;
        threads[i].waits = false;
    }
    pend_switch();
}

int* __errno() { return &threads[running].error; }

void shim_log(const char* level, const char* text) {
    nwp::mps2::board().write_line(level);
    nwp::mps2::board().write_line(text);
}

void k_panic() {
    nwp::mps2::board().write_line("k_panic");
    nwp::semihosting::exit(nwp::semihosting::kPanicStatus);
}
