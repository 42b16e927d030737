// SPDX-License-Identifier: Apache-2.0
#include "nwpd/service/loopback.h"

#include "nwpd/service/mapped_address.h"
#include "nwpd/wifi/address_map.h"

#include <gtest/gtest.h>

using namespace nwp;
using namespace nwp::service;

namespace {

TEST(Loopback, leads_only_where_one_of_ours_is_bound) {
    Loopback loopback;
    const Address seen = Address::ipv4(127, 0, 0, 1, 80);
    const Address real = with_port(loopback.real_ip(Family::ipv4), 8080);
    EXPECT_EQ(loopback.find(SocketType::stream, seen).error(), Error::connection_refused);
    const auto place = loopback.add(SocketType::stream, seen, real);
    EXPECT_EQ(*loopback.find(SocketType::stream, seen), real);
    EXPECT_EQ(*loopback.find(SocketType::stream, Address::ipv4(127, 9, 9, 9, 80)), real);
    EXPECT_EQ(*loopback.find(SocketType::stream, Address::ipv4(0, 0, 0, 0, 80)), real);
    EXPECT_EQ(loopback.find(SocketType::datagram, seen).error(), Error::connection_refused);
    EXPECT_EQ(loopback.find(SocketType::stream, ipv6_loopback(80)).error(), Error::connection_refused);
    EXPECT_EQ(*loopback.seen(SocketType::stream, real), seen);
    EXPECT_EQ(*loopback.seen(SocketType::stream, to_ipv4_mapped(real)), to_ipv4_mapped(seen));
    loopback.remove(place);
    EXPECT_EQ(loopback.find(SocketType::stream, seen).error(), Error::connection_refused);
}

TEST(Loopback, keeps_the_two_families_apart) {
    Loopback loopback;
    const Address real = with_port(loopback.real_ip(Family::ipv6), 80);
    EXPECT_NE(loopback.real_ip(Family::ipv4), loopback.real_ip(Family::ipv6));
    loopback.add(SocketType::stream, ipv6_loopback(80), to_ipv4_mapped(real));
    EXPECT_EQ(*loopback.find(SocketType::stream, ipv6_loopback(80)), real);
    EXPECT_EQ(loopback.find(SocketType::stream, Address::ipv4(127, 0, 0, 1, 80)).error(),
              Error::connection_refused);
    EXPECT_EQ(*loopback.seen(SocketType::stream, to_ipv4_mapped(real)), ipv6_loopback(80));
}

TEST(Loopback, knows_what_is_not_its_own) {
    const Loopback loopback;
    EXPECT_EQ(loopback.seen(SocketType::stream, Address::ipv4(127, 77, 0, 50, 80)).error(),
              Error::address_not_available);
    EXPECT_TRUE(wifi::is_loopback(loopback.real_ip(Family::ipv4)));
}

} // namespace
