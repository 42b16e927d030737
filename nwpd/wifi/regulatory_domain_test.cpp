// SPDX-License-Identifier: Apache-2.0
#include "nwpd/wifi/regulatory_domain.h"

#include <gtest/gtest.h>

#include <cstdint>

namespace nwp::wifi {
namespace {

TEST(RegulatoryDomain, without_a_country_hears_everything_and_begins_where_everybody_may) {
    const RegulatoryDomain nowhere;
    EXPECT_EQ(nowhere.country(), Country("00"));
    EXPECT_TRUE(nowhere.allows_station(13));
    EXPECT_TRUE(nowhere.allows_station(149));
    EXPECT_TRUE(nowhere.allows_access_point(11));
    EXPECT_FALSE(nowhere.allows_access_point(0));
    EXPECT_FALSE(nowhere.allows_access_point(12));
    EXPECT_FALSE(nowhere.allows_access_point(36));
}

TEST(RegulatoryDomain, allows_channels_of_20_mhz_that_lie_within_a_rule) {
    const RegulatoryDomain domain("ZZ", {{2'402'000, 2'472'000}, {5'170'000, 5'250'000}});
    EXPECT_EQ(domain.country(), Country("ZZ"));
    constexpr std::uint8_t kWithin[] = {1, 11, 36, 48};
    for (const std::uint8_t channel : kWithin) {
        EXPECT_TRUE(domain.allows_station(channel)) << int{channel};
        EXPECT_TRUE(domain.allows_access_point(channel)) << int{channel};
    }
    constexpr std::uint8_t kOutside[] = {0, 12, 13, 14, 37, 52, 149, 255};
    for (const std::uint8_t channel : kOutside) {
        EXPECT_FALSE(domain.allows_station(channel)) << int{channel};
        EXPECT_FALSE(domain.allows_access_point(channel)) << int{channel};
    }
}

TEST(RegulatoryDomain, has_channel_14_by_itself) {
    const RegulatoryDomain to_13("ZZ", {{2'402'000, 2'482'000}});
    EXPECT_TRUE(to_13.allows_station(13));
    EXPECT_FALSE(to_13.allows_station(14));
    const RegulatoryDomain only_14("ZZ", {{2'474'000, 2'494'000}});
    EXPECT_TRUE(only_14.allows_station(14));
    EXPECT_FALSE(only_14.allows_station(13));
}

TEST(RegulatoryDomain, begins_no_access_point_where_it_would_have_to_listen_first) {
    const RegulatoryDomain domain("ZZ", {{5'250'000, 5'330'000, true}});
    EXPECT_TRUE(domain.allows_station(52));
    EXPECT_FALSE(domain.allows_access_point(52));
}

TEST(RegulatoryDomain, takes_the_first_rule_that_covers_a_channel) {
    const RegulatoryDomain domain("ZZ", {{2'402'000, 2'472'000}, {2'402'000, 2'482'000, true}});
    EXPECT_TRUE(domain.allows_access_point(11));
    EXPECT_FALSE(domain.allows_access_point(12));
}

TEST(RegulatoryDomain, covers_nothing_by_a_rule_at_the_end_of_the_numbers) {
    const RegulatoryDomain domain("ZZ", {{UINT32_MAX - 1, UINT32_MAX}});
    EXPECT_FALSE(domain.allows_station(1));
}

} // namespace
} // namespace nwp::wifi
