// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/address.h"
#include "base/result.h"

#include <string_view>

namespace nwp::service {

/// Reads a numeric host as getaddrinfo() takes it: an IPv6 address with or without a numeric scope
/// (RFC 4007 11.2, "fe80::1%2"), an IPv4 address in any of the forms of POSIX inet_addr() ("10.77.0.1",
/// "10.1", "0x7f000001"). Port 0.
///   invalid_argument   it is none: a name, then
Result<Address> parse_numeric_host(std::string_view text);

} // namespace nwp::service
