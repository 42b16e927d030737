// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/baremetal/uart_link.h"

#include <zephyr/device.h>

namespace nwp::zephyr {

/// A serial device of Zephyr under a UartLink, through the interrupt-driven API.
class ZephyrUart final : public baremetal::Uart {
public:
    explicit ZephyrUart(const device* uart) : uart_(uart) {}

    /// From now on the interrupts feed `link`.   no_device: it is not ready, or has no interrupts
    Result<void> start(baremetal::UartLink& link);

    void start_transmit() override;
    void resume_receive() override;

private:
    static void on_interrupt(const device* uart, void* self);
    void transmit(const device* uart);

    const device* uart_;
    baremetal::UartLink* link_ = nullptr;
    std::atomic<bool> sending_{false}; ///< the transmitter's interrupt is on
};

} // namespace nwp::zephyr
