// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/address.h"
#include "simplelink/common.h"

namespace nwp::simplelink {

/// Addresses as all silos but that of sockets write them; an address of another family is 0.
HostOrderIpv4 ipv4_of(const Address& address);
HostOrderIpv6 ipv6_of(const Address& address);
Address address_of(HostOrderIpv4 number, std::uint16_t port = 0);
Address address_of(const HostOrderIpv6& words, std::uint16_t port = 0);

} // namespace nwp::simplelink
