// SPDX-License-Identifier: Apache-2.0
#include "tools/nwp/cipher_names.h"

#include <gtest/gtest.h>

namespace nwp::tool {
namespace {

TEST(CipherNames, are_those_of_the_registry) {
    EXPECT_EQ(cipher_name(0x1301), "TLS_AES_128_GCM_SHA256");                // RFC 8446 B.4
    EXPECT_EQ(cipher_name(0xC02F), "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"); // RFC 5289 3.2
    EXPECT_EQ(cipher_name(0xC02B), "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256");
    EXPECT_EQ(cipher_name(0xCCA8), "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"); // RFC 7905 2
    EXPECT_EQ(cipher_name(0x00A8), "TLS_PSK_WITH_AES_128_GCM_SHA256");             // RFC 5487 2
    EXPECT_EQ(cipher_name(0xC037), "TLS_ECDHE_PSK_WITH_AES_128_CBC_SHA256");       // RFC 5489 3.2
}

TEST(CipherNames, unknown_ones_are_told_by_number) {
    EXPECT_EQ(cipher_name(0x0001), "0x0001");
    EXPECT_EQ(cipher_name(0xFFFF), "0xFFFF");
}

} // namespace
} // namespace nwp::tool
