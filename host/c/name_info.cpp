// SPDX-License-Identifier: Apache-2.0
// getnameinfo(): addresses and ports as numbers. The network processor has no request for names of addresses
// or of services.
#include "nwp/socket.h"

#include "base/ip_text.h"
#include "host/c/socket_address.h"

#include <cstring>

namespace nwp::c {
namespace {

constexpr int kKnownFlags = NI_NUMERICHOST | NI_NUMERICSERV | NI_NOFQDN | NI_NAMEREQD | NI_DGRAM;

/// Decimal digits; returns how many.
std::size_t write_number(std::uint32_t number, char* into) {
    char digits[10];
    std::size_t count = 0;
    do {
        digits[count++] = static_cast<char>('0' + number % 10);
        number /= 10;
    } while (number != 0);
    for (std::size_t i = 0; i < count; ++i) into[i] = digits[count - 1 - i];
    return count;
}

int copy_out(const char* text, std::size_t length, char* into, socklen_t room) {
    if (length >= room) return EAI_OVERFLOW;
    std::memcpy(into, text, length);
    into[length] = '\0';
    return 0;
}

int write_host(const Address& address, char* into, socklen_t room) {
    char text[INET6_ADDRSTRLEN + 11]; // with '%' and a scope (RFC 4007 11)
    Address ip = address;
    ip.scope = 0;
    std::size_t length = format_ip(ip, {text, INET6_ADDRSTRLEN});
    if (address.family == Family::ipv6 && address.scope != 0) {
        text[length++] = '%';
        length += write_number(address.scope, text + length);
    }
    return copy_out(text, length, into, room);
}

int name_info(const sockaddr* address, socklen_t length, char* host, socklen_t host_room, char* service,
              socklen_t service_room, int flags) {
    if ((flags & ~kKnownFlags) != 0) return EAI_BADFLAGS;
    if (address == nullptr || length < sizeof address->sa_family) return EAI_FAMILY;
    const Family family = address->sa_family == AF_INET    ? Family::ipv4
                          : address->sa_family == AF_INET6 ? Family::ipv6
                                                           : Family::unspecified;
    if (family == Family::unspecified) return EAI_FAMILY;
    const Result<Address> read = read_address(family, address, length);
    if (!read) return EAI_FAMILY;

    const bool wants_host = host != nullptr && host_room != 0;
    const bool wants_service = service != nullptr && service_room != 0;
    if (!wants_host && !wants_service) return (flags & NI_NAMEREQD) != 0 ? EAI_NONAME : 0; // as glibc
    if (wants_host) {
        if ((flags & NI_NAMEREQD) != 0 && (flags & NI_NUMERICHOST) == 0) return EAI_NONAME;
        const int written = write_host(*read, host, host_room);
        if (written != 0) return written;
    }
    if (!wants_service) return 0;
    char text[10];
    return copy_out(text, write_number(read->port, text), service, service_room);
}

} // namespace
} // namespace nwp::c

int nwp_getnameinfo(const struct sockaddr* address, socklen_t length, char* host, socklen_t host_room,
                    char* service, socklen_t service_room, int flags) {
    return nwp::c::name_info(address, length, host, host_room, service, service_room, flags);
}
