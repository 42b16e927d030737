// SPDX-License-Identifier: Apache-2.0
#include "base/result.h"

#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>

namespace nwp {
namespace {

TEST(Result, holds_a_value) {
    Result<std::string> result{"value"};
    EXPECT_TRUE(result.ok());
    EXPECT_EQ(*result, "value");
    EXPECT_EQ(result->size(), 5U);
    EXPECT_EQ(result.error(), Error{});
}

TEST(Result, or_the_reason_why_there_is_none) {
    const Result<std::string> result{Error::timed_out};
    EXPECT_FALSE(result);
    EXPECT_EQ(result.error(), Error::timed_out);
}

TEST(Result, of_nothing_is_good_or_an_error) {
    EXPECT_TRUE(Result<void>{}.ok());
    EXPECT_EQ(Result<void>{Error::would_block}.error(), Error::would_block);
}

TEST(Result, of_a_count_is_the_count_or_an_error) {
    const std::size_t most = SIZE_MAX - 256;
    for (const std::size_t count : {std::size_t{0}, std::size_t{1}, most}) {
        const Result<std::size_t> result{count};
        ASSERT_TRUE(result.ok()) << count;
        EXPECT_EQ(*result, count);
        EXPECT_EQ(result.error(), Error{});
    }
    for (unsigned code = 1; code <= 255; ++code) {
        const Result<std::size_t> result{static_cast<Error>(code)};
        EXPECT_FALSE(result);
        EXPECT_EQ(result.error(), static_cast<Error>(code));
    }
    EXPECT_TRUE(Result<std::size_t>{Error{}}.ok());
}

TEST(Result, value_may_be_moved_out) {
    Result<std::unique_ptr<int>> result{std::make_unique<int>(4)};
    const std::unique_ptr<int> taken = std::move(*result);
    EXPECT_EQ(*taken, 4);
}

TEST(ResultDeathTest, value_of_an_error_is_a_bug) {
    const Result<int> result{Error::closed};
    EXPECT_DEATH(static_cast<void>(*result), "broken expectation");
}

TEST(Error, every_number_has_one_name_and_others_have_none) {
    std::set<std::string> names;
    std::size_t named = 0;
    for (unsigned number = 0; number < 256; ++number) {
        const std::string name = to_string(static_cast<Error>(number));
        if (name == "unknown") continue;
        ++named;
        names.insert(name);
    }
    EXPECT_EQ(names.size(), named);
    EXPECT_STREQ(to_string(Error::would_block), "would_block");
    EXPECT_STREQ(to_string(Error::link_reset), "link_reset");
    EXPECT_STREQ(to_string(static_cast<Error>(255)), "unknown");
}

} // namespace
} // namespace nwp
