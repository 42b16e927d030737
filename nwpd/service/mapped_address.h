// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/address.h"

namespace nwp::service {

/// RFC 4291 2.5.5.2: ::ffff:0:0/96 holds IPv4 addresses.
constexpr Byte kIpv4MappedPrefix[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

inline bool is_ipv4_mapped(const Address& address) {
    return address.family == Family::ipv6 && equal(address.ip_bytes().first(12), kIpv4MappedPrefix);
}

/// `ipv4` as an IPv6 address with the same port.
inline Address to_ipv4_mapped(const Address& ipv4) {
    Address address;
    address.family = Family::ipv6;
    address.port = ipv4.port;
    copy_bytes(address.ip, kIpv4MappedPrefix);
    copy_bytes(Bytes{address.ip}.from(sizeof kIpv4MappedPrefix), ipv4.ip_bytes());
    return address;
}

} // namespace nwp::service
