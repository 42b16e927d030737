// SPDX-License-Identifier: Apache-2.0
#pragma once

// The interrupt-driven API, over the board's line.

#include <cstdint>
#include <zephyr/device.h>

using uart_irq_callback_user_data_t = void (*)(const device*, void*);
int uart_irq_callback_user_data_set(const device* uart, uart_irq_callback_user_data_t callback, void* data);
void uart_irq_rx_enable(const device* uart);
void uart_irq_rx_disable(const device* uart);
void uart_irq_tx_enable(const device* uart);
void uart_irq_tx_disable(const device* uart);
int uart_irq_update(const device* uart);
int uart_irq_is_pending(const device* uart);
int uart_irq_rx_ready(const device* uart);
int uart_irq_tx_ready(const device* uart);
int uart_fifo_read(const device* uart, std::uint8_t* into, int size);
int uart_fifo_fill(const device* uart, const std::uint8_t* bytes, int size);
