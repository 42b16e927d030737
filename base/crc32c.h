// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/bytes.h"

namespace nwp {

/// CRC-32C (Castagnoli) of `bytes`; RFC 3720 appendix B.4 has test values.
/// `before` is the CRC of what came earlier, so that a message may be fed in parts.
std::uint32_t crc32c(ByteView bytes, std::uint32_t before = 0);

} // namespace nwp
