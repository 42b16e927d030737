// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/instant.h"
#include "link/spi_exchange.h"

#include <zephyr/drivers/gpio.h>
#include <zephyr/drivers/spi.h>
#include <zephyr/kernel.h>

namespace nwp::zephyr {

/// A device on an SPI bus of Zephyr as a Link. Its owner's thread clocks the exchanges: it calls exchange()
/// whenever the activity callback ran, and at next_exchange().
class ZephyrSpi final : public link::Link {
public:
    /// `storage` as SpiExchange wants it. Nothing of it is copied.
    ZephyrSpi(const spi_dt_spec& bus, const gpio_dt_spec& attention, Bytes storage);

    /// From now on the attention line calls the activity callback, from its interrupt.
    ///   no_device   bus or pin is not ready, or the pin has no interrupts
    Result<void> start();

    /// Clocks one exchange if either end wants one. It waits for the bus. True: it did, and there may be
    /// more.
    bool exchange(Instant now);
    /// When exchange() is to be called next although nobody calls; never(): not.
    Instant next_exchange();

    /// Exchanges that the bus refused.
    std::uint32_t bus_errors() const { return bus_errors_; }
    const link::SpiCounters& counters() const { return machine_.counters(); }

    std::size_t frame_room() const override { return machine_.frame_room(); }
    Result<void> send(ByteView frame) override;
    Result<ByteView> receive() override;
    void on_activity(Callback<void()> wake) override;
    bool checked() const override { return true; }
    bool reliable() const override { return false; }

private:
    /// What Zephyr's callback hands back; its first member is what Zephyr knows.
    struct Attention {
        gpio_callback callback;
        ZephyrSpi* owner;
    };
    static void on_attention(const device* port, gpio_callback* callback, std::uint32_t pins);

    bool wanted() const;

    const spi_dt_spec& bus_;
    const gpio_dt_spec& attention_;
    Attention attention_callback_{};
    k_mutex mutex_; ///< the machine: the owner's thread clocks, every thread sends
    link::SpiExchange machine_;
    Callback<void()> wake_;
    Instant not_before_{}; ///< nobody answered the last exchange
    std::uint32_t bus_errors_ = 0;
};

} // namespace nwp::zephyr
