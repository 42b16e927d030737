/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The network processor is on a serial line. */

#include <zephyr/device.h>
#include <zephyr/drivers/gpio.h>

#define OPENNWP_COMPATIBLE opennwp_nwp_uart

struct opennwp_line {
    const struct device* uart;
    struct gpio_dt_spec reset; /* port NULL: there is no such line */
};

#define OPENNWP_LINE                                                                                         \
    { .uart = DEVICE_DT_GET(DT_INST_BUS(0)), .reset = GPIO_DT_SPEC_INST_GET_OR(0, reset_gpios, {0}) }

#ifdef __cplusplus
#include "base/instant.h"
#include "ports/zephyr/reset_line.h"
#include "ports/zephyr/zephyr_uart.h"

namespace nwp::zephyr {

class Line {
public:
    explicit Line(const opennwp_line& line) : reset_(line.reset), uart_(line.uart), link_(uart_, storage_) {}

    /// Resets the network processor where there is a line for it, and listens from then on.
    ///   no_device: the UART or the pin is not ready
    Result<void> start() {
        const Result<void> reset = pulse(reset_);
        return reset ? uart_.start(link_) : reset;
    }
    link::Link& link() { return link_; }

    /// Interrupts move the bytes.
    static bool move(Instant) { return false; }
    static Instant next_move() { return Instant::never(); }

private:
    const gpio_dt_spec& reset_;
    baremetal::UartLinkStorage<CONFIG_OPENNWP_FRAME_ROOM, CONFIG_OPENNWP_UART_RING> storage_;
    ZephyrUart uart_;
    baremetal::UartLink link_;
};

} // namespace nwp::zephyr
#endif
