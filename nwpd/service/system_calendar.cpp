// SPDX-License-Identifier: Apache-2.0
#include "nwpd/service/system_calendar.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace nwp::service {
namespace {

constexpr std::int64_t kDay = 86400;

} // namespace

std::int64_t SystemCalendar::system_clock() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::seconds>(now).count();
}

std::int64_t SystemCalendar::build_time() { return NWP_BUILD_TIME; }

SystemCalendar::SystemCalendar(Credentials& credentials, std::int64_t stored_floor, Clock clock)
    : credentials_(credentials), clock_(std::move(clock)), floor_(std::max(stored_floor, build_time())),
      raised_at_(stored_floor) {}

void SystemCalendar::date_proven() {
    const std::int64_t date = now();
    if (date < floor_ || date < raised_at_ + kDay) return;
    raised_at_ = date;
    floor_ = date;
    // A disk that fails now costs one day of the floor's progress, no more; the vault has logged it.
    credentials_.raise_date_floor(date, [](const Result<void>&) {});
}

} // namespace nwp::service
