// SPDX-License-Identifier: Apache-2.0
#include "nwpd/service/name_rules.h"

#include "nwpd/service/mapped_address.h"
#include "nwpd/service/numeric_host.h"

#include <algorithm>
#include <charconv>

namespace nwp::service {
namespace {

constexpr std::uint16_t kAllFlags = name_flag::passive | name_flag::canonical_name | name_flag::numeric_host |
                                    name_flag::v4_mapped | name_flag::all | name_flag::address_configured |
                                    name_flag::numeric_service;

bool has(const NameQuestion& question, std::uint16_t flag) { return (question.flags & flag) != 0; }

/// v4_mapped counts for IPv6 questions only.
bool wants_mapped(const NameQuestion& question) {
    return question.family == Family::ipv6 && has(question, name_flag::v4_mapped);
}

bool is_stream(Protocol protocol) { return protocol == Protocol::tcp || is_tls(protocol); }
bool is_datagram(Protocol protocol) { return protocol == Protocol::udp || is_dtls(protocol); }

Result<std::vector<NameTransport>> types_of(const NameQuestion& question) {
    const Protocol protocol = question.protocol;
    const bool any = protocol == Protocol::any;
    const bool type_known = question.type == SocketType{} || question.type == SocketType::stream ||
                            question.type == SocketType::datagram;
    if (!type_known) return Error::name_socktype;

    std::vector<NameTransport> types;
    if (question.type != SocketType::datagram && (any || is_stream(protocol)))
        types.push_back({SocketType::stream, any ? Protocol::tcp : protocol, 0});
    if (question.type != SocketType::stream && (any || is_datagram(protocol)))
        types.push_back({SocketType::datagram, any ? Protocol::udp : protocol, 0});
    if (types.empty()) return Error::name_socktype;
    return types;
}

bool is_number(const std::string& text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

Address any_or_loopback(Family family, bool passive) {
    if (family == Family::ipv4) return passive ? Address::ipv4(0, 0, 0, 0) : Address::ipv4(127, 0, 0, 1);
    Address address;
    address.family = Family::ipv6;
    address.ip[15] = passive ? 0 : 1;
    return address;
}

/// RFC 6724 2.1: ::1 and :: come before the IPv4 ones.
std::vector<Address> addresses_of_no_node(const NameQuestion& question) {
    const bool passive = has(question, name_flag::passive);
    std::vector<Address> addresses;
    for (const Family family : {Family::ipv6, Family::ipv4})
        if (question.family == Family::unspecified || question.family == family)
            addresses.push_back(any_or_loopback(family, passive));
    return addresses;
}

} // namespace

Result<void> check_question(const NameQuestion& question) {
    if ((question.flags & ~kAllFlags) != 0) return Error::name_bad_flags;
    if (question.node.empty() && has(question, name_flag::canonical_name)) return Error::name_bad_flags;
    if (question.family != Family::unspecified && question.family != Family::ipv4 &&
        question.family != Family::ipv6)
        return Error::name_family;
    if (question.node.empty() && question.service.empty()) return Error::name_not_found;
    // RFC 1035 2.3.4; a NUL inside would name something else to whoever reads it as a C string.
    if (question.node.size() > 254 || question.node.find('\0') != std::string::npos)
        return Error::name_not_found;
    return {};
}

Result<std::vector<NameTransport>> transports_of(const NameQuestion& question, const ServiceTable& services) {
    auto types = types_of(question);
    if (!types || question.service.empty()) return types;

    if (is_number(question.service)) {
        std::uint16_t port = 0;
        const char* begin = question.service.data();
        const auto read = std::from_chars(begin, begin + question.service.size(), port);
        if (read.ec != std::errc{}) return Error::name_service;
        for (NameTransport& transport : *types) transport.port = port;
        return types;
    }
    if (has(question, name_flag::numeric_service)) return Error::name_not_found;

    std::vector<NameTransport> served;
    for (NameTransport transport : *types) {
        const auto port = services.port(question.service, transport.type);
        if (!port) continue;
        transport.port = *port;
        served.push_back(transport);
    }
    if (served.empty()) return Error::name_service;
    return served;
}

std::optional<Result<std::vector<Address>>> addresses_without_dns(const NameQuestion& question) {
    if (question.node.empty()) return addresses_of_no_node(question);

    const auto numeric = parse_numeric_host(question.node);
    if (!numeric) {
        if (has(question, name_flag::numeric_host))
            return Result<std::vector<Address>>{Error::name_not_found};
        return std::nullopt;
    }
    const std::vector<Address> wanted = wanted_addresses(question, {*numeric});
    if (wanted.empty()) return Result<std::vector<Address>>{Error::name_no_data};
    return Result<std::vector<Address>>{wanted};
}

Result<Family> family_to_look_up(const NameQuestion& question, bool has_ipv4, bool has_ipv6) {
    const Family wanted = wants_mapped(question) ? Family::unspecified : question.family;
    // With no address at all there is nothing to choose by; the lookup itself will say so.
    if (!has(question, name_flag::address_configured) || has_ipv4 == has_ipv6) return wanted;

    const Family configured = has_ipv4 ? Family::ipv4 : Family::ipv6;
    if (wanted != Family::unspecified && wanted != configured) return Error::name_not_found;
    return configured;
}

std::vector<Address> wanted_addresses(const NameQuestion& question, const std::vector<Address>& found) {
    std::vector<Address> wanted;
    for (const Address& address : found)
        if (question.family == Family::unspecified || question.family == address.family)
            wanted.push_back(address);
    if (!wants_mapped(question) || (!wanted.empty() && !has(question, name_flag::all))) return wanted;

    for (const Address& address : found)
        if (address.family == Family::ipv4) wanted.push_back(to_ipv4_mapped(address));
    return wanted;
}

} // namespace nwp::service
