// SPDX-License-Identifier: Apache-2.0
#include "tools/nwp/output.h"

#include <gtest/gtest.h>

namespace nwp::tool {
namespace {

namespace json = boost::json;

TEST(Output, object_is_aligned_lines) {
    EXPECT_EQ(as_text({{"a", 1}, {"long_name", "x"}, {"none", nullptr}, {"yes", true}}),
              "a          1\nlong name  x\nnone       -\nyes        yes\n");
}

TEST(Output, list_is_a_table_whose_columns_are_as_wide_as_they_look) {
    const json::array rows{json::object{{"ssid", "Café"}, {"channel", 6}},
                           json::object{{"ssid", "nwp"}, {"channel", 11}}};
    EXPECT_EQ(as_text({{"networks", rows}}), "ssid  channel\nCafé  6\nnwp   11\n");
}

TEST(Output, empty_list_says_so) { EXPECT_EQ(as_text({{"networks", json::array{}}}), "none\n"); }

TEST(Output, objects_inside_stand_under_headings) {
    EXPECT_EQ(as_text({{"device", {{"a", 1}}}, {"wifi", {{"b", 2}}}}), "device\na  1\n\nwifi\nb  2\n");
}

} // namespace
} // namespace nwp::tool
