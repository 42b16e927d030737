// SPDX-License-Identifier: Apache-2.0
#include "base/callback.h"

#include <gtest/gtest.h>

#include <memory>

namespace nwp {
namespace {

class Counter {
public:
    int add(int amount) { return sum_ += amount; }
    void take(std::unique_ptr<int> value) { sum_ += *value; }
    int sum() const { return sum_; }

private:
    int sum_ = 0;
};

TEST(Callback, empty_one_says_so) { EXPECT_FALSE(Callback<void()>{}); }

TEST(Callback, calls_a_method_of_its_object) {
    Counter counter;
    const auto add = Callback<int(int)>::to<&Counter::add>(counter);
    ASSERT_TRUE(add);
    EXPECT_EQ(add(3), 3);
    EXPECT_EQ(add(4), 7);
}

TEST(Callback, calls_a_plain_function_with_its_object) {
    int calls = 0;
    const Callback<void()> callback{[](void* object) { ++*static_cast<int*>(object); }, &calls};
    callback();
    EXPECT_EQ(calls, 1);
}

TEST(Callback, passes_what_can_only_be_moved) {
    Counter counter;
    Callback<void(std::unique_ptr<int>)>::to<&Counter::take>(counter)(std::make_unique<int>(5));
    EXPECT_EQ(counter.sum(), 5);
}

TEST(Callback, is_two_words) { EXPECT_EQ(sizeof(Callback<void()>), 2 * sizeof(void*)); }

} // namespace
} // namespace nwp
