// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/instant.h"

#include <algorithm>
#include <chrono>

namespace nwp::service {

/// The monotonic clock of the daemon. Durations are limited to a year, so that no sum overflows.
inline std::chrono::microseconds to_chrono(Duration duration) {
    constexpr std::int64_t kYear = std::int64_t{365} * 24 * 3600 * 1000000;
    return std::chrono::microseconds{std::clamp<std::int64_t>(duration.microseconds(), 0, kYear)};
}

inline Instant steady_now() {
    const auto since = std::chrono::steady_clock::now().time_since_epoch();
    return Instant{std::chrono::duration_cast<std::chrono::microseconds>(since).count()};
}

} // namespace nwp::service
