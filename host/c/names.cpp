// SPDX-License-Identifier: Apache-2.0
// Names and addresses as text.
#include "nwp/socket.h"

#include "base/ip_text.h"
#include "host/c/call.h"
#include "host/c/socket_address.h"

#include <cstring>

namespace nwp::c {
namespace {

struct Flag {
    int system;
    std::uint16_t wire;
};

constexpr Flag kFlags[] = {
    {AI_PASSIVE, resolve_flag::passive},
    {AI_CANONNAME, resolve_flag::canonical_name},
    {AI_NUMERICHOST, resolve_flag::numeric_host},
    {AI_V4MAPPED, resolve_flag::v4_mapped},
    {AI_ALL, resolve_flag::all},
    {AI_ADDRCONFIG, resolve_flag::address_configured},
    {AI_NUMERICSERV, resolve_flag::numeric_service},
};

Result<std::uint16_t> flags_of(int system) {
    unsigned wire = 0;
    for (const Flag& flag : kFlags) {
        if ((system & flag.system) == 0) continue;
        wire |= flag.wire;
        system &= ~flag.system;
    }
    if (system != 0) return Error::name_bad_flags;
    return static_cast<std::uint16_t>(wire);
}

Result<ResolveHints> hints_of(const addrinfo& system) {
    ResolveHints hints;
    const Result<std::uint16_t> flags = flags_of(system.ai_flags);
    if (!flags) return flags.error();
    hints.flags = *flags;
    if (system.ai_family != AF_UNSPEC && system.ai_family != AF_INET && system.ai_family != AF_INET6) {
        return Error::name_family;
    }
    if (system.ai_family == AF_INET) hints.family = Family::ipv4;
    if (system.ai_family == AF_INET6) hints.family = Family::ipv6;
    if (system.ai_socktype < 0 || system.ai_socktype > SOCK_RAW) return Error::name_socktype;
    hints.type = static_cast<SocketType>(system.ai_socktype);
    if (system.ai_protocol < 0 || system.ai_protocol > 0xFFFF) return Error::name_service;
    hints.protocol = static_cast<Protocol>(system.ai_protocol);
    return hints;
}

Result<addrinfo*> resolve(const char* node, const char* service, const addrinfo* wanted) {
    if (node == nullptr && service == nullptr) return Error::name_not_found;
    if (node != nullptr && *node == '\0') return Error::name_not_found; // the empty name is no name
    const Result<ResolveHints> hints =
        wanted != nullptr ? hints_of(*wanted) : Result<ResolveHints>{ResolveHints{}};
    if (!hints) return hints.error();
    const bool named = (hints->flags & resolve_flag::canonical_name) != 0;
    if (named && node == nullptr) return Error::name_bad_flags;

    Attachment* const to = attached_or_default();
    if (to == nullptr) return Error::network_down;
    return to->addresses.resolve(to->host, to->port, node != nullptr ? node : "",
                                 service != nullptr ? service : "", *hints);
}

} // namespace
} // namespace nwp::c

using namespace nwp; // the functions below are C's

int nwp_getaddrinfo(const char* node, const char* service, const struct addrinfo* hints,
                    struct addrinfo** result) {
    const Result<addrinfo*> list = c::resolve(node, service, hints);
    if (!list) {
        const int code = c::eai_of(list.error());
        if (code == EAI_SYSTEM) errno = c::errno_of(list.error());
        return code;
    }
    *result = *list;
    return 0;
}

void nwp_freeaddrinfo(struct addrinfo* list) {
    c::Attachment* const to = c::attached();
    if (to != nullptr) to->addresses.release(to->port, list);
}

int nwp_inet_pton(int family, const char* text, void* address) {
    if (family != AF_INET && family != AF_INET6) return c::fail(Error::family_not_supported);
    const Result<Address> parsed = family == AF_INET ? parse_ipv4(text) : parse_ipv6(text);
    if (!parsed) return 0;
    std::memcpy(address, parsed->ip, parsed->ip_size());
    return 1;
}

const char* nwp_inet_ntop(int family, const void* address, char* text, socklen_t size) {
    Address ip;
    ip.family = family == AF_INET ? Family::ipv4 : family == AF_INET6 ? Family::ipv6 : Family::unspecified;
    if (ip.family == Family::unspecified) {
        errno = EAFNOSUPPORT;
        return nullptr;
    }
    std::memcpy(ip.ip, address, ip.ip_size());
    const std::size_t length = size != 0 ? format_ip(ip, {text, size - 1}) : 0;
    if (length == 0) {
        errno = ENOSPC;
        return nullptr;
    }
    text[length] = '\0';
    return text;
}
