// SPDX-License-Identifier: Apache-2.0
// The interrupt-driven API over the board's UART 1.
#include <zephyr/drivers/uart.h>

#include "ports/baremetal/boards/mps2_an386/registers.h"
#include "tests/zephyr/scheduler.h"

extern "C" {
void uart1_receive_handler();
void uart1_transmit_handler();
}

namespace {

using nwp::mps2::Uart;

constexpr unsigned kNumber = 1;
uart_irq_callback_user_data_t callback = nullptr;
void* callback_data = nullptr;

Uart& line() { return nwp::mps2::uart(kNumber); }

void set_control(std::uint32_t bit, bool on) {
    line().control = on ? line().control | bit : line().control & ~bit;
}

void interrupt() {
    if (callback != nullptr) callback(&shim_bus, callback_data);
}

} // namespace

const device shim_bus{"uart1", nullptr, true};

int uart_irq_callback_user_data_set(const device*, uart_irq_callback_user_data_t routine, void* data) {
    callback = routine;
    callback_data = data;
    line().divider = 16;
    line().control = Uart::kTransmit | Uart::kReceive;
    nwp::mps2::enable_interrupt(2 * kNumber);
    nwp::mps2::enable_interrupt(2 * kNumber + 1);
    return 0;
}

void uart_irq_rx_enable(const device*) {
    const nwp::shim::Still still;
    set_control(Uart::kReceiveInterrupt, true);
    if ((line().state & Uart::kReceiveFull) != 0) interrupt(); // what came before makes no interrupt
}
void uart_irq_rx_disable(const device*) { set_control(Uart::kReceiveInterrupt, false); }

/// The transmitter's interrupt tells that a byte has gone; the first byte is asked for here.
void uart_irq_tx_enable(const device*) {
    const nwp::shim::Still still;
    set_control(Uart::kTransmitInterrupt, true);
    interrupt();
}
void uart_irq_tx_disable(const device*) { set_control(Uart::kTransmitInterrupt, false); }

int uart_irq_update(const device*) { return 1; }
int uart_irq_rx_ready(const device*) {
    const bool enabled = (line().control & Uart::kReceiveInterrupt) != 0;
    return enabled && (line().state & Uart::kReceiveFull) != 0 ? 1 : 0;
}
int uart_irq_tx_ready(const device*) {
    const bool enabled = (line().control & Uart::kTransmitInterrupt) != 0;
    return enabled && (line().state & Uart::kTransmitFull) == 0 ? 1 : 0;
}
int uart_irq_is_pending(const device* uart) {
    return uart_irq_rx_ready(uart) != 0 || uart_irq_tx_ready(uart) != 0 ? 1 : 0;
}

int uart_fifo_read(const device*, std::uint8_t* into, int size) {
    int count = 0;
    while (count < size && (line().state & Uart::kReceiveFull) != 0) {
        into[count++] = static_cast<std::uint8_t>(line().data);
    }
    return count;
}

int uart_fifo_fill(const device*, const std::uint8_t* bytes, int size) {
    int count = 0;
    while (count < size && (line().state & Uart::kTransmitFull) == 0) line().data = bytes[count++];
    return count;
}

/// Cleared first: what comes while the callback looks makes an interrupt of its own.
void uart1_receive_handler() {
    line().interrupt = Uart::kReceived;
    interrupt();
}

void uart1_transmit_handler() {
    line().interrupt = Uart::kTransmitDone;
    interrupt();
}
