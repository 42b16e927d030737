// SPDX-License-Identifier: Apache-2.0
#include "nwpd/vault/seal.h"

#include "nwpd/vault/test_kit.h"

#include <gtest/gtest.h>

namespace nwp::vault {
namespace {

SealKey key_of(Byte filler) {
    SealKey key;
    for (Byte& byte : key.fill()) byte = filler;
    return key;
}

TEST(Seal, gives_back_what_was_sealed) {
    const auto plain = test::bytes_of("a value");
    const auto sealed = seal(key_of(1), "place", plain);
    ASSERT_TRUE(sealed);
    EXPECT_EQ(sealed->size(), plain.size() + kSealOverhead);
    const auto opened = unseal(key_of(1), "place", *sealed);
    ASSERT_TRUE(opened);
    EXPECT_TRUE(equal(*opened, plain));
}

TEST(Seal, takes_an_empty_value) {
    const auto sealed = seal(key_of(1), "place", {});
    ASSERT_TRUE(sealed);
    const auto opened = unseal(key_of(1), "place", *sealed);
    ASSERT_TRUE(opened);
    EXPECT_TRUE(opened->empty());
}

TEST(Seal, never_makes_the_same_twice) {
    const auto plain = test::bytes_of("a value");
    EXPECT_NE(*seal(key_of(1), "place", plain), *seal(key_of(1), "place", plain));
}

TEST(Seal, refuses_another_key) {
    const auto sealed = seal(key_of(1), "place", test::bytes_of("a value"));
    EXPECT_EQ(unseal(key_of(2), "place", *sealed).error(), Error::malformed);
}

TEST(Seal, refuses_another_place) {
    const auto sealed = seal(key_of(1), "place", test::bytes_of("a value"));
    EXPECT_EQ(unseal(key_of(1), "place2", *sealed).error(), Error::malformed);
}

TEST(Seal, refuses_every_flipped_byte) {
    const auto sealed = seal(key_of(1), "place", test::bytes_of("a value"));
    for (std::size_t i = 0; i < sealed->size(); ++i) {
        auto changed = *sealed;
        changed[i] = static_cast<Byte>(changed[i] ^ 0x01);
        EXPECT_EQ(unseal(key_of(1), "place", changed).error(), Error::malformed) << "byte " << i;
    }
}

TEST(Seal, refuses_every_truncation) {
    const auto sealed = seal(key_of(1), "place", test::bytes_of("a value"));
    for (std::size_t size = 0; size < sealed->size(); ++size) {
        EXPECT_EQ(unseal(key_of(1), "place", ByteView(*sealed).first(size)).error(), Error::malformed);
    }
}

// AES-256-GCM with the key, nonce and additional data of this layout, opened by hand: version, nonce, text,
// tag.
TEST(Seal, stays_readable_in_later_versions) {
    const std::vector<Byte> sealed = {0x01, 0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0a,
                                      0x0b, 0x57, 0xf1, 0x8c, 0x1e, 0x53, 0x5e, 0x89, 0x37, 0x2d, 0x72, 0x42,
                                      0xd7, 0xa5, 0x11, 0x65, 0xac, 0x54, 0x75, 0x87, 0x56, 0x77, 0x3a, 0xa6};
    const auto opened = unseal(key_of(7), "nwp-store/example", sealed);
    ASSERT_TRUE(opened);
    EXPECT_TRUE(equal(*opened, test::bytes_of("OpenNWP")));
}

} // namespace
} // namespace nwp::vault
