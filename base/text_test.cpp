// SPDX-License-Identifier: Apache-2.0
#include "base/text.h"

#include <gtest/gtest.h>

#include <string>

namespace nwp {
namespace {

TEST(Text, keeps_what_fits) {
    const Text<8> text{"nwp"};
    EXPECT_EQ(text.view(), "nwp");
    EXPECT_EQ(text.size(), 3U);
    EXPECT_FALSE(text.empty());
    EXPECT_TRUE(equal(text.bytes(), as_bytes("nwp")));
}

TEST(Text, cuts_what_is_longer) {
    EXPECT_EQ(Text<4>{"abcdefgh"}.view(), "abcd");
    EXPECT_EQ(Text<255>{std::string(300, 'x')}.size(), 255U);
}

TEST(Text, may_hold_any_byte) {
    const std::string_view with_zero{"a\0b", 3};
    EXPECT_EQ(Text<8>{with_zero}.view(), with_zero);
}

TEST(Text, compares_its_content_and_not_what_was_there_before) {
    Text<8> text{"longer"};
    text.assign("ab");
    EXPECT_EQ(text, Text<8>{"ab"});
    EXPECT_NE(text, Text<8>{"abc"});
    text.assign({});
    EXPECT_TRUE(text.empty());
}

TEST(Text, views_change_type_and_back) { EXPECT_EQ(as_text(as_bytes("bytes")), "bytes"); }

} // namespace
} // namespace nwp
