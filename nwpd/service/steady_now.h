// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/instant.h"

#include <chrono>

namespace nwp::service {

/// The daemon's monotonic clock; its origin means nothing.
inline Instant steady_now() {
    const auto since_origin = std::chrono::steady_clock::now().time_since_epoch();
    return Instant{std::chrono::duration_cast<std::chrono::microseconds>(since_origin).count()};
}

} // namespace nwp::service
