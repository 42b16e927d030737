// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/bytes.h"
#include "simplelink/errors.h"

#include <cstdint>
#include <string_view>
#include <vector>

// Values of settings, as silos check and read them.

namespace nwp::simplelink {

/// Success, or this code.
inline std::int16_t check(bool holds, std::int16_t otherwise) {
    return holds ? std::int16_t{code::success} : otherwise;
}

/// A number of up to 4 bytes.
inline std::uint32_t number_in(ByteView value) {
    std::uint32_t number = 0;
    for (std::size_t i = 0; i < value.size() && i < 4; ++i)
        number |= static_cast<std::uint32_t>(value[i]) << (8 * i);
    return number;
}

inline std::vector<Byte> bytes_of(std::string_view text) { return {text.begin(), text.end()}; }

} // namespace nwp::simplelink
