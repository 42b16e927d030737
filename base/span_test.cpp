// SPDX-License-Identifier: Apache-2.0
#include "base/bytes.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

namespace nwp {
namespace {

TEST(Span, comes_from_anything_contiguous) {
    int plain[3] = {1, 2, 3};
    std::array<int, 2> array{4, 5};
    const std::vector<int> vector{6};
    EXPECT_EQ(Span<int>{plain}.size(), 3U);
    EXPECT_EQ(Span<int>{array}[1], 5);
    EXPECT_EQ(Span<const int>{vector}[0], 6);
    EXPECT_TRUE(Span<int>{}.empty());
}

TEST(Span, parts_never_reach_beyond_the_whole) {
    const std::array<Byte, 4> bytes{1, 2, 3, 4};
    const ByteView view{bytes};
    EXPECT_EQ(view.first(2).size(), 2U);
    EXPECT_EQ(view.first(9).size(), 4U);
    EXPECT_EQ(view.from(3)[0], 4);
    EXPECT_TRUE(view.from(4).empty());
    EXPECT_TRUE(view.from(SIZE_MAX).empty());
    EXPECT_EQ(view.sub(1, 2)[1], 3);
    EXPECT_EQ(view.sub(3, 9).size(), 1U);
}

TEST(Span, writes_through) {
    std::array<int, 2> array{};
    for (int& value : Span<int>{array}) value = 7;
    EXPECT_EQ(array[1], 7);
}

TEST(Bytes, copy_takes_what_both_have) {
    std::array<Byte, 3> into{};
    EXPECT_EQ(copy_bytes(into, std::vector<Byte>{1, 2, 3, 4}), 3U);
    EXPECT_EQ(into[2], 3);
    EXPECT_EQ(copy_bytes(into, {}), 0U);
    EXPECT_EQ(copy_bytes({}, into), 0U);
}

TEST(Bytes, equality_is_of_length_and_content) {
    const std::vector<Byte> a{1, 2, 3};
    for (const auto same : {equal, equal_in_constant_time}) {
        EXPECT_TRUE(same(a, a));
        EXPECT_TRUE(same({}, {}));
        EXPECT_FALSE(same(a, ByteView{a}.first(2)));
        EXPECT_FALSE(same(a, std::vector<Byte>{1, 2, 4}));
        EXPECT_FALSE(same(a, std::vector<Byte>{0, 2, 3}));
    }
}

} // namespace
} // namespace nwp
