// SPDX-License-Identifier: Apache-2.0
#include "ports/zephyr/zephyr_uart.h"

#include <zephyr/drivers/uart.h>

namespace nwp::zephyr {

Result<void> ZephyrUart::start(baremetal::UartLink& link) {
    if (!device_is_ready(uart_)) return Error::no_device;
    link_ = &link;
    uart_irq_rx_disable(uart_);
    uart_irq_tx_disable(uart_);
    if (uart_irq_callback_user_data_set(uart_, &ZephyrUart::on_interrupt, this) < 0) return Error::no_device;
    Byte stale = 0;
    while (uart_fifo_read(uart_, &stale, 1) == 1) { // what came before anybody listened
    }
    uart_irq_rx_enable(uart_);
    return {};
}

void ZephyrUart::start_transmit() {
    sending_.store(true, std::memory_order_relaxed);
    uart_irq_tx_enable(uart_);
}

void ZephyrUart::resume_receive() { uart_irq_rx_enable(uart_); }

/// This runs for each byte where the UART has no FIFO, and is the driver's largest cost there. One byte where
/// more were asked for is such a UART, or an empty FIFO: the next is another interrupt, and nobody asks the
/// UART again.
void ZephyrUart::on_interrupt(const device* uart, void* self) {
    auto& of = *static_cast<ZephyrUart*>(self);
    baremetal::UartRing& ring = of.link_->ring();
    for (;;) {
        uart_irq_update(uart);
        if (of.sending_.load(std::memory_order_relaxed)) {
            of.transmit(uart);
            if (uart_irq_rx_ready(uart) <= 0) return;
        } // else no other interrupt is on
        const Bytes room = ring.room();
        if (room.empty()) {
            uart_irq_rx_disable(uart); // RTS holds the sender where there is such a line
            return;
        }
        const int came = uart_fifo_read(uart, room.data(), static_cast<int>(room.size()));
        if (came <= 0) return;
        ring.on_bytes(room.data(), static_cast<std::size_t>(came));
        if (came == 1 && room.size() != 1) return;
    }
}

/// Does not ask what is pending: some drivers call the handler to begin a transmission.
void ZephyrUart::transmit(const device* uart) {
    while (uart_irq_tx_ready(uart) > 0) {
        const ByteView unsent = link_->unsent();
        if (unsent.empty()) {
            sending_.store(false, std::memory_order_relaxed);
            uart_irq_tx_disable(uart);
            return;
        }
        const int taken = uart_fifo_fill(uart, unsent.data(), static_cast<int>(unsent.size()));
        if (taken <= 0) return;
        link_->on_sent(static_cast<std::size_t>(taken));
    }
}

} // namespace nwp::zephyr
