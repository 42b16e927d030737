// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/span.h"

#include <cstring>

namespace nwp {

using Byte = std::uint8_t;

/// Borrowed bytes to read.
using ByteView = Span<const Byte>;
/// Borrowed bytes to fill.
using Bytes = Span<Byte>;

/// Copies as much of `from` as `into` has room for and returns how many bytes that were.
inline std::size_t copy_bytes(Bytes into, ByteView from) {
    const std::size_t count = from.size() < into.size() ? from.size() : into.size();
    if (count != 0) std::memcpy(into.data(), from.data(), count);
    return count;
}

inline bool equal(ByteView a, ByteView b) {
    return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size()) == 0);
}

/// Compares without revealing by its duration where the first difference is; for tokens.
inline bool equal_in_constant_time(ByteView a, ByteView b) {
    if (a.size() != b.size()) return false;
    Byte difference = 0;
    for (std::size_t i = 0; i < a.size(); ++i) difference = static_cast<Byte>(difference | (a[i] ^ b[i]));
    return difference == 0;
}

} // namespace nwp
