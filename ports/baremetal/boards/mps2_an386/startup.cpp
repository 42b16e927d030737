// SPDX-License-Identifier: Apache-2.0
// The vector table and what runs before main().
#include "base/expect.h"
#include "ports/baremetal/boards/mps2_an386/mps2_an386.h"
#include "ports/baremetal/boards/mps2_an386/registers.h"
#include "ports/baremetal/semihosting.h"

#include <algorithm>

extern "C" {
extern std::uint32_t data_load, data_begin, data_end, bss_begin, bss_end, stack_top;
extern void (*init_array_begin)();
extern void (*init_array_end)();
int main();
void reset_handler();
void fault_handler();
// What an image does not link is a fault if it happens all the same. The first three are a kernel's.
[[gnu::weak, gnu::alias("fault_handler")]] void svc_handler();
[[gnu::weak, gnu::alias("fault_handler")]] void pend_sv_handler();
[[gnu::weak, gnu::alias("fault_handler")]] void sys_tick_handler();
[[gnu::weak, gnu::alias("fault_handler")]] void uart1_receive_handler();
[[gnu::weak, gnu::alias("fault_handler")]] void uart1_transmit_handler();
[[gnu::weak, gnu::alias("fault_handler")]] void timer1_handler();
[[gnu::weak, gnu::alias("fault_handler")]] void ethernet_handler();

void reset_handler() {
    nwp::mps2::block_at<nwp::mps2::Register>(0xE000ED88) |= 0xFU
                                                            << 20; // CPACR: the FPU, before anything uses it
    asm volatile("dsb\n isb" ::: "memory");
    std::copy_n(&data_load, &data_end - &data_begin, &data_begin);
    std::fill(&bss_begin, &bss_end, 0U);
    for (auto* initialise = &init_array_begin; initialise != &init_array_end; ++initialise) (*initialise)();
    nwp::semihosting::exit(main());
}

void fault_handler() { nwp::panic(); }
}

namespace nwp {

[[gnu::weak]] void panic() {
    // "panic at 0x00001234": arm-none-eabi-addr2line names the line.
    constexpr char kDigits[] = "0123456789abcdef";
    char words[] = "panic at 0x00000000";
    auto address = reinterpret_cast<std::uintptr_t>(__builtin_return_address(0));
    for (std::size_t i = sizeof words - 2; address != 0; --i, address /= 16) words[i] = kDigits[address % 16];
    mps2::board().write_line(words);
    semihosting::exit(semihosting::kPanicStatus);
}

} // namespace nwp

namespace {

using Handler = void (*)();

union Vector {
    constexpr Vector(Handler routine) : handler(routine) {}
    constexpr Vector(std::uint32_t* top) : stack(top) {}
    Handler handler;
    std::uint32_t* stack;
};

constexpr Handler kFault = fault_handler;

// clang-format off
[[gnu::section(".vectors"), gnu::used]] const Vector vectors[] = {
    &stack_top, reset_handler,
    // NMI, faults
    kFault, kFault, kFault, kFault, kFault, kFault, kFault, kFault, kFault,
    // SVC, debug, reserved, PendSV, SysTick
    svc_handler, kFault, kFault, pend_sv_handler, sys_tick_handler,
    // the board's
    kFault, kFault, uart1_receive_handler, uart1_transmit_handler, kFault, kFault, kFault, kFault, kFault,
    timer1_handler, kFault, kFault, kFault, ethernet_handler, kFault, kFault};
// clang-format on

} // namespace
