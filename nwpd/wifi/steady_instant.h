// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/instant.h"

#include <chrono>

namespace nwp::wifi {

/// std::chrono::steady_clock in our types.
inline Instant steady_now() {
    const auto since = std::chrono::steady_clock::now().time_since_epoch();
    return Instant{std::chrono::duration_cast<std::chrono::microseconds>(since).count()};
}

/// Not before `instant` by steady_now().
inline std::chrono::steady_clock::time_point steady_time_point(Instant instant) {
    return std::chrono::steady_clock::time_point{std::chrono::microseconds{instant.microseconds()}};
}

} // namespace nwp::wifi
