// SPDX-License-Identifier: Apache-2.0
#include "base/instant.h"

#include <gtest/gtest.h>

namespace nwp {
namespace {

constexpr Instant kNows[] = {Instant{},
                             Instant{1},
                             Instant{} + seconds(1),
                             Instant{} + seconds(274'877),
                             Instant{} + seconds(274'878),
                             Instant{} + seconds(400'000'000)};

TEST(NearInstant, is_what_it_was_made_from_to_64_us) {
    for (const Instant now : kNows) {
        for (const Duration away : {seconds(-3600), milliseconds(-1), Duration{}, microseconds(1),
                                    milliseconds(5), seconds(130), seconds(24 * 3600)}) {
            const Instant at = now + away;
            if (at < Instant{}) continue;
            const Duration error = NearInstant{at}.read(now) - at;
            EXPECT_LT(error, microseconds(64)) << now.microseconds() << " + " << away.microseconds();
            EXPECT_GT(error, microseconds(-64)) << now.microseconds() << " + " << away.microseconds();
        }
    }
}

TEST(Duration, is_told_in_milliseconds_without_a_division_of_64_bits) {
    for (const std::int64_t us :
         {std::int64_t{0}, std::int64_t{999}, std::int64_t{1000}, std::int64_t{1'999'999},
          std::int64_t{130'000'000}, std::int64_t{86'400'123'456}, std::int64_t{4'294'967'295'999}}) {
        EXPECT_EQ(Duration{us}.milliseconds_32(), Duration{us}.milliseconds()) << us;
    }
    for (std::int64_t us = 1; us < 4'294'967'295'999; us = us * 3 + 1) {
        EXPECT_EQ(Duration{us}.milliseconds_32(), Duration{us}.milliseconds()) << us;
    }
}

TEST(NearInstant, goes_on_meaning_the_same_while_time_passes) {
    const Instant at = Instant{} + seconds(274'877);
    const NearInstant kept{at};
    for (Instant now = Instant{} + seconds(274'000); now < Instant{} + seconds(275'000);
         now = now + seconds(1)) {
        EXPECT_LT(kept.read(now) - at, microseconds(64));
        EXPECT_GT(kept.read(now) - at, microseconds(-64));
    }
}

} // namespace
} // namespace nwp
