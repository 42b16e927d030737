// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/bytes.h"

#include <string>
#include <string_view>
#include <vector>

namespace nwp::kit {

using Buffer = std::vector<Byte>;

/// "01 02 ff" as bytes; blanks are free. Throws std::invalid_argument on anything else.
Buffer from_hex(std::string_view text);

/// Lower case, one blank between bytes.
std::string to_hex(ByteView bytes);

inline Buffer copied(ByteView bytes) { return {bytes.begin(), bytes.end()}; }

namespace literals {
inline Buffer operator""_hex(const char* text, std::size_t size) { return from_hex({text, size}); }
} // namespace literals

} // namespace nwp::kit
