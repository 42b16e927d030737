// SPDX-License-Identifier: Apache-2.0
#include "nwpd/service/receive_buffer.h"

#include "base/text.h"
#include "nwpd/service/send_queue.h"

#include <gtest/gtest.h>

#include <string>

using namespace nwp;
using namespace nwp::service;

namespace {

class ReceiveBufferTest : public ::testing::Test {
protected:
    std::size_t put(std::string_view text) {
        const Bytes space = buffer.space(text.size());
        const std::size_t count = copy_bytes(space, as_bytes(text));
        if (!space.empty()) buffer.filled(count);
        return count;
    }
    std::string_view held() { return as_text(buffer.held()); }

    BlockPool pool;
    ReceiveBuffer buffer{pool};
};

TEST_F(ReceiveBufferTest, spare_is_what_may_still_come) {
    EXPECT_EQ(buffer.spare(), 0U);
    buffer.set_room(8);
    put("hello");
    EXPECT_EQ(buffer.spare(), 3U);
    buffer.consume(2);
    EXPECT_EQ(buffer.spare(), 5U);
    buffer.set_room(1); // what is held stays
    EXPECT_EQ(buffer.spare(), 0U);
}

TEST_F(ReceiveBufferTest, holds_no_more_than_its_room) {
    EXPECT_FALSE(buffer.has_space());
    EXPECT_EQ(put("x"), 0U);
    buffer.set_room(4);
    EXPECT_EQ(put("abcdef"), 4U);
    EXPECT_FALSE(buffer.has_space());
    buffer.set_room(2);
    EXPECT_EQ(held(), "abcd") << "what is held stays";
    buffer.set_room(8);
    EXPECT_EQ(put("efghij"), 4U);
    EXPECT_EQ(held(), "abcdefgh");
}

TEST_F(ReceiveBufferTest, is_one_piece_however_it_is_filled_and_consumed) {
    buffer.set_room(10);
    std::string expected;
    char next = 'a';
    for (int turn = 0; turn < 1000; ++turn) {
        const std::string more(1 + static_cast<std::size_t>(turn % 7),
                               next = next == 'z' ? 'a' : static_cast<char>(next + 1));
        expected += more.substr(0, put(more));
        ASSERT_EQ(held(), expected);
        ASSERT_LE(expected.size(), 10U);
        const std::size_t count = std::min<std::size_t>(expected.size(), static_cast<std::size_t>(turn % 5));
        buffer.consume(count);
        expected.erase(0, count);
    }
}

TEST_F(ReceiveBufferTest, views_outlive_what_comes_behind_them) {
    buffer.set_room(100);
    put("first");
    const ByteView view = buffer.held();
    put("second");
    EXPECT_EQ(view.data(), buffer.held().data());
    EXPECT_EQ(as_text(view), "first");
}

TEST_F(ReceiveBufferTest, forgets_what_lies_behind) {
    buffer.set_room(100);
    put("abcdef");
    buffer.consume(1);
    buffer.truncate(9);
    EXPECT_EQ(held(), "bcdef");
    buffer.truncate(2);
    EXPECT_EQ(held(), "bc");
    buffer.truncate(0);
    EXPECT_EQ(held(), "");
    EXPECT_EQ(put("x"), 1U);
}

TEST(SendQueue, gives_bytes_out_in_order) {
    SendQueue queue;
    std::string expected;
    for (int turn = 0; turn < 500; ++turn) {
        const std::string more(static_cast<std::size_t>(turn % 11), static_cast<char>('a' + turn % 26));
        queue.push(as_bytes(more));
        expected += more;
        const std::size_t count = std::min<std::size_t>(expected.size(), static_cast<std::size_t>(turn % 9));
        queue.drop(count);
        expected.erase(0, count);
        ASSERT_EQ(as_text(queue.front()), expected);
        ASSERT_EQ(queue.empty(), expected.empty());
    }
}

} // namespace
