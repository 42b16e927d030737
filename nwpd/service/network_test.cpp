// SPDX-License-Identifier: Apache-2.0
#include "nwpd/service/network.h"

#include "nwpd/service/mapped_address.h"
#include "nwpd/wifi/address_map.h"

#include <gtest/gtest.h>

using namespace nwp;
using namespace nwp::service;

namespace {

class NetworkTest : public ::testing::Test {
protected:
    NetworkTest() {
        wifi::MapEntry mapped;
        mapped.network = *wifi::parse_network("10.77.0.0/24");
        mapped.to = *wifi::parse_network("127.77.0.0/24");
        mapped.ports = {{443, 8443}};
        wifi::MapEntry direct;
        direct.network = *wifi::parse_network("0.0.0.0/0");
        direct.direct = true;
        map = wifi::AddressMap({mapped, direct});
        lease.address = Address::ipv4(10, 77, 0, 50);
        network.on_lease_changed([this] { ++changes; });
    }

    boost::asio::io_context context;
    wifi::AddressMap map{{}};
    net::Resolver resolver{context};
    Network network{map, resolver};
    wifi::Lease lease;
    int changes = 0;
};

TEST_F(NetworkTest, leads_lease_addresses_to_real_ones_and_back) {
    network.set_lease(lease);
    const Address server = Address::ipv4(10, 77, 0, 1, 443);
    const Address real = Address::ipv4(127, 77, 0, 1, 8443);
    EXPECT_EQ(*network.real(server), real);
    EXPECT_EQ(network.seen(real), server);
    EXPECT_EQ(network.real_source(server), Address::ipv4(127, 77, 0, 50));
    EXPECT_EQ(network.seen_as_own(Address::ipv4(127, 77, 0, 50, 40000)), Address::ipv4(10, 77, 0, 50, 40000));
    EXPECT_EQ(network.seen_as_own(Address::ipv4(192, 168, 1, 5, 40000)), Address::ipv4(10, 77, 0, 50, 40000))
        << "behind a direct entry the machine's own address stays hidden";
    EXPECT_EQ(*network.real(to_ipv4_mapped(server)), to_ipv4_mapped(real));
    EXPECT_EQ(network.seen_as_own(to_ipv4_mapped(Address::ipv4(127, 77, 0, 50, 9))),
              to_ipv4_mapped(Address::ipv4(10, 77, 0, 50, 9)));
}

TEST_F(NetworkTest, without_a_lease_only_loopback_has_an_answer) {
    EXPECT_EQ(network.real(Address::ipv4(10, 77, 0, 1, 443)).error(), Error::network_unreachable);
    EXPECT_EQ(network.real(Address::ipv4(127, 0, 0, 1, 443)).error(), Error::connection_refused);
    EXPECT_FALSE(network.has_address(Family::ipv4));
    EXPECT_EQ(network.real_source(Address::ipv4(10, 77, 0, 1, 443)), Address{});
}

TEST_F(NetworkTest, tells_of_every_change_of_the_address_and_of_nothing_else) {
    network.set_lease(lease);
    EXPECT_EQ(changes, 1);
    lease.dns_servers = {Address::ipv4(10, 77, 0, 1, 53)};
    network.set_lease(lease);
    EXPECT_EQ(changes, 1);
    lease.address = Address::ipv4(10, 77, 0, 51);
    network.set_lease(lease);
    EXPECT_EQ(changes, 2);
    network.set_lease(std::nullopt);
    EXPECT_EQ(changes, 3);
}

} // namespace
