// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

/// Registers of Arm's MPS2 FPGA board with the Cortex-M4 image (Application Note 386) and of its Cortex-M4.
/// A vendor's header would stand here.
namespace nwp::mps2 {

using Register = volatile std::uint32_t;

template <typename Block>
Block& block_at(std::uintptr_t address) {
    return *reinterpret_cast<Block*>(address);
}

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

struct Ethernet {
    Register receive_data, reserved0[7], transmit_data, reserved1[7], receive_status, receive_status_peek,
        transmit_status, transmit_status_peek, id, interrupt_configuration, interrupt_status,
        interrupt_enable, reserved2, byte_test, fifo_level, receive_configuration, transmit_configuration,
        hardware_configuration, receive_datapath, receive_fifo, transmit_fifo, power, gpio,
        timer_configuration, timer_count, reserved3, word_swap, free_run, receive_dropped, mac_command,
        mac_data, flow_control;
};

inline Uart& uart(unsigned number) { return block_at<Uart>(0x40004000 + 0x1000 * number); }
inline Timer& timer(unsigned number) { return block_at<Timer>(0x40000000 + 0x1000 * number); }
inline FpgaIo& fpga_io() { return block_at<FpgaIo>(0x40028000); }
inline Ethernet& ethernet() { return block_at<Ethernet>(0x40200000); }

constexpr std::uint32_t kClockHz = 25000000;

// Numbers of interrupts; 2n and 2n + 1 are UART n's receiver and transmitter.
constexpr unsigned kTimer1 = 9;
constexpr unsigned kEthernet = 13;

inline void enable_interrupt(unsigned number) { block_at<Register>(0xE000E100) = 1U << number; }

inline void interrupts_off() { asm volatile("cpsid i" ::: "memory"); }
inline void interrupts_on() { asm volatile("cpsie i" ::: "memory"); }
/// Comes back for a pending interrupt, also while interrupts are off.
inline void wait_for_interrupt() { asm volatile("dsb\n wfi" ::: "memory"); }

} // namespace nwp::mps2
