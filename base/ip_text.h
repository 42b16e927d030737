// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/address.h"
#include "base/result.h"
#include "base/span.h"
#include "base/text.h"

#include <string_view>

namespace nwp {

/// Longest text of an IP address, without a NUL: INET6_ADDRSTRLEN - 1.
constexpr std::size_t kIpTextRoom = 45;
using IpText = Text<kIpTextRoom>;

/// Reads an IPv4 address in dotted decimal or an IPv6 address (RFC 4291 2.2), exactly as inet_pton() does: no
/// leading zeros in IPv4 parts, no scope, no brackets, no blanks. Port and scope of the result are 0.
///   invalid_argument   the text is neither
Result<Address> parse_ip(std::string_view text);
/// The same for one family.
Result<Address> parse_ipv4(std::string_view text);
Result<Address> parse_ipv6(std::string_view text);

/// Writes the address without port and scope, as inet_ntop() does, which is RFC 5952 form (mixed notation for
/// IPv4-mapped and IPv4-compatible addresses, RFC 5952 5). No NUL is written. Returns the number of
/// characters; 0, and nothing written, when `into` is too small or the family is unspecified.
std::size_t format_ip(const Address& address, Span<char> into);

/// The same as a value; empty when the family is unspecified.
IpText ip_text(const Address& address);

} // namespace nwp
