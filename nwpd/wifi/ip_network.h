// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/ip_text.h"

#include <string>

namespace nwp::wifi {

/// Addresses that share their first `prefix_length` bits (RFC 4632 3.1, RFC 4291 2.3). Port and scope play no
/// part.
struct IpNetwork {
    Address base; ///< host part zero, port 0
    std::uint8_t prefix_length = 0;

    bool contains(const Address& address) const;

    friend bool operator==(const IpNetwork&, const IpNetwork&) = default;
};

/// The network of `prefix_length` bits in which `address` lies.
IpNetwork network_of(const Address& address, std::uint8_t prefix_length);
/// A network of this address alone.
IpNetwork network_of(const Address& address);

/// Reads "10.77.0.0/24" or "fd77::/64".
///   invalid_argument   no address, no slash, or no prefix length of the family
///   domain_error       a bit of the host part is set
Result<IpNetwork> parse_network(std::string_view text);
std::string to_string(const IpNetwork& network);

/// The first `prefix_length` bits of `network`, the rest of `host`. Port and scope are the host's. One
/// family.
Address combined(const IpNetwork& network, const Address& host);

} // namespace nwp::wifi
