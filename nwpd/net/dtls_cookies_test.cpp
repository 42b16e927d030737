// SPDX-License-Identifier: Apache-2.0
#include "nwpd/net/dtls_cookies.h"

#include "nwpd/net/dtls_door.h"

#include <gtest/gtest.h>

namespace nwp::net {
namespace {

constexpr Address kPeer = Address::ipv4(192, 0, 2, 1, 4433);

TEST(DtlsCookies, hold_for_the_peer_that_got_them) {
    const DtlsCookies cookies;
    EXPECT_TRUE(cookies.holds(cookies.make(kPeer, 7), kPeer, 7));
}

TEST(DtlsCookies, hold_in_the_next_minute_and_not_in_the_one_after) {
    const DtlsCookies cookies;
    EXPECT_TRUE(cookies.holds(cookies.make(kPeer, 7), kPeer, 8));
    EXPECT_FALSE(cookies.holds(cookies.make(kPeer, 7), kPeer, 9));
    EXPECT_FALSE(cookies.holds(cookies.make(kPeer, 7), kPeer, 6));
}

TEST(DtlsCookies, do_not_hold_for_another_address_or_port) {
    const DtlsCookies cookies;
    const Digest cookie = cookies.make(kPeer, 7);
    EXPECT_FALSE(cookies.holds(cookie, Address::ipv4(192, 0, 2, 2, 4433), 7));
    EXPECT_FALSE(cookies.holds(cookie, Address::ipv4(192, 0, 2, 1, 4434), 7));
}

TEST(DtlsCookies, do_not_hold_when_damaged_or_cut) {
    const DtlsCookies cookies;
    Digest cookie = cookies.make(kPeer, 7);
    EXPECT_FALSE(cookies.holds(ByteView{cookie}.first(31), kPeer, 7));
    EXPECT_FALSE(cookies.holds(ByteView{}, kPeer, 7));
    cookie[0] ^= 1;
    EXPECT_FALSE(cookies.holds(cookie, kPeer, 7));
}

TEST(DtlsCookies, of_one_server_mean_nothing_to_another) {
    const DtlsCookies one;
    const DtlsCookies another;
    EXPECT_FALSE(another.holds(one.make(kPeer, 7), kPeer, 7));
}

/// Record and message header of a ClientHello, then version and 32 times `random`.
std::vector<Byte> hello(Byte random) {
    std::vector<Byte> bytes(13 + 12 + 2, 0);
    bytes[0] = 22;
    bytes[1] = 0xfe;
    bytes[13] = 1;
    bytes.insert(bytes.end(), 32, random);
    return bytes;
}

TEST(ClientHelloRandom, is_read_from_a_hello) {
    const auto random = client_hello_random(hello(0x5a));
    ASSERT_TRUE(random);
    EXPECT_EQ(random->front(), 0x5a);
    EXPECT_EQ(random->back(), 0x5a);
}

TEST(ClientHelloRandom, is_nothing_of_anything_else) {
    const auto whole = hello(1);
    for (std::size_t size = 0; size < whole.size(); ++size)
        EXPECT_FALSE(client_hello_random(ByteView{whole}.first(size))) << size;
    for (const std::size_t at : {0U, 1U, 3U, 4U, 13U}) {
        auto other = whole;
        other[at] ^= 0x40;
        EXPECT_FALSE(client_hello_random(other)) << at;
    }
}

} // namespace
} // namespace nwp::net
