// SPDX-License-Identifier: Apache-2.0
#include "ports/baremetal/semihosting.h"

#include <cstdint>

namespace nwp::semihosting {
namespace {

constexpr int kGetCommandLine = 0x15;
constexpr int kExitExtended = 0x20;
constexpr std::uintptr_t kApplicationExit = 0x20026;

int call(int operation, std::uintptr_t* arguments) {
    register int r0 asm("r0") = operation;
    register std::uintptr_t* r1 asm("r1") = arguments;
    asm volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
    return r0;
}

} // namespace

void exit(int status) {
    std::uintptr_t arguments[] = {kApplicationExit, static_cast<std::uintptr_t>(status)};
    for (;;) call(kExitExtended, arguments);
}

bool command_line(char* into, std::size_t room) {
    std::uintptr_t arguments[] = {reinterpret_cast<std::uintptr_t>(into), room};
    return call(kGetCommandLine, arguments) == 0;
}

} // namespace nwp::semihosting
