// SPDX-License-Identifier: Apache-2.0
#include "host/c/socket_address.h"

#include <cstring>

namespace nwp::c {
namespace {

constexpr std::size_t kShortestIpv6 = 24; // RFC 2133's, without a scope: Linux takes it too

/// An address of either family. Family and port stand at the same place in both.
union AnyAddress {
    sockaddr_in6 ipv6;
    sockaddr_in ipv4;
};

/// Between a processor's order and the network's, either way.
std::uint16_t swapped(std::uint16_t number) {
    Byte bytes[2];
    std::memcpy(bytes, &number, sizeof bytes);
    return static_cast<std::uint16_t>(bytes[0] << 8 | bytes[1]);
}

std::size_t shorter(std::size_t a, std::size_t b) { return a < b ? a : b; }

/// As an address of that family, whatever it says.
Result<void> read_as(Family family, const sockaddr* address, std::size_t length, Address& into) {
    const bool is_ipv4 = family == Family::ipv4;
    const std::size_t least = is_ipv4 ? sizeof(sockaddr_in) : kShortestIpv6;
    if (length < least || length > sizeof(sockaddr_storage)) return Error::invalid_argument;
    if (address == nullptr) return Error::bad_address;
    AnyAddress read{};
    std::memcpy(&read, address, shorter(length, sizeof read.ipv6));
    into = {};
    into.family = family;
    into.port = swapped(read.ipv4.sin_port);
    if (is_ipv4) {
        std::memcpy(into.ip, &read.ipv4.sin_addr, sizeof read.ipv4.sin_addr);
    } else {
        into.scope = read.ipv6.sin6_scope_id;
        std::memcpy(into.ip, &read.ipv6.sin6_addr, sizeof read.ipv6.sin6_addr);
    }
    return {};
}

/// RFC 4291 2.5.5.2
void map_to_ipv6(Address& address) {
    address.family = Family::ipv6;
    std::memcpy(address.ip + 12, address.ip, 4);
    std::memset(address.ip, 0, 10);
    std::memset(address.ip + 10, 0xFF, 2);
}

} // namespace

int family_number(Family family) {
    return family == Family::ipv4 ? AF_INET : family == Family::ipv6 ? AF_INET6 : AF_UNSPEC;
}

Family family_with(int number) {
    return number == AF_INET ? Family::ipv4 : number == AF_INET6 ? Family::ipv6 : Family::unspecified;
}

int family_in(const sockaddr* address, socklen_t length) {
    return address != nullptr && length >= sizeof address->sa_family ? address->sa_family : -1;
}

Result<void> read_address(Family family, const sockaddr* address, socklen_t length, Address& into) {
    const Result<void> read = read_as(family, address, length, into);
    if (read && address->sa_family != family_number(family)) return Error::family_not_supported;
    return read;
}

Result<void> read_own_address(Family family, const sockaddr* address, socklen_t length, Address& into) {
    const bool unspecified = family == Family::ipv4 && family_in(address, length) == AF_UNSPEC;
    if (!unspecified) return read_address(family, address, length, into);
    const Result<void> read = read_as(family, address, length, into);
    if (read && !equal(into.ip, Address{}.ip)) return Error::family_not_supported;
    return read;
}

Result<void> read_datagram_peer(Family family, const sockaddr* address, socklen_t length, Address& into) {
    if (family != Family::ipv6 || family_in(address, length) != AF_INET) {
        return read_address(family, address, length, into);
    }
    const Result<void> read = read_as(Family::ipv4, address, length, into);
    if (read) map_to_ipv6(into);
    return read;
}

Result<void> read_destination(Family family, const sockaddr* address, socklen_t length, Address& into) {
    if (family_in(address, length) == AF_UNSPEC) {
        if (family == Family::ipv6) return {}; // none
        const Result<void> read = read_as(family, address, length, into);
        if (!read) return read;
    } else {
        const Result<void> read = read_datagram_peer(family, address, length, into);
        if (read.error() == Error::family_not_supported && family == Family::ipv6) {
            return Error::invalid_argument;
        }
        if (!read) return read;
    }
    if (into.port == 0) return Error::invalid_argument;
    return {};
}

socklen_t write_address(const Address& address, sockaddr* into, socklen_t room) {
    const bool is_ipv6 = address.family == Family::ipv6;
    AnyAddress written{};
    written.ipv4.sin_port = swapped(address.port);
    if (is_ipv6) {
        written.ipv6.sin6_family = AF_INET6;
        written.ipv6.sin6_scope_id = static_cast<decltype(written.ipv6.sin6_scope_id)>(address.scope);
        std::memcpy(&written.ipv6.sin6_addr, address.ip, sizeof written.ipv6.sin6_addr);
    } else {
        written.ipv4.sin_family = AF_INET;
        std::memcpy(&written.ipv4.sin_addr, address.ip, sizeof written.ipv4.sin_addr);
    }
    const socklen_t size = is_ipv6 ? sizeof written.ipv6 : sizeof written.ipv4;
    std::memcpy(into, &written, shorter(room, size));
    return size;
}

} // namespace nwp::c
