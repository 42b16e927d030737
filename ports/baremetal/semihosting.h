// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

/// What a debugger or emulator does for a program (Arm's semihosting, version 2.0).
namespace nwp::semihosting {

/// A bug of ours was found.
constexpr int kPanicStatus = 99;

/// Ends the emulator with that status.
[[noreturn]] void exit(int status);

/// The words that the program was started with, NUL-terminated; false: there are none, or they are longer.
bool command_line(char* into, std::size_t room);

} // namespace nwp::semihosting
