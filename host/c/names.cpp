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
    std::uint16_t system;
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

Result<void> read_hints(const addrinfo& system, ResolveHints& hints) {
    int unknown = system.ai_flags;
    for (const Flag& flag : kFlags) {
        if ((system.ai_flags & flag.system) == 0) continue;
        hints.flags = static_cast<std::uint16_t>(hints.flags | flag.wire);
        unknown &= ~flag.system;
    }
    if (unknown != 0) return Error::name_bad_flags;
    hints.family = family_with(system.ai_family);
    if (family_number(hints.family) != system.ai_family) return Error::name_family;
    if (system.ai_socktype < 0 || system.ai_socktype > SOCK_RAW) return Error::name_socktype;
    hints.type = static_cast<SocketType>(system.ai_socktype);
    if (system.ai_protocol < 0 || system.ai_protocol > 0xFFFF) return Error::name_service;
    hints.protocol = static_cast<Protocol>(system.ai_protocol);
    return {};
}

Result<void> resolve(const char* node, const char* service, const addrinfo* wanted, addrinfo*& list) {
    if (node == nullptr && service == nullptr) return Error::name_not_found;
    Question question;
    if (node != nullptr) {
        question.node = node;
        if (question.node.empty()) return Error::name_not_found; // the empty name is no name
    }
    if (service != nullptr) question.service = service;
    if (wanted != nullptr) {
        const Result<void> read = read_hints(*wanted, question.hints);
        if (!read) return read;
    }
    const bool named = (question.hints.flags & resolve_flag::canonical_name) != 0;
    if (named && node == nullptr) return Error::name_bad_flags;
    Attachment* const to = attached_or_default();
    if (to == nullptr) return Error::network_down;
    return to->addresses.resolve(to->host, to->port, question, list);
}

} // namespace
} // namespace nwp::c

using namespace nwp; // the functions below are C's

int nwp_getaddrinfo(const char* node, const char* service, const struct addrinfo* hints,
                    struct addrinfo** result) {
    const Result<void> resolved = c::resolve(node, service, hints, *result);
    if (resolved) return 0;
    const int code = c::eai_of(resolved.error());
    if (code == EAI_SYSTEM) c::fail(resolved.error());
    return code;
}

void nwp_freeaddrinfo(struct addrinfo* list) {
    c::Attachment* const to = c::attached();
    if (to != nullptr) to->addresses.release(to->port, list);
}

int nwp_inet_pton(int family, const char* text, void* address) {
    const Family wanted = c::family_with(family);
    if (wanted == Family::unspecified) return c::fail(Error::family_not_supported);
    const Result<Address> parsed = parse_ip(text);
    if (!parsed || parsed->family != wanted) return 0;
    std::memcpy(address, parsed->ip, parsed->ip_size());
    return 1;
}

const char* nwp_inet_ntop(int family, const void* address, char* text, socklen_t size) {
    Address ip;
    ip.family = c::family_with(family);
    std::memcpy(ip.ip, address, ip.ip_size());
    const std::size_t length = size != 0 ? format_ip(ip, {text, size - 1}) : 0;
    if (length == 0) {
        c::fail(ip.family == Family::unspecified ? Error::family_not_supported : Error::no_space);
        return nullptr;
    }
    text[length] = '\0';
    return text;
}
