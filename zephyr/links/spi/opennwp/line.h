/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The network processor is on an SPI bus. */

#include <zephyr/drivers/gpio.h>
#include <zephyr/drivers/spi.h>

#define OPENNWP_COMPATIBLE opennwp_nwp_spi

struct opennwp_line {
    struct spi_dt_spec bus;
    struct gpio_dt_spec attention;
    struct gpio_dt_spec reset; /* port NULL: there is no such line */
};

#define OPENNWP_LINE                                                                                         \
    {                                                                                                        \
        .bus = SPI_DT_SPEC_INST_GET(0, SPI_OP_MODE_MASTER | SPI_TRANSFER_MSB | SPI_WORD_SET(8), 0),          \
        .attention = GPIO_DT_SPEC_INST_GET(0, attention_gpios),                                              \
        .reset = GPIO_DT_SPEC_INST_GET_OR(0, reset_gpios, {0})                                               \
    }

#ifdef __cplusplus
#include "ports/zephyr/reset_line.h"
#include "ports/zephyr/zephyr_spi.h"

namespace nwp::zephyr {

class Line {
public:
    explicit Line(const opennwp_line& line) : reset_(line.reset), spi_(line.bus, line.attention, storage_) {}

    /// Resets the network processor where there is a line for it, and heeds its attention line from then on.
    ///   no_device: the bus or a pin is not ready
    Result<void> start() {
        const Result<void> reset = pulse(reset_);
        return reset ? spi_.start() : reset;
    }
    link::Link& link() { return spi_; }

    bool move(Instant now) { return spi_.exchange(now); }
    Instant next_move() { return spi_.next_exchange(); }

private:
    const gpio_dt_spec& reset_;
    Byte storage_[link::spi_storage_room(CONFIG_OPENNWP_FRAME_ROOM)];
    ZephyrSpi spi_;
};

} // namespace nwp::zephyr
#endif
