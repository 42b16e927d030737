// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/bytes.h"

namespace nwp::session {

/// `into` and `from` have at least two bytes.
inline void put_u16(Bytes into, std::uint16_t value) {
    into[0] = static_cast<Byte>(value);
    into[1] = static_cast<Byte>(value >> 8);
}
inline std::uint16_t get_u16(ByteView from) { return static_cast<std::uint16_t>(from[0] | from[1] << 8); }

} // namespace nwp::session
