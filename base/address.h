// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/bytes.h"

#include <cstdint>

namespace nwp {

enum class Family : std::uint8_t {
    unspecified = 0,
    ipv4 = 4,
    ipv6 = 6,
    packet = 17, ///< of sockets alone: their datagrams are whole Ethernet frames, which carry their addresses
};

/// An IP address and a port. IPv4 lives in the first four bytes of `ip`, the rest is zero.
struct Address {
    Family family = Family::unspecified;
    std::uint16_t port = 0;  ///< host byte order
    std::uint32_t scope = 0; ///< IPv6 scope id (RFC 4007), else 0
    Byte ip[16] = {};

    static constexpr Address ipv4(Byte a, Byte b, Byte c, Byte d, std::uint16_t port = 0) {
        Address address;
        address.family = Family::ipv4;
        address.port = port;
        address.ip[0] = a;
        address.ip[1] = b;
        address.ip[2] = c;
        address.ip[3] = d;
        return address;
    }

    constexpr std::size_t ip_size() const {
        return family == Family::ipv4 ? 4 : family == Family::ipv6 ? 16 : 0;
    }
    ByteView ip_bytes() const { return {ip, ip_size()}; }

    friend bool operator==(const Address& a, const Address& b) {
        return a.family == b.family && a.port == b.port && a.scope == b.scope && equal(a.ip, b.ip);
    }
    friend bool operator!=(const Address& a, const Address& b) { return !(a == b); }
};

} // namespace nwp
