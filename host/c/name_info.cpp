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

/// Decimal digits; returns where they end.
char* write_number(std::uint32_t number, char* into) {
    if (number >= 10) into = write_number(number / 10, into);
    *into = static_cast<char>('0' + number % 10);
    return into + 1;
}

/// What stands between two places, with a NUL behind it.
int copy_out(const char* from, const char* end, char* into, socklen_t room) {
    const auto length = static_cast<std::size_t>(end - from);
    if (length >= room) return EAI_OVERFLOW;
    std::memcpy(into, from, length);
    into[length] = '\0';
    return 0;
}

int write_host(const Address& address, char* into, socklen_t room) {
    char text[kIpTextRoom + 11]; // with '%' and a scope (RFC 4007 11)
    char* end = text + format_ip(address, {text, kIpTextRoom});
    if (address.scope != 0) {
        *end = '%';
        end = write_number(address.scope, end + 1);
    }
    return copy_out(text, end, into, room);
}

int name_info(const sockaddr* address, socklen_t length, char* host, socklen_t host_room, char* service,
              socklen_t service_room, int flags) {
    if ((flags & ~kKnownFlags) != 0) return EAI_BADFLAGS;
    Address read;
    const Family family = family_with(family_in(address, length));
    if (family == Family::unspecified || !read_address(family, address, length, read)) return EAI_FAMILY;

    const bool wants_host = host != nullptr && host_room != 0;
    const bool wants_service = service != nullptr && service_room != 0;
    if ((flags & NI_NAMEREQD) != 0) { // as glibc: only what is asked for as a number has no need of a name
        const bool as_number = wants_host ? (flags & NI_NUMERICHOST) != 0 : wants_service;
        if (!as_number) return EAI_NONAME;
    }
    if (wants_host) {
        const int written = write_host(read, host, host_room);
        if (written != 0) return written;
    }
    if (!wants_service) return 0;
    char text[5];
    return copy_out(text, write_number(read.port, text), service, service_room);
}

} // namespace
} // namespace nwp::c

int nwp_getnameinfo(const struct sockaddr* address, socklen_t length, char* host, socklen_t host_room,
                    char* service, socklen_t service_room, int flags) {
    return nwp::c::name_info(address, length, host, host_room, service, service_room, flags);
}
