// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/c/call.h"
#include "nwp/socket_requests.h"

namespace nwp::c {

/// An option of the NWP whose value is an int.
Result<void> set_number(const Call& call, SocketOption option, std::int32_t value);
Result<std::int32_t> get_number(const Call& call, SocketOption option);

/// Options of SOL_TLS. Also of a socket without TLS: no_protocol_option.
Result<void> set_tls_option(const Call& call, int option, const void* value, socklen_t size);
/// `value` has room for `*size` bytes.
Result<void> get_tls_option(const Call& call, int option, void* value, socklen_t* size);

} // namespace nwp::c
