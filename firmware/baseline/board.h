// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

/// The board mps2-an386 as QEMU models it: clock, sleep, console and the way out. One thread; nothing here is
/// for interrupt handlers.
namespace board {

/// Since reset; wraps after 171 s, for its counter has 32 bits of 25 MHz.
std::uint32_t milliseconds();

/// Sleeps until an interrupt is pending, or for `limit_ms`. The caller holds interrupts off (InterruptsOff)
/// from its look at what it waits for until here, so that none is missed; handlers run when it lets go.
void sleep(std::uint32_t limit_ms);

/// While it lives no handler runs.
class InterruptsOff {
public:
    InterruptsOff() { asm volatile("cpsid i" ::: "memory"); }
    ~InterruptsOff() { asm volatile("cpsie i" ::: "memory"); }
    InterruptsOff(const InterruptsOff&) = delete;
    InterruptsOff& operator=(const InterruptsOff&) = delete;
};

void print(const char* text);
void print(std::uint32_t number);
void print_hex(const std::uint8_t* bytes, std::size_t size);

/// Ends the program with this status for whoever started it.
[[noreturn]] void finish(int status);
/// finish(), after a line that says why.
[[noreturn]] void fail(int status, const char* why, std::int32_t code = 0);

/// The word of this number on the command line, 0 being the program; fails where there is none. Valid for
/// ever.
const char* word(std::size_t index);
std::uint16_t word_as_port(std::size_t index);

/// How far the heap ever grew.
std::uint32_t heap_peak();

} // namespace board
