// SPDX-License-Identifier: Apache-2.0
#include "nwpd/dialect/simplelink/date_time.h"

#include <chrono>

namespace nwp::simplelink {

using namespace std::chrono;

std::optional<std::int64_t> seconds_since_1970(const DateTime& date) {
    if (date.year < 1970 || date.year > 9999 || date.month > 12 || date.day > 31) return std::nullopt;
    if (date.hour > 23 || date.minute > 59 || date.second > 59) return std::nullopt;
    const year_month_day day{year{static_cast<int>(date.year)}, month{date.month},
                             std::chrono::day{date.day}};
    if (!day.ok()) return std::nullopt;
    const auto time = sys_days{day} + hours{date.hour} + minutes{date.minute} + seconds{date.second};
    return duration_cast<seconds>(time.time_since_epoch()).count();
}

DateTime date_time(std::int64_t since_1970) {
    const sys_seconds time{seconds{since_1970}};
    const auto midnight = floor<days>(time);
    const year_month_day day{midnight};
    const hh_mm_ss clock{time - midnight};
    DateTime date;
    date.second = static_cast<std::uint32_t>(clock.seconds().count());
    date.minute = static_cast<std::uint32_t>(clock.minutes().count());
    date.hour = static_cast<std::uint32_t>(clock.hours().count());
    date.day = static_cast<unsigned>(day.day());
    date.month = static_cast<unsigned>(day.month());
    date.year = static_cast<std::uint32_t>(static_cast<int>(day.year()));
    date.week_day = weekday{midnight}.c_encoding();
    date.year_day = static_cast<std::uint32_t>((midnight - sys_days{day.year() / January / 1}).count());
    return date;
}

} // namespace nwp::simplelink
