// SPDX-License-Identifier: Apache-2.0
#include "host/c/socket_address.h"

#include <cstring>

namespace nwp::c {
namespace {

constexpr std::size_t kShortestIpv6 = 24; // RFC 2133's, without a scope: Linux takes it too

std::uint16_t swapped(std::uint16_t number) {
    const Byte bytes[2] = {static_cast<Byte>(number >> 8), static_cast<Byte>(number & 0xFF)};
    std::uint16_t network = 0;
    std::memcpy(&network, bytes, sizeof network);
    return network;
}

std::uint16_t unswapped(std::uint16_t network) {
    Byte bytes[2];
    std::memcpy(bytes, &network, sizeof network);
    return static_cast<std::uint16_t>(bytes[0] << 8 | bytes[1]);
}

template <typename Socket>
socklen_t write(const Socket& address, sockaddr* into, socklen_t room) {
    std::memcpy(into, &address, room < sizeof address ? room : sizeof address);
    return sizeof address;
}

} // namespace

int family_number(Family family) {
    return family == Family::ipv4 ? AF_INET : family == Family::ipv6 ? AF_INET6 : AF_UNSPEC;
}

Result<Address> read_address(Family family, const sockaddr* address, socklen_t length) {
    const std::size_t least = family == Family::ipv4 ? sizeof(sockaddr_in) : kShortestIpv6;
    if (length < least || length > sizeof(sockaddr_storage)) return Error::invalid_argument;
    if (address == nullptr) return Error::bad_address;
    if (address->sa_family != family_number(family)) return Error::family_not_supported;

    Address read;
    read.family = family;
    if (family == Family::ipv4) {
        sockaddr_in ipv4{};
        std::memcpy(&ipv4, address, sizeof ipv4);
        read.port = unswapped(ipv4.sin_port);
        std::memcpy(read.ip, &ipv4.sin_addr, sizeof ipv4.sin_addr);
    } else {
        sockaddr_in6 ipv6{};
        std::memcpy(&ipv6, address, length < sizeof ipv6 ? length : sizeof ipv6);
        read.port = unswapped(ipv6.sin6_port);
        read.scope = ipv6.sin6_scope_id;
        std::memcpy(read.ip, &ipv6.sin6_addr, sizeof ipv6.sin6_addr);
    }
    return read;
}

namespace {

/// What the address says it is; -1 when it is too short to say.
int family_in(const sockaddr* address, socklen_t length) {
    return address != nullptr && length >= sizeof address->sa_family ? address->sa_family : -1;
}

/// As an address of that family, whatever it says.
Result<Address> read_as_ipv4(const sockaddr* address, socklen_t length) {
    if (length < sizeof(sockaddr_in)) return Error::invalid_argument;
    sockaddr_in ipv4{};
    std::memcpy(&ipv4, address, sizeof ipv4);
    ipv4.sin_family = AF_INET;
    sockaddr_storage generic{}; // systems differ in the size of sockaddr
    std::memcpy(&generic, &ipv4, sizeof ipv4);
    return read_address(Family::ipv4, reinterpret_cast<const sockaddr*>(&generic), sizeof ipv4);
}

/// RFC 4291 2.5.5.2
Address mapped(const Address& ipv4) {
    Address ipv6;
    ipv6.family = Family::ipv6;
    ipv6.port = ipv4.port;
    ipv6.ip[10] = ipv6.ip[11] = 0xFF;
    std::memcpy(ipv6.ip + 12, ipv4.ip, 4);
    return ipv6;
}

/// An IPv6 socket of datagrams takes IPv4's addresses too.
Result<Address> read_either(Family family, const sockaddr* address, socklen_t length) {
    if (family != Family::ipv6 || family_in(address, length) != AF_INET) {
        return read_address(family, address, length);
    }
    const Result<Address> ipv4 = read_as_ipv4(address, length);
    return ipv4 ? Result<Address>{mapped(*ipv4)} : ipv4;
}

} // namespace

Result<Address> read_own_address(Family family, const sockaddr* address, socklen_t length) {
    if (family == Family::ipv4 && family_in(address, length) == AF_UNSPEC) {
        const Result<Address> any = read_as_ipv4(address, length);
        if (!any) return any;
        return equal(any->ip, Address{}.ip) ? any : Error::family_not_supported;
    }
    return read_address(family, address, length);
}

Result<Address> read_stream_peer(Family family, const sockaddr* address, socklen_t length) {
    if (family_in(address, length) == AF_UNSPEC) return Address{};
    return read_address(family, address, length);
}

Result<Address> read_datagram_peer(Family family, const sockaddr* address, socklen_t length) {
    if (family_in(address, length) == AF_UNSPEC) return Address{};
    return read_either(family, address, length);
}

Result<Address> read_destination(Family family, const sockaddr* address, socklen_t length) {
    const bool unspecified = family_in(address, length) == AF_UNSPEC;
    if (unspecified && family == Family::ipv6) return Address{};
    const Result<Address> to =
        unspecified ? read_as_ipv4(address, length) : read_either(family, address, length);
    if (!to && family == Family::ipv6 && to.error() == Error::family_not_supported) {
        return Error::invalid_argument;
    }
    if (to && to->port == 0) return Error::invalid_argument;
    return to;
}

socklen_t write_address(const Address& address, sockaddr* into, socklen_t room) {
    if (address.family == Family::ipv6) {
        sockaddr_in6 ipv6{};
        ipv6.sin6_family = AF_INET6;
        ipv6.sin6_port = swapped(address.port);
        ipv6.sin6_scope_id = static_cast<decltype(ipv6.sin6_scope_id)>(address.scope);
        std::memcpy(&ipv6.sin6_addr, address.ip, sizeof ipv6.sin6_addr);
        return write(ipv6, into, room);
    }
    sockaddr_in ipv4{};
    ipv4.sin_family = AF_INET;
    ipv4.sin_port = swapped(address.port);
    std::memcpy(&ipv4.sin_addr, address.ip, sizeof ipv4.sin_addr);
    return write(ipv4, into, room);
}

} // namespace nwp::c
