// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/posix/posix_host.h"

namespace nwp::posix {

/// The host of this process, for programs that only use sockets: link nwp_default_host, and the first
/// nwp_socket(), nwp_getaddrinfo() or tls_credential_...() starts it. The link is $NWP_LINK
/// ("unix:/run/nwp.sock" unless set); where $NWP_TOKEN_FILE names a file, the token is kept there. Null, with
/// a line on standard error, when the link cannot be opened; the next call tries again.
PosixHost* default_host();

} // namespace nwp::posix
