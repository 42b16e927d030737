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

void ZephyrUart::on_interrupt(const device* uart, void* self) {
    auto& of = *static_cast<ZephyrUart*>(self);
    // The first look does not ask what is pending: some drivers call this to begin a transmission.
    do {
        uart_irq_update(uart);
        if (uart_irq_rx_ready(uart) > 0) of.receive();
        if (of.sending_.load(std::memory_order_relaxed) && uart_irq_tx_ready(uart) > 0) of.transmit();
    } while (uart_irq_is_pending(uart) > 0);
}

void ZephyrUart::receive() {
    for (;;) {
        const Bytes room = link_->room();
        if (room.empty()) {
            uart_irq_rx_disable(uart_); // RTS holds the sender where there is such a line
            return;
        }
        const int came = uart_fifo_read(uart_, room.data(), static_cast<int>(room.size()));
        if (came <= 0) return;
        link_->on_bytes(static_cast<std::size_t>(came));
    }
}

void ZephyrUart::transmit() {
    const ByteView unsent = link_->unsent();
    if (unsent.empty()) {
        sending_.store(false, std::memory_order_relaxed);
        uart_irq_tx_disable(uart_);
        return;
    }
    const int taken = uart_fifo_fill(uart_, unsent.data(), static_cast<int>(unsent.size()));
    if (taken > 0) link_->on_sent(static_cast<std::size_t>(taken));
}

} // namespace nwp::zephyr
