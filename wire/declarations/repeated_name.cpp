// SPDX-License-Identifier: Apache-2.0
// Does not compile: two fields have one name.
#include "wire/layout.h"

namespace nwp::wire {

struct Sample {
    std::uint16_t first = 0;
    std::uint8_t second = 0;

    static constexpr auto fields() {
        return layout(field("first", &Sample::first, "the first"),
                      field("first", &Sample::second, "the second"));
    }
};
static_assert(well_formed<Sample>());

} // namespace nwp::wire
