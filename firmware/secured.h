// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "firmware/network.h"
#include "nwp/socket.h"

namespace nwp::firmware {

constexpr sec_tag_t kCa = 1; ///< whom we trust, in the network processor's store

/// What getaddrinfo() has for `host`, to be freed; null: the line is printed.
addrinfo* resolve(const Running& running, const char* host, const char* port, int type);

/// A new socket for TLS (SOCK_STREAM) or DTLS (SOCK_DGRAM) with `host`, which is at `address`; or minus the
/// status to exit with, whose line is printed. `flags`: SOCK_NONBLOCK.
int open_secured(const Running& running, const char* host, const addrinfo& address, int flags = 0);

/// Prints why `sock` did not connect, which is the verdict where TLS refused. Returns the status.
int explain_refusal(const Running& running, int sock, const char* host, int error);

/// A secured connection, or minus the status to exit with.
int connect_secured(const Running& running, const char* host, const char* port, int type = SOCK_STREAM);

/// 0, or -1 with errno.
int send_all(int sock, const void* bytes, std::size_t size);

} // namespace nwp::firmware
