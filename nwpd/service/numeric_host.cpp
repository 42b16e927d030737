// SPDX-License-Identifier: Apache-2.0
#include "nwpd/service/numeric_host.h"

#include "base/ip_text.h"

#include <charconv>
#include <cstdint>

namespace nwp::service {
namespace {

/// All of `text` as a number: 0x for hexadecimal, 0 for octal, else decimal.
Result<std::uint32_t> parse_c_number(std::string_view text) {
    int base = 10;
    if (text.size() > 1 && text[0] == '0') {
        base = text[1] == 'x' || text[1] == 'X' ? 16 : 8;
        text.remove_prefix(base == 16 ? 2 : 1);
    }
    std::uint32_t value = 0;
    const char* end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, value, base);
    if (error != std::errc{} || rest != end) return Error::invalid_argument;
    return value;
}

/// POSIX inet_addr(): one to four parts; the last one fills all bytes that are left.
Result<Address> parse_classic_ipv4(std::string_view text) {
    std::uint32_t leading = 0;
    unsigned parts = 1;
    for (std::size_t dot = text.find('.'); dot != std::string_view::npos; dot = text.find('.'), ++parts) {
        const auto part = parse_c_number(text.substr(0, dot));
        if (!part || *part > 0xff || parts == 4) return Error::invalid_argument;
        leading |= *part << (32 - 8 * parts);
        text.remove_prefix(dot + 1);
    }
    const auto last = parse_c_number(text);
    if (!last || *last > 0xffffffffU >> (8 * (parts - 1))) return Error::invalid_argument;

    const std::uint32_t ip = leading | *last;
    return Address::ipv4(static_cast<Byte>(ip >> 24), static_cast<Byte>(ip >> 16), static_cast<Byte>(ip >> 8),
                         static_cast<Byte>(ip));
}

} // namespace

Result<Address> parse_numeric_host(std::string_view text) {
    if (text.find(':') == std::string_view::npos) return parse_classic_ipv4(text);

    const std::size_t percent = text.find('%');
    auto address = parse_ipv6(text.substr(0, percent));
    if (!address || percent == std::string_view::npos) return address;

    // Only numbers: the names of the machine's interfaces mean nothing to a host.
    const std::string_view scope = text.substr(percent + 1);
    const char* end = scope.data() + scope.size();
    const auto [rest, error] = std::from_chars(scope.data(), end, address->scope);
    if (error != std::errc{} || rest != end) return Error::invalid_argument;
    return address;
}

} // namespace nwp::service
