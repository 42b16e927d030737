// SPDX-License-Identifier: Apache-2.0
#include "nwpd/dialect/simplelink/host_order.h"

#include <algorithm>
#include <iterator>

namespace nwp::simplelink {

HostOrderIpv4 ipv4_of(const Address& address) {
    if (address.family != nwp::Family::ipv4) return 0;
    return host_order(std::array<Byte, 4>{address.ip[0], address.ip[1], address.ip[2], address.ip[3]});
}

HostOrderIpv6 ipv6_of(const Address& address) {
    std::array<Byte, 16> octets{};
    if (address.family == nwp::Family::ipv6)
        std::copy(std::begin(address.ip), std::end(address.ip), octets.begin());
    return host_order(octets);
}

Address address_of(HostOrderIpv4 number, std::uint16_t port) {
    const auto octets = network_order(number);
    return Address::ipv4(octets[0], octets[1], octets[2], octets[3], port);
}

Address address_of(const HostOrderIpv6& words, std::uint16_t port) {
    const auto octets = network_order(words);
    Address address;
    address.family = nwp::Family::ipv6;
    address.port = port;
    std::copy(octets.begin(), octets.end(), std::begin(address.ip));
    return address;
}

} // namespace nwp::simplelink
