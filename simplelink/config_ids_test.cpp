// SPDX-License-Identifier: Apache-2.0
#include "simplelink/config_ids.h"

#include <gtest/gtest.h>

namespace nwp::simplelink {
namespace {

TEST(ConfigIds, are_found_by_what_a_host_says) {
    const ConfigRow* scan = find_config(ConfigGroup::wlan, 1, 18);
    ASSERT_NE(scan, nullptr);
    EXPECT_STREQ(scan->name, "scan parameters");
    EXPECT_TRUE(scan->set.allows(8));
    EXPECT_FALSE(scan->set.allows(7));
    EXPECT_EQ(find_config(ConfigGroup::wlan, 1, 17), nullptr);
    EXPECT_EQ(find_config(ConfigGroup::netcfg, 1, 18), nullptr);
}

TEST(ConfigIds, take_ranges_of_options) {
    EXPECT_NE(find_config(ConfigGroup::device, 2, 7), nullptr);
    EXPECT_EQ(find_config(ConfigGroup::device, 2, 8), nullptr);
    EXPECT_NE(find_config(ConfigGroup::socket, 3, 103), nullptr);
    EXPECT_NE(find_config(ConfigGroup::wlan, 5, 0xABCD), nullptr); // garbage there
}

TEST(ConfigIds, say_which_way_a_value_travels) {
    EXPECT_FALSE(find_config(ConfigGroup::device, 1, 12)->set.any());
    EXPECT_TRUE(find_config(ConfigGroup::device, 1, 12)->get.allows(20));
    EXPECT_FALSE(find_config(ConfigGroup::wlan, 4, 29)->get.any());
    EXPECT_TRUE(find_config(ConfigGroup::wlan, 4, 29)->set.allows(0));
}

TEST(ConfigIds, count_lengths_in_steps) {
    const Lengths lengths = find_config(ConfigGroup::netcfg, 7, 4)->set;
    EXPECT_TRUE(lengths.allows(0));
    EXPECT_TRUE(lengths.allows(16));
    EXPECT_FALSE(lengths.allows(8));
    EXPECT_FALSE(lengths.allows(32));
}

} // namespace
} // namespace nwp::simplelink
