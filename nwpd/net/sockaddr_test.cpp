// SPDX-License-Identifier: Apache-2.0
#include "nwpd/net/sockaddr.h"

#include "nwpd/net/errno_map.h"

#include <gtest/gtest.h>

#include <cerrno>

using namespace nwp;
using namespace nwp::net;

TEST(SocketAddress, keeps_every_field_of_an_address) {
    Address six = literal_address("2001:db8::7");
    six.port = 443;
    six.scope = 3;
    EXPECT_EQ(SocketAddress{six}.address(), six);
    const Address four = Address::ipv4(192, 0, 2, 1, 80);
    EXPECT_EQ(SocketAddress{four}.address(), four);
    EXPECT_EQ(SocketAddress{Address{}}.size, 0U);
}

TEST(LiteralAddress, is_an_address_and_never_a_name) {
    EXPECT_EQ(literal_address("192.0.2.1"), Address::ipv4(192, 0, 2, 1));
    EXPECT_EQ(literal_address("::1").family, Family::ipv6);
    EXPECT_EQ(literal_address("fe80::1%lo").scope, 1U);
    for (const char* name : {"", "example.test", "1.2.3", "1.2.3.4.5", "0x7f.1", "[::1]", "::1 "})
        EXPECT_EQ(literal_address(name).family, Family::unspecified) << name;
    using namespace std::string_view_literals;
    EXPECT_EQ(literal_address("192.0.2.1\0.example.test"sv).family, Family::unspecified);
}

TEST(AddressText, is_written_as_c_ares_reads_it) {
    EXPECT_EQ(to_text(Address::ipv4(192, 0, 2, 1, 53)), "192.0.2.1:53");
    Address six = literal_address("::1");
    six.port = 53;
    EXPECT_EQ(to_text(six), "[::1]:53");
}

TEST(ErrnoMap, has_the_kernels_words_and_one_for_the_rest) {
    EXPECT_EQ(error_from_errno(ECONNREFUSED), Error::connection_refused);
    EXPECT_EQ(error_from_errno(EWOULDBLOCK), Error::would_block);
    EXPECT_EQ(error_from_errno(EPIPE), Error::broken_pipe);
    EXPECT_EQ(error_from_errno(EXDEV), Error::input_output);
}
