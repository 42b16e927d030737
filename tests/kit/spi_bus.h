// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "link/spi_exchange.h"
#include "tests/kit/flipper.h"
#include "tests/kit/hex.h"
#include "tests/kit/link_pair.h"

#include <array>
#include <functional>

namespace nwp::kit {

struct SpiBusSettings {
    std::uint32_t seed = 1;
    std::size_t frame_room = 512;
    std::uint64_t bytes_per_second = 0; ///< 0: an exchange takes no time
    Duration gap{};                     ///< from one exchange to the next
    double flip_per_byte = 0;           ///< one bit of a byte is inverted, each way
};

/// A simulated SPI bus with attention line: the host is master. Exchanges happen in advance_to(). One thread.
class SpiBus final : public LinkPair {
public:
    explicit SpiBus(SpiBusSettings settings = {});

    link::Link& end(End end) override { return machine(end); }
    void advance_to(Instant now) override;
    /// When the next exchange is over; never() when neither end wants one.
    Instant next_event() const override;

    link::SpiExchange& machine(End end) { return machines_[index(end)]; }

    /// A new machine as after a reset, at the same address; its activity callback is gone.
    void restart(End end);

    /// Without a slave the master reads ones, and the slave nothing.
    void plug(bool slave_present) { slave_present_ = slave_present; }

    /// Sees all bytes of an exchange before they arrive at `to`.
    using Mutator = std::function<void(End to, Buffer& bytes)>;
    void on_exchange(Mutator mutator) { mutator_ = std::move(mutator); }

    void set_flip_per_byte(double chance) { settings_.flip_per_byte = chance; }

    std::uint64_t bytes_clocked() const { return bytes_clocked_; }
    std::uint64_t exchanges() const { return exchanges_; }

private:
    bool wanted() const;
    Instant end_of_next() const;
    void clock();
    void carry(ByteView from, Bytes into, End to);

    SpiBusSettings settings_;
    Flipper flipper_;
    std::array<Buffer, 2> storage_;
    std::array<link::SpiExchange, 2> machines_;
    Mutator mutator_;
    bool slave_present_ = true;
    Instant now_;
    Instant free_; ///< when the last exchange was over
    std::uint64_t bytes_clocked_ = 0;
    std::uint64_t exchanges_ = 0;
};

} // namespace nwp::kit
