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

/// The IPv4 address inside an IPv4-mapped one, with the same port.
inline Address to_ipv4(const Address& mapped) {
    return Address::ipv4(mapped.ip[12], mapped.ip[13], mapped.ip[14], mapped.ip[15], mapped.port);
}

/// ::1
inline Address ipv6_loopback(std::uint16_t port = 0) {
    Address address;
    address.family = Family::ipv6;
    address.port = port;
    address.ip[15] = 1;
    return address;
}

/// 0.0.0.0, :: or ::ffff:0.0.0.0
inline bool is_any(const Address& address) {
    const Address plain = is_ipv4_mapped(address) ? to_ipv4(address) : address;
    return equal(plain.ip_bytes(), ByteView{Address{}.ip}.first(plain.ip_size()));
}

/// RFC 1112 4, RFC 4291 2.7
inline bool is_multicast(const Address& address) {
    if (is_ipv4_mapped(address)) return is_multicast(to_ipv4(address));
    if (address.family == Family::ipv4) return address.ip[0] >= 224 && address.ip[0] < 240;
    return address.family == Family::ipv6 && address.ip[0] == 0xff;
}

/// The same address with another port.
inline Address with_port(Address address, std::uint16_t port) {
    address.port = port;
    return address;
}

} // namespace nwp::service
