// SPDX-License-Identifier: Apache-2.0
#include "base/byte_ring.h"

#include <gtest/gtest.h>

#include <array>
#include <deque>
#include <random>
#include <vector>

namespace nwp {
namespace {

using Buffer = std::vector<Byte>;

Buffer popped(ByteRing& ring, std::size_t count) {
    Buffer bytes(count);
    bytes.resize(ring.pop(bytes));
    return bytes;
}

TEST(ByteRing, takes_no_more_than_it_has_room_for) {
    std::array<Byte, 4> storage{};
    ByteRing ring{storage};
    EXPECT_EQ(ring.push(Buffer{1, 2, 3}), 3U);
    EXPECT_EQ(ring.push(Buffer{4, 5, 6}), 1U);
    EXPECT_EQ(ring.room(), 0U);
    EXPECT_EQ(popped(ring, 10), (Buffer{1, 2, 3, 4}));
    EXPECT_TRUE(ring.empty());
}

TEST(ByteRing, keeps_order_around_the_end_of_its_storage) {
    std::array<Byte, 4> storage{};
    ByteRing ring{storage};
    ring.push(Buffer{1, 2, 3});
    EXPECT_EQ(popped(ring, 2), (Buffer{1, 2}));
    EXPECT_EQ(ring.push(Buffer{4, 5, 6}), 3U);
    EXPECT_EQ(popped(ring, 4), (Buffer{3, 4, 5, 6}));
}

TEST(ByteRing, peek_removes_nothing_and_may_skip) {
    std::array<Byte, 4> storage{};
    ByteRing ring{storage};
    ring.push(Buffer{0, 0, 1});
    ring.drop(2);
    ring.push(Buffer{2, 3, 4});
    Buffer bytes(2);
    EXPECT_EQ(ring.peek(bytes, 1), 2U);
    EXPECT_EQ(bytes, (Buffer{2, 3}));
    EXPECT_EQ(ring.peek(bytes, 3), 1U);
    EXPECT_EQ(bytes[0], 4);
    EXPECT_EQ(ring.peek(bytes, 4), 0U);
    EXPECT_EQ(ring.size(), 4U);
}

TEST(ByteRing, drop_of_more_than_there_is_empties_it) {
    std::array<Byte, 4> storage{};
    ByteRing ring{storage};
    ring.push(Buffer{1, 2, 3});
    ring.drop(100);
    EXPECT_TRUE(ring.empty());
    EXPECT_EQ(ring.push(Buffer{1, 2, 3, 4}), 4U);
    EXPECT_EQ(popped(ring, 4), (Buffer{1, 2, 3, 4}));
}

TEST(ByteRing, without_storage_it_takes_nothing) {
    ByteRing ring;
    EXPECT_EQ(ring.push(Buffer{1}), 0U);
    ring.drop(1);
    EXPECT_TRUE(popped(ring, 1).empty());
}

TEST(ByteRing, behaves_like_a_queue_of_bytes) {
    std::array<Byte, 13> storage{};
    ByteRing ring{storage};
    std::deque<Byte> model;
    std::mt19937 random(4); // NOLINT(cert-msc51-cpp): the same run each time
    for (int i = 0; i < 20000; ++i) {
        Buffer bytes(random() % 16);
        if (random() % 2 == 0) {
            for (Byte& byte : bytes) byte = static_cast<Byte>(random());
            const std::size_t taken = ring.push(bytes);
            ASSERT_EQ(taken, std::min(bytes.size(), storage.size() - model.size()));
            model.insert(model.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(taken));
        } else {
            bytes.resize(ring.pop(bytes));
            for (const Byte byte : bytes) {
                ASSERT_EQ(byte, model.front());
                model.pop_front();
            }
        }
        ASSERT_EQ(ring.size(), model.size());
    }
}

} // namespace
} // namespace nwp
