// SPDX-License-Identifier: Apache-2.0
#include "nwpd/net/sockaddr.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>

#include <cstring>

namespace nwp::net {

SocketAddress::SocketAddress(const Address& address) : size(0) {
    if (address.family == Family::ipv4) {
        sockaddr_in in{};
        in.sin_family = AF_INET;
        in.sin_port = htons(address.port);
        std::memcpy(&in.sin_addr, address.ip, sizeof in.sin_addr);
        std::memcpy(&storage, &in, sizeof in);
        size = sizeof in;
    } else if (address.family == Family::ipv6) {
        sockaddr_in6 in{};
        in.sin6_family = AF_INET6;
        in.sin6_port = htons(address.port);
        in.sin6_scope_id = address.scope;
        std::memcpy(&in.sin6_addr, address.ip, sizeof in.sin6_addr);
        std::memcpy(&storage, &in, sizeof in);
        size = sizeof in;
    }
}

Address SocketAddress::address() const {
    Address result;
    if (storage.ss_family == AF_INET) {
        sockaddr_in in{};
        std::memcpy(&in, &storage, sizeof in);
        result.family = Family::ipv4;
        result.port = ntohs(in.sin_port);
        std::memcpy(result.ip, &in.sin_addr, sizeof in.sin_addr);
    } else if (storage.ss_family == AF_INET6) {
        sockaddr_in6 in{};
        std::memcpy(&in, &storage, sizeof in);
        result.family = Family::ipv6;
        result.port = ntohs(in.sin6_port);
        result.scope = in.sin6_scope_id;
        std::memcpy(result.ip, &in.sin6_addr, sizeof in.sin6_addr);
    }
    return result;
}

std::string to_text(const Address& address) {
    char ip[INET6_ADDRSTRLEN] = {};
    if (address.family == Family::unspecified) return "unspecified";
    inet_ntop(address.family == Family::ipv4 ? AF_INET : AF_INET6, address.ip, ip, sizeof ip);
    std::string text = ip;
    if (address.family == Family::ipv6) {
        char interface[IF_NAMESIZE] = {};
        if (address.scope != 0 && if_indextoname(address.scope, interface) != nullptr)
            text += std::string("%") + interface;
        text = "[" + text + "]";
    }
    return text + ":" + std::to_string(address.port);
}

Address literal_address(std::string_view text) {
    Address result;
    const std::string whole{text};
    if (whole.find('\0') != std::string::npos) return result;
    if (inet_pton(AF_INET, whole.c_str(), result.ip) == 1) {
        result.family = Family::ipv4;
        return result;
    }
    const std::size_t percent = whole.find('%');
    if (inet_pton(AF_INET6, whole.substr(0, percent).c_str(), result.ip) != 1) return Address{};
    result.family = Family::ipv6;
    if (percent != std::string::npos) result.scope = if_nametoindex(whole.c_str() + percent + 1);
    return result;
}

} // namespace nwp::net
