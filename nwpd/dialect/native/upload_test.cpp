// SPDX-License-Identifier: Apache-2.0
#include "nwpd/dialect/native/upload.h"

#include "base/text.h"

#include <gtest/gtest.h>

namespace nwp::native {
namespace {

TEST(Upload, parts_in_order_make_the_value) {
    Upload upload(100);
    EXPECT_FALSE(*upload.add("a", 5, 0, as_bytes("abc")));
    EXPECT_TRUE(*upload.add("a", 5, 3, as_bytes("de")));
    EXPECT_TRUE(equal(upload.take(), as_bytes("abcde")));
}

TEST(Upload, empty_value_is_whole_at_once) {
    Upload upload(100);
    EXPECT_TRUE(*upload.add("a", 0, 0, {}));
    EXPECT_TRUE(upload.take().empty());
}

TEST(Upload, part_that_leaves_a_gap_is_refused_and_nothing_is_kept) {
    Upload upload(100);
    EXPECT_FALSE(*upload.add("a", 5, 0, as_bytes("ab")));
    EXPECT_EQ(upload.add("a", 5, 3, as_bytes("de")).error(), Error::invalid_argument);
    EXPECT_EQ(upload.add("a", 5, 2, as_bytes("cde")).error(), Error::invalid_argument);
}

TEST(Upload, part_of_another_value_is_refused) {
    Upload upload(100);
    EXPECT_FALSE(*upload.add("a", 5, 0, as_bytes("ab")));
    EXPECT_EQ(upload.add("b", 5, 2, as_bytes("cde")).error(), Error::invalid_argument);
}

TEST(Upload, first_part_begins_anew) {
    Upload upload(100);
    EXPECT_FALSE(*upload.add("a", 5, 0, as_bytes("ab")));
    EXPECT_FALSE(*upload.add("b", 3, 0, as_bytes("xy")));
    EXPECT_TRUE(*upload.add("b", 3, 2, as_bytes("z")));
    EXPECT_TRUE(equal(upload.take(), as_bytes("xyz")));
}

TEST(Upload, part_beyond_the_total_is_refused) {
    Upload upload(100);
    EXPECT_EQ(upload.add("a", 2, 0, as_bytes("abc")).error(), Error::invalid_argument);
}

TEST(Upload, value_longer_than_allowed_is_refused) {
    Upload upload(100);
    EXPECT_EQ(upload.add("a", 101, 0, as_bytes("abc")).error(), Error::too_big);
}

} // namespace
} // namespace nwp::native
