// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

namespace nwp::baseline {

/// The word of this number on the command line, "none|www.example.org|443", 0 being the program; ends the
/// program where there is none. Valid for ever.
const char* word(std::size_t index);
std::uint16_t word_as_port(std::size_t index);

/// Ends the program with this status, of exit_status.h, after a line that says why.
[[noreturn]] void fail(int status, const char* why, std::int32_t code = 0);

std::uint32_t milliseconds();

/// Prints how far the heap ever grew: "heap BYTES".
void print_heap();

} // namespace nwp::baseline

/// Deterministic, so that equal runs have equal counts; a product asks its random number generator.
extern "C" std::uint32_t baseline_random();
