// SPDX-License-Identifier: Apache-2.0
#include "nwpd/endpoint/loopback_address.h"

#include "base/ip_text.h"

#include <charconv>
#include <optional>

namespace nwp::endpoint {
namespace {

bool is_loopback(const Address& address) {
    if (address.family == Family::ipv4) return address.ip[0] == 127;        // RFC 1122 3.2.1.3
    const Byte only[16] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}; // RFC 4291 2.5.3
    return equal(address.ip_bytes(), only);
}

/// "127.0.0.1:80", "[::1]:80".
std::optional<Address> parse_address(std::string_view text) {
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos) return std::nullopt;
    const std::string_view port = text.substr(colon + 1);
    std::string_view ip = text.substr(0, colon);
    const bool bracketed = ip.size() >= 2 && ip.front() == '[' && ip.back() == ']';
    if (bracketed) ip = ip.substr(1, ip.size() - 2);
    auto address = bracketed ? parse_ipv6(ip) : parse_ipv4(ip);
    if (!address) return std::nullopt;
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), address->port);
    if (error != std::errc{} || end != port.data() + port.size()) return std::nullopt;
    return *address;
}

} // namespace

LoopbackAddress loopback_address(std::string_view text) {
    const auto address = parse_address(text);
    if (!address) {
        return {{},
                std::string(text) +
                    " is no address with a port; give one such as 127.0.0.1:7000 or [::1]:7000"};
    }
    if (is_loopback(*address)) return {*address, {}};
    return {{},
            std::string(text) +
                " is no address of the loopback: nothing tells who a host on TCP is, so only this "
                "machine may reach it; give 127.0.0.1 or [::1]"};
}

std::string text_of(const Address& address) {
    const std::string ip{ip_text(address).view()};
    const std::string port = ':' + std::to_string(address.port);
    return address.family == Family::ipv6 ? '[' + ip + ']' + port : ip + port;
}

} // namespace nwp::endpoint
