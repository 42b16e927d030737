// SPDX-License-Identifier: Apache-2.0
// Does not compile: an older peer would not find the second field.
#include "wire/layout.h"

namespace nwp::wire {

struct Sample {
    std::uint16_t first = 0;
    std::uint8_t second = 0;

    static constexpr auto fields() {
        return layout(field("first", &Sample::first, "the first", 1),
                      field("second", &Sample::second, "the second", 0));
    }
};
static_assert(well_formed<Sample>());

} // namespace nwp::wire
