// SPDX-License-Identifier: Apache-2.0
#include "nwpd/wifi/address_map.h"

#include <gtest/gtest.h>

namespace nwp::wifi {
namespace {

Address at(const char* text, std::uint16_t port = 0) {
    Address address = *parse_ip(text);
    address.port = port;
    return address;
}

MapEntry entry(const char* network, const char* to, std::vector<PortMapping> ports = {}) {
    MapEntry made;
    made.network = *parse_network(network);
    if (const auto whole = parse_network(to)) {
        made.to = *whole;
    } else {
        made.to = network_of(*parse_ip(to));
    }
    made.ports = std::move(ports);
    return made;
}

MapEntry direct(const char* network) {
    MapEntry made;
    made.network = *parse_network(network);
    made.direct = true;
    return made;
}

AddressMap default_map() {
    return AddressMap{{entry("10.77.0.0/24", "127.77.0.0/24", {{53, 5353}, {443, 8443}})}};
}

TEST(AddressMap, refuses_loopback_in_every_form_whatever_the_entries) {
    const AddressMap map{{direct("0.0.0.0/0"), direct("::/0")}};
    for (const char* text : {"127.0.0.1", "127.255.255.255", "127.77.0.1", "0.0.0.0", "::1",
                             "::", "::ffff:127.0.0.1", "::ffff:0.0.0.0"}) {
        EXPECT_TRUE(is_loopback(at(text))) << text;
        EXPECT_EQ(map.to_real(at(text, 80)).error(), Error::connection_refused) << text;
    }
    for (const char* text :
         {"126.255.255.255", "128.0.0.1", "0.0.0.1", "::2", "::1:0:0", "1::1", "::ffff:128.0.0.1"}) {
        EXPECT_FALSE(is_loopback(at(text))) << text;
    }
    EXPECT_FALSE(is_loopback(Address{}));
}

TEST(AddressMap, has_no_route_where_no_entry_covers) {
    const AddressMap map = default_map();
    for (const char* text : {"10.77.1.1", "8.8.8.8", "fd77::1", "::ffff:8.8.8.8"}) {
        EXPECT_EQ(map.to_real(at(text, 80)).error(), Error::network_unreachable) << text;
    }
    EXPECT_EQ(map.to_real(Address{}).error(), Error::network_unreachable);
}

TEST(AddressMap, leads_a_lease_address_to_the_real_one_and_back) {
    const AddressMap map = default_map();
    EXPECT_EQ(*map.to_real(at("10.77.0.9", 80)), at("127.77.0.9", 80));
    EXPECT_EQ(*map.to_lease(at("127.77.0.9", 80)), at("10.77.0.9", 80));
}

TEST(AddressMap, maps_ports_and_back) {
    const AddressMap map = default_map();
    EXPECT_EQ(*map.to_real(at("10.77.0.9", 443)), at("127.77.0.9", 8443));
    EXPECT_EQ(*map.to_lease(at("127.77.0.9", 8443)), at("10.77.0.9", 443));
    EXPECT_EQ(*map.to_real(at("10.77.0.1", 53)), at("127.77.0.1", 5353));
}

TEST(AddressMap, prefers_the_hint_where_two_ports_lead_to_one) {
    const AddressMap map = default_map();
    EXPECT_EQ(*map.to_real(at("10.77.0.9", 8443)), at("127.77.0.9", 8443));
    EXPECT_EQ(*map.to_lease(at("127.77.0.9", 8443), at("10.77.0.9", 8443)), at("10.77.0.9", 8443));
    EXPECT_EQ(*map.to_lease(at("127.77.0.9", 8443), at("10.77.0.7", 8443)), at("10.77.0.9", 443));
}

TEST(AddressMap, lets_the_longest_prefix_win_whatever_the_order) {
    for (const bool short_first : {true, false}) {
        std::vector<MapEntry> entries{direct("0.0.0.0/0"), entry("10.77.0.0/24", "127.77.0.0/24"),
                                      entry("10.77.0.5/32", "127.0.0.1", {{443, 9443}})};
        if (!short_first) std::swap(entries.front(), entries.back());
        const AddressMap map{entries};
        EXPECT_EQ(*map.to_real(at("10.77.0.5", 443)), at("127.0.0.1", 9443));
        EXPECT_EQ(*map.to_real(at("10.77.0.6", 443)), at("127.77.0.6", 443));
        EXPECT_EQ(*map.to_real(at("192.0.2.1", 443)), at("192.0.2.1", 443));
        EXPECT_EQ(*map.to_lease(at("127.0.0.1", 9443)), at("10.77.0.5", 443));
        EXPECT_EQ(*map.to_lease(at("192.0.2.1", 443)), at("192.0.2.1", 443));
    }
}

TEST(AddressMap, does_not_name_a_lease_address_that_leads_elsewhere) {
    const AddressMap map{{entry("10.77.0.0/24", "127.77.0.0/24"), entry("10.77.0.5/32", "127.0.0.1")}};
    EXPECT_EQ(map.to_lease(at("127.77.0.5", 80)).error(), Error::network_unreachable);
}

TEST(AddressMap, knows_no_lease_address_for_what_did_not_come_over_the_air) {
    EXPECT_EQ(default_map().to_lease(at("127.0.0.1", 80)).error(), Error::network_unreachable);
    EXPECT_EQ(default_map().to_lease(at("192.168.1.1", 80)).error(), Error::network_unreachable);
    EXPECT_EQ((AddressMap{{direct("0.0.0.0/0")}}.to_lease(at("127.0.0.1", 80)).error()),
              Error::network_unreachable);
}

TEST(AddressMap, leads_a_whole_network_to_one_address) {
    const AddressMap map{{entry("fd77::/64", "::1", {{443, 8443}})}};
    EXPECT_EQ(*map.to_real(at("fd77::10", 443)), at("::1", 8443));
    EXPECT_EQ(*map.to_lease(at("::1", 8443), at("fd77::10", 443)), at("fd77::10", 443));
    EXPECT_EQ(*map.to_lease(at("::1", 8443)), at("fd77::", 443));
}

TEST(AddressMap, copies_the_host_part_of_ipv6) {
    const AddressMap map{{entry("fd77::/64", "fd00:1::/64")}};
    EXPECT_EQ(*map.to_real(at("fd77::a:b", 1)), at("fd00:1::a:b", 1));
    EXPECT_EQ(*map.to_lease(at("fd00:1::a:b", 1)), at("fd77::a:b", 1));
}

TEST(AddressMap, treats_a_mapped_ipv6_address_as_the_ipv4_address_it_is) {
    const AddressMap map = default_map();
    EXPECT_EQ(*map.to_real(at("::ffff:10.77.0.9", 443)), at("::ffff:127.77.0.9", 8443));
    EXPECT_EQ(*map.to_lease(at("::ffff:127.77.0.9", 8443)), at("::ffff:10.77.0.9", 443));
    EXPECT_EQ(*map.to_lease(at("::ffff:127.77.0.9", 8443), at("::ffff:10.77.0.9", 8443)),
              at("::ffff:10.77.0.9", 8443));
}

TEST(AddressMap, leaves_everything_as_it_is_on_a_wired_host) {
    const AddressMap map = AddressMap::identity();
    for (const char* text : {"127.0.0.1", "::1", "10.77.0.9", "8.8.8.8", "::ffff:127.0.0.1"}) {
        EXPECT_EQ(*map.to_real(at(text, 443)), at(text, 443));
        EXPECT_EQ(*map.to_lease(at(text, 443)), at(text, 443));
    }
    EXPECT_EQ(map.local_for(at("10.77.0.9"), at("10.77.0.2")), Address{});
}

TEST(AddressMap, gives_a_socket_the_stations_own_real_address) {
    EXPECT_EQ(default_map().local_for(at("10.77.0.9", 443), at("10.77.0.2")), at("127.77.0.2"));
    EXPECT_EQ(default_map().local_for(at("::ffff:10.77.0.9", 443), at("10.77.0.2")), at("::ffff:127.77.0.2"));
}

TEST(AddressMap, leaves_the_local_address_to_the_kernel_where_the_own_one_cannot_reach_the_peer) {
    const AddressMap map{{direct("0.0.0.0/0"), entry("10.77.0.0/24", "127.77.0.0/24"),
                          entry("10.88.0.0/24", "192.0.2.0/24"), entry("fd77::/64", "::1")}};
    EXPECT_EQ(map.local_for(at("198.51.100.1", 443), at("10.77.0.2")), Address{});
    EXPECT_EQ(map.local_for(at("10.88.0.1", 443), at("10.77.0.2")), Address{});
    EXPECT_EQ(map.local_for(at("fd77::1", 443), at("10.77.0.2")), Address{});
    EXPECT_EQ(map.local_for(at("10.77.0.1", 443), at("203.0.113.1")), Address{});
}

} // namespace
} // namespace nwp::wifi
