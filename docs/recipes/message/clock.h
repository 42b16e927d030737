// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "wire/general.h"

namespace nwp::wire {

struct ClockTime {
    static constexpr std::uint16_t id = 0x01F1;
    static constexpr const char* name = "ClockTime";
    static constexpr const char* meaning = "Reply to ClockGet.";

    std::uint64_t unix_s = 0;

    static constexpr auto fields() {
        return layout(field("unix_s", &ClockTime::unix_s, "seconds since 1970-01-01T00:00:00Z"));
    }
};
static_assert(well_formed<ClockTime>());

struct ClockGet {
    static constexpr std::uint16_t id = 0x01F0;
    static constexpr const char* name = "ClockGet";
    static constexpr const char* meaning = "What time is it at the NWP?";
    using Reply = ClockTime;

    static constexpr auto fields() { return layout(); }
};
static_assert(well_formed<ClockGet>());

} // namespace nwp::wire
