// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

/// What every Cortex-M has (Armv7-M Architecture Reference Manual, B1 and B3).
namespace nwp::cortex_m {

using Register = volatile std::uint32_t;

/// The registers that lie there.
template <typename Block>
Block& block_at(std::uintptr_t address) {
    return *reinterpret_cast<Block*>(address);
}

/// Lets an interrupt of the NVIC through.
inline void enable_interrupt(unsigned number) {
    block_at<Register>(0xE000E100 + number / 32 * 4) = 1U << number % 32;
}

inline void interrupts_off() { asm volatile("cpsid i" ::: "memory"); }
inline void interrupts_on() { asm volatile("cpsie i" ::: "memory"); }

/// Comes back for a pending interrupt, also while interrupts are off.
inline void wait_for_interrupt() { asm volatile("dsb\n wfi" ::: "memory"); }

/// Begins anew (SYSRESETREQ). Memory that start-up code does not clear keeps its content.
[[noreturn]] inline void reset() {
    asm volatile("dsb" ::: "memory");
    block_at<Register>(0xE000ED0C) = 0x05FA0004; // AIRCR: the key, SYSRESETREQ
    for (;;) {
    }
}

} // namespace nwp::cortex_m
