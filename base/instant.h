// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace nwp {

/// A length of time in whole microseconds.
class Duration {
public:
    constexpr Duration() = default;
    constexpr explicit Duration(std::int64_t microseconds) : us_(microseconds) {}
    constexpr std::int64_t microseconds() const { return us_; }
    constexpr std::int64_t milliseconds() const { return us_ / 1000; }
    /// The same from 0 to 2^32 ms, in two short divisions: a microcontroller has no divider of 64 bits, and
    /// what stands for it is 860 bytes long.
    constexpr std::uint32_t milliseconds_32() const {
        const auto eighths = static_cast<std::uint64_t>(us_) / 8;
        const auto high = static_cast<std::uint32_t>(eighths >> 16);
        const auto low = static_cast<std::uint32_t>(eighths & 0xFFFF);
        return (high / 125 << 16) + (high % 125 << 16 | low) / 125;
    }

    friend constexpr bool operator==(Duration a, Duration b) { return a.us_ == b.us_; }
    friend constexpr bool operator!=(Duration a, Duration b) { return a.us_ != b.us_; }
    friend constexpr bool operator<(Duration a, Duration b) { return a.us_ < b.us_; }
    friend constexpr bool operator>(Duration a, Duration b) { return a.us_ > b.us_; }
    friend constexpr bool operator<=(Duration a, Duration b) { return a.us_ <= b.us_; }
    friend constexpr bool operator>=(Duration a, Duration b) { return a.us_ >= b.us_; }
    friend constexpr Duration operator+(Duration a, Duration b) { return Duration{a.us_ + b.us_}; }
    friend constexpr Duration operator-(Duration a, Duration b) { return Duration{a.us_ - b.us_}; }
    friend constexpr Duration operator*(Duration a, std::int64_t factor) { return Duration{a.us_ * factor}; }
    friend constexpr Duration operator/(Duration a, std::int64_t divisor) {
        return Duration{a.us_ / divisor};
    }

private:
    std::int64_t us_ = 0;
};

constexpr Duration microseconds(std::int64_t count) { return Duration{count}; }
constexpr Duration milliseconds(std::int64_t count) { return Duration{count * 1000}; }
constexpr Duration seconds(std::int64_t count) { return Duration{count * 1000000}; }

/// A point on a monotonic clock whose origin only its owner knows (a Port, a test).
class Instant {
public:
    constexpr Instant() = default;
    constexpr explicit Instant(std::int64_t microseconds) : us_(microseconds) {}
    constexpr std::int64_t microseconds() const { return us_; }
    /// Later than every other instant: "no deadline".
    static constexpr Instant never() { return Instant{INT64_MAX}; }

    friend constexpr bool operator==(Instant a, Instant b) { return a.us_ == b.us_; }
    friend constexpr bool operator!=(Instant a, Instant b) { return a.us_ != b.us_; }
    friend constexpr bool operator<(Instant a, Instant b) { return a.us_ < b.us_; }
    friend constexpr bool operator>(Instant a, Instant b) { return a.us_ > b.us_; }
    friend constexpr bool operator<=(Instant a, Instant b) { return a.us_ <= b.us_; }
    friend constexpr bool operator>=(Instant a, Instant b) { return a.us_ >= b.us_; }
    friend constexpr Instant operator+(Instant a, Duration d) {
        return a == never() ? never() : Instant{a.us_ + d.microseconds()};
    }
    friend constexpr Duration operator-(Instant a, Instant b) { return Duration{a.us_ - b.us_}; }

private:
    std::int64_t us_ = 0;
};

/// An instant in four bytes, for who keeps many: to 64 us exactly, and no more than 38 hours from the time at
/// which it is read.
class NearInstant {
public:
    constexpr NearInstant() = default;
    constexpr explicit NearInstant(Instant at) : steps_(steps_of(at)) {}

    constexpr Instant read(Instant now) const {
        const auto away = static_cast<std::int32_t>(steps_ - steps_of(now));
        return Instant{now.microseconds() + std::int64_t{away} * kStepUs};
    }

private:
    static constexpr std::int64_t kStepUs = 64;
    static constexpr std::uint32_t steps_of(Instant at) {
        return static_cast<std::uint32_t>(static_cast<std::uint64_t>(at.microseconds()) / kStepUs);
    }

    std::uint32_t steps_ = 0;
};

constexpr Instant earlier(Instant a, Instant b) {
    return Instant{a < b ? a.microseconds() : b.microseconds()};
}

} // namespace nwp
