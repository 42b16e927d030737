// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/dialect/simplelink/flash.h"
#include "simplelink/rx_filter.h"

#include <array>
#include <bitset>
#include <optional>

namespace nwp::simplelink {

/// The host's rules about frames that reach it: validated, kept, enabled and disabled. Frames of 802.11 do
/// not exist below this chip (its radio moves what TCP and UDP carry), so no rule ever meets one.
class RxFilters {
public:
    /// Number 0 is no filter: as a parent it means none.
    static constexpr std::size_t kNumbers = kRxFilters;
    using Ids = std::bitset<kNumbers>;

    /// Finds what was stored.
    explicit RxFilters(service::Settings& settings);

    /// The answer, with the filter's number or what is wrong with it.
    RxFilterAddResponse add(const RxFilterAdd& filter);

    // Values of WlanGroup::rx_filters. A code of the protocol; success.

    /// Option 27: exactly these are enabled.
    std::int16_t set_state(ByteView value);
    /// Option 28; numbers that no filter has are passed over.
    std::int16_t remove(ByteView value);
    /// Option 29: those that are persistent are there at the next start.
    std::int16_t store();
    /// Option 30.
    std::int16_t update(ByteView value);
    /// Option 31: bits of filters that the chip has itself.
    std::int16_t set_system(ByteView value);

    std::array<Byte, 16> state() const;
    std::array<Byte, 4> system() const { return system_; }

private:
    std::int16_t problem_of(const RxFilterAdd& filter) const;
    std::int16_t problem_of_parent(const RxFilterAdd& filter) const;
    std::int16_t problem_of_rule(const RxFilterAdd& filter) const;
    bool exists(int id) const {
        return id > 0 && id < static_cast<int>(kNumbers) && filters_[static_cast<std::size_t>(id)];
    }

    Flash flash_;
    std::array<std::optional<RxFilterAdd>, kNumbers> filters_;
    Ids enabled_;
    std::array<Byte, 4> system_{};
};

} // namespace nwp::simplelink
