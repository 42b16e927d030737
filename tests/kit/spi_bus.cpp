// SPDX-License-Identifier: Apache-2.0
#include "tests/kit/spi_bus.h"

#include <algorithm>
#include <memory>

namespace nwp::kit {
namespace {

/// A master that met nobody tries again after that.
constexpr Duration kRetry = milliseconds(1);

} // namespace

SpiBus::SpiBus(SpiBusSettings settings)
    : settings_(settings), flipper_(settings.seed),
      storage_{Buffer(link::spi_storage_room(settings.frame_room)),
               Buffer(link::spi_storage_room(settings.frame_room))},
      machines_{link::SpiExchange{storage_[0]}, link::SpiExchange{storage_[1]}} {}

void SpiBus::restart(End end) {
    std::destroy_at(&machine(end));
    std::construct_at(&machine(end), Bytes{storage_[index(end)]});
}

bool SpiBus::wanted() const {
    const bool attention = slave_present_ && machines_[index(End::nwp)].wants_exchange();
    return machines_[index(End::host)].wants_exchange() || attention;
}

Instant SpiBus::end_of_next() const {
    const auto& master = machines_[index(End::host)];
    Instant begin = free_ + settings_.gap;
    if (exchanges_ != 0 && !master.answered()) begin = begin + kRetry;
    if (begin < now_) begin = now_;
    if (settings_.bytes_per_second == 0) return begin;
    return begin +
           Duration{static_cast<std::int64_t>(master.next_size() * 1000000 / settings_.bytes_per_second)};
}

Instant SpiBus::next_event() const { return wanted() ? end_of_next() : Instant::never(); }

void SpiBus::advance_to(Instant now) {
    while (wanted()) {
        const Instant done = end_of_next();
        if (done > now) break;
        now_ = free_ = done;
        clock();
    }
    if (now > now_) now_ = now;
}

void SpiBus::clock() {
    auto& master = machine(End::host);
    auto& slave = machine(End::nwp);
    const std::size_t size = master.next_size();
    ++exchanges_;
    bytes_clocked_ += size;

    const auto ours = master.begin();
    if (!slave_present_) {
        std::fill(ours.receive.begin(), ours.receive.end(), Byte{0xFF});
        master.end(size);
        return;
    }
    const auto theirs = slave.begin();
    carry(ours.transmit.first(size), theirs.receive, End::nwp);
    carry(theirs.transmit.first(size), ours.receive, End::host);
    slave.end(size);
    master.end(size);
}

void SpiBus::carry(ByteView from, Bytes into, End to) {
    Buffer bytes = copied(from);
    if (mutator_) mutator_(to, bytes);
    flipper_.flip(bytes, settings_.flip_per_byte);
    copy_bytes(into, bytes);
}

} // namespace nwp::kit
