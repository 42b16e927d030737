// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/instant.h"

#include <cstdint>
#include <optional>
#include <utility>

namespace nwp::service {

/// Decides which lines about what strangers do go into the log: whoever knocks a thousand times a second must
/// not fill a disk. So many in a period; the first one behind a silence says how many were left out.
class LogLimit {
public:
    static constexpr unsigned kMost = 10;
    static constexpr Duration kPeriod = seconds(10);

    /// How many lines were left out since the last one that was written; nothing: leave this one out, too.
    std::optional<std::uint64_t> admit(Instant now) {
        if (now >= period_ends_) {
            period_ends_ = now + kPeriod;
            written_ = 0;
        }
        if (written_ == kMost) {
            ++left_out_;
            return std::nullopt;
        }
        ++written_;
        return std::exchange(left_out_, 0);
    }

private:
    Instant period_ends_{};
    unsigned written_ = 0;
    std::uint64_t left_out_ = 0;
};

} // namespace nwp::service
