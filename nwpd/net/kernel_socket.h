// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/address.h"
#include "base/result.h"

namespace nwp::net {

/// A non-blocking socket of the kernel, to be closed by the caller. `type`: SOCK_STREAM, SOCK_DGRAM.
///   family_not_supported, too_many_files_in_system, ...   as socket(2)
Result<int> make_kernel_socket(Family family, int type);

Result<void> set_kernel_option(int socket, int level, int name, int value);
/// IP_TTL, and on an IPv6 socket IPV6_UNICAST_HOPS too: IPv4-mapped traffic has the former. -1: the kernel's.
Result<void> set_hop_limit(int socket, int hops);
Result<void> bind_kernel_socket(int socket, const Address& local);
/// Unspecified where the kernel has none.
Address local_of(int socket);

} // namespace nwp::net
