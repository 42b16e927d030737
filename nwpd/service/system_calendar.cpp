// SPDX-License-Identifier: Apache-2.0
#include "nwpd/service/system_calendar.h"

#include <algorithm>
#include <chrono>
#include <limits>
#include <utility>

namespace nwp::service {
namespace {

constexpr std::int64_t kDay = 86400;
constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max() - kDay;

} // namespace

std::int64_t SystemCalendar::system_clock() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::seconds>(now).count();
}

std::int64_t SystemCalendar::build_time() { return NWP_BUILD_TIME; }

SystemCalendar::SystemCalendar(const vault::Vault& vault, Clock clock) : clock_(std::move(clock)) {
    const auto stored = vault.date_floor();
    stored_ = stored ? *stored : kNever;
    floor_ = std::max(stored_, build_time());
}

void SystemCalendar::date_proven(Credentials& credentials) {
    const std::int64_t date = now();
    if (date < floor_ || date < stored_ + kDay) return;
    stored_ = date;
    floor_ = date;
    // A disk that fails now costs one day of the floor's progress, no more.
    credentials.raise_date_floor(date, [](const Result<void>&) {});
}

} // namespace nwp::service
