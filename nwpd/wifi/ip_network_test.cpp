// SPDX-License-Identifier: Apache-2.0
#include "nwpd/wifi/ip_network.h"

#include <gtest/gtest.h>

namespace nwp::wifi {
namespace {

Address ip(const char* text) { return *parse_ip(text); }
IpNetwork network(const char* text) { return *parse_network(text); }

TEST(IpNetwork, refuses_what_is_no_network) {
    for (const char* text : {"", "/", "/24", "10.77.0.0", "10.77.0.0/", "10.77.0.0/33", "10.77.0.0/-1",
                             "10.77.0.0/024", "10.77.0.0/24 ", "10.77.0/24", "fd77::/129",
                             "10.77.0.0/255.255.255.0", "::/64/64", "10.77.0.0/99999999999999999999"}) {
        const auto parsed = parse_network(text);
        EXPECT_EQ(parsed.error(), Error::invalid_argument) << text;
    }
}

TEST(IpNetwork, refuses_a_host_part) {
    for (const char* text : {"10.77.0.1/24", "10.77.0.128/24", "fd77::1/64", "128.0.0.0/0"}) {
        EXPECT_EQ(parse_network(text).error(), Error::domain_error) << text;
    }
}

TEST(IpNetwork, prints_what_it_read) {
    for (const char* text : {"10.77.0.0/24", "0.0.0.0/0", "1.2.3.4/32", "fd77::/64", "::/0", "::1/128"}) {
        EXPECT_EQ(to_string(network(text)), text);
    }
}

TEST(IpNetwork, contains_what_shares_its_prefix) {
    EXPECT_TRUE(network("10.77.0.0/24").contains(ip("10.77.0.255")));
    EXPECT_FALSE(network("10.77.0.0/24").contains(ip("10.77.1.0")));
    EXPECT_TRUE(network("10.76.0.0/15").contains(ip("10.77.1.0")));
    EXPECT_FALSE(network("10.76.0.0/15").contains(ip("10.78.0.0")));
    EXPECT_TRUE(network("10.77.0.9/32").contains(ip("10.77.0.9")));
    EXPECT_FALSE(network("10.77.0.9/32").contains(ip("10.77.0.8")));
    EXPECT_TRUE(network("fd77::/63").contains(ip("fd77:0:0:1::9")));
    EXPECT_FALSE(network("fd77::/64").contains(ip("fd77:0:0:1::9")));
}

TEST(IpNetwork, of_everything_contains_its_own_family_only) {
    EXPECT_TRUE(network("0.0.0.0/0").contains(ip("255.1.2.3")));
    EXPECT_FALSE(network("0.0.0.0/0").contains(ip("::1")));
    EXPECT_FALSE(network("::/0").contains(ip("1.2.3.4")));
    EXPECT_FALSE(network("0.0.0.0/0").contains(Address{}));
    EXPECT_FALSE(IpNetwork{}.contains(Address{}));
}

TEST(IpNetwork, combined_takes_the_host_part_and_the_port_from_the_host) {
    Address host = ip("10.77.3.9");
    host.port = 443;
    Address expected = ip("127.81.3.9");
    expected.port = 443;
    EXPECT_EQ(combined(network("127.80.0.0/14"), host), expected);
    EXPECT_EQ(combined(network("fd00:1::/64"), ip("fd77::a:b")), ip("fd00:1::a:b"));
    EXPECT_EQ(combined(network("127.0.0.1/32"), ip("10.77.3.9")), ip("127.0.0.1"));
}

} // namespace
} // namespace nwp::wifi
