// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/baremetal/chips/lan9118_registers.h"
#include "ports/baremetal/cortex_m.h"

/// Registers of Arm's MPS2 FPGA board with the Cortex-M4 image (Application Note 386).
/// A vendor's header would stand here.
namespace nwp::mps2 {

using cortex_m::block_at;
using cortex_m::enable_interrupt;
using cortex_m::interrupts_off;
using cortex_m::interrupts_on;
using cortex_m::Register;
using Ethernet = baremetal::Lan9118Registers;

struct Uart {
    static constexpr std::uint32_t kTransmitFull = 1 << 0; // state
    static constexpr std::uint32_t kReceiveFull = 1 << 1;
    static constexpr std::uint32_t kTransmit = 1 << 0; // control
    static constexpr std::uint32_t kReceive = 1 << 1;
    static constexpr std::uint32_t kTransmitInterrupt = 1 << 2;
    static constexpr std::uint32_t kReceiveInterrupt = 1 << 3;
    static constexpr std::uint32_t kTransmitDone = 1 << 0; // interrupt
    static constexpr std::uint32_t kReceived = 1 << 1;

    Register data, state, control, interrupt, divider;
};

struct Timer {
    static constexpr std::uint32_t kEnable = 1 << 0;
    static constexpr std::uint32_t kInterrupt = 1 << 3;

    Register control, value, reload, interrupt;
};

/// Its counter runs at 25 MHz / (prescale + 1).
struct FpgaIo {
    Register led, reserved0, button, reserved1, clock_1hz, clock_100hz, counter, prescale, prescale_counter,
        reserved2[10], misc;
};

inline Uart& uart(unsigned number) { return block_at<Uart>(0x40004000 + 0x1000 * number); }
inline Timer& timer(unsigned number) { return block_at<Timer>(0x40000000 + 0x1000 * number); }
inline FpgaIo& fpga_io() { return block_at<FpgaIo>(0x40028000); }
inline Ethernet& ethernet() { return block_at<Ethernet>(0x40200000); }

constexpr std::uint32_t kClockHz = 25000000;

// Numbers of interrupts; 2n and 2n + 1 are UART n's receiver and transmitter.
constexpr unsigned kTimer1 = 9;
constexpr unsigned kEthernet = 13;

} // namespace nwp::mps2
