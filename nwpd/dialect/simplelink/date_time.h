// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "simplelink/device.h"

#include <cstdint>
#include <optional>

namespace nwp::simplelink {

/// The date and time (UTC) that a host set, in seconds since 1970-01-01T00:00:00Z. None: there is no such
/// date, or it lies before 1970 or after 9999.
std::optional<std::int64_t> seconds_since_1970(const DateTime& date);

/// The other way; 1970 to 9999. Days of the week count from 0, Sunday; days of the year from 0.
DateTime date_time(std::int64_t seconds);

} // namespace nwp::simplelink
