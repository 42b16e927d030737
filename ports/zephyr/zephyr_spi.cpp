// SPDX-License-Identifier: Apache-2.0
#include "ports/zephyr/zephyr_spi.h"

#include "ports/zephyr/held.h"

namespace nwp::zephyr {
namespace {

constexpr Duration kPause = milliseconds(1); // behind an exchange that met nobody

} // namespace

ZephyrSpi::ZephyrSpi(const spi_dt_spec& bus, const gpio_dt_spec& attention, Bytes storage)
    : bus_(bus), attention_(attention), machine_(storage) {
    k_mutex_init(&mutex_);
}

Result<void> ZephyrSpi::start() {
    if (!device_is_ready(bus_.bus) || !device_is_ready(attention_.port)) return Error::no_device;
    if (gpio_pin_configure_dt(&attention_, GPIO_INPUT) < 0) return Error::no_device;
    attention_callback_.owner = this;
    gpio_init_callback(&attention_callback_.callback, &ZephyrSpi::on_attention, 1U << attention_.pin);
    if (gpio_add_callback(attention_.port, &attention_callback_.callback) < 0) return Error::no_device;
    if (gpio_pin_interrupt_configure_dt(&attention_, GPIO_INT_EDGE_TO_ACTIVE) < 0) return Error::no_device;
    return {};
}

void ZephyrSpi::on_attention(const device*, gpio_callback* callback, std::uint32_t) {
    const ZephyrSpi& owner = *reinterpret_cast<Attention*>(callback)->owner;
    if (owner.wake_) owner.wake_();
}

bool ZephyrSpi::wanted() const { return machine_.wants_exchange() || gpio_pin_get_dt(&attention_) > 0; }

bool ZephyrSpi::exchange(Instant now) {
    link::SpiExchange::Exchange views;
    std::size_t size = 0;
    {
        const Held held{mutex_};
        if (now < not_before_ || !wanted()) return false;
        views = machine_.begin();
        size = machine_.next_size();
    }
    // A frame that is sent meanwhile goes behind a header that tells of none: the other end ignores it.
    spi_buf out{const_cast<Byte*>(views.transmit.data()), size};
    spi_buf in{views.receive.data(), size};
    const spi_buf_set outs{&out, 1};
    const spi_buf_set ins{&in, 1};
    const int status = spi_transceive_dt(&bus_, &outs, &ins);

    const Held held{mutex_};
    if (status < 0) ++bus_errors_;
    machine_.end(status < 0 ? 0 : size); // nobody knows what went out: as if nothing had
    not_before_ = machine_.answered() ? Instant{} : now + kPause;
    return true;
}

Instant ZephyrSpi::next_exchange() {
    const Held held{mutex_};
    return wanted() ? not_before_ : Instant::never();
}

Result<void> ZephyrSpi::send(ByteView frame) {
    const Held held{mutex_};
    const Result<void> taken = machine_.send(frame);
    if (taken && wake_) wake_();
    return taken;
}

Result<ByteView> ZephyrSpi::receive() {
    const Held held{mutex_};
    return machine_.receive();
}

void ZephyrSpi::on_activity(Callback<void()> wake) {
    const Held held{mutex_};
    wake_ = wake;
    machine_.on_activity(wake);
}

} // namespace nwp::zephyr
