// SPDX-License-Identifier: Apache-2.0
#include "nwpd/service/log_limit.h"

#include <gtest/gtest.h>

namespace nwp::service {
namespace {

constexpr Instant kBegin = Instant{} + seconds(1000);

TEST(LogLimit, admits_so_many_in_a_period) {
    LogLimit limit;
    for (unsigned i = 0; i < LogLimit::kMost; ++i) EXPECT_EQ(limit.admit(kBegin + milliseconds(i)), 0U);
    EXPECT_EQ(limit.admit(kBegin + milliseconds(9999)), std::nullopt);
}

TEST(LogLimit, says_behind_a_silence_how_many_were_left_out) {
    LogLimit limit;
    for (unsigned i = 0; i < LogLimit::kMost + 7; ++i) static_cast<void>(limit.admit(kBegin));
    EXPECT_EQ(limit.admit(kBegin + LogLimit::kPeriod), 7U);
    EXPECT_EQ(limit.admit(kBegin + LogLimit::kPeriod), 0U) << "once";
}

TEST(LogLimit, does_not_run_over_while_a_flood_goes_on) {
    LogLimit limit;
    unsigned written = 0;
    for (int ms = 0; ms < 60000; ++ms) written += limit.admit(kBegin + milliseconds(ms)) ? 1 : 0;
    EXPECT_EQ(written, 6 * LogLimit::kMost);
}

} // namespace
} // namespace nwp::service
