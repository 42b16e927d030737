// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/address.h"
#include "base/result.h"
#include "nwp/types.h"

namespace nwp::c {

/// AF_... of a family; AF_UNSPEC for none.
int family_number(Family family);

/// The family with that AF_... number; unspecified: no such one here.
Family family_with(int number);

/// What the address says it is; -1 when it is too short to say, or null.
int family_in(const sockaddr* address, socklen_t length);

/// Reads an address of that family, with Linux's errors.
///   invalid_argument       shorter than its family needs
///   family_not_supported   of another family
Result<void> read_address(Family family, const sockaddr* address, socklen_t length, Address& into);

/// For bind(): AF_UNSPEC with the unspecified address counts as AF_INET, as Linux has it.
Result<void> read_own_address(Family family, const sockaddr* address, socklen_t length, Address& into);
/// For datagrams: an IPv6 socket takes IPv4's addresses too.
Result<void> read_datagram_peer(Family family, const sockaddr* address, socklen_t length, Address& into);
/// For sendto(): AF_UNSPEC is AF_INET on an IPv4 socket and no address on an IPv6 one. Port 0 is
/// invalid_argument.
Result<void> read_destination(Family family, const sockaddr* address, socklen_t length, Address& into);

/// Writes as much as `room` takes and returns how long the whole is.
socklen_t write_address(const Address& address, sockaddr* into, socklen_t room);

} // namespace nwp::c
