// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.h"
#include "base/verdict.h"

#include <cstdint>

namespace nwp::simplelink {

/// What this chip calls a fault of a socket. Always negative.
std::int16_t socket_code(Error error);

/// What this chip calls the reason for which TLS said no; the worst one if there are several, so that a code
/// which a host may take for "connected, but" says that nothing else was wrong. `knows_ca`: the socket names
/// a CA file. Always negative; an empty verdict is the unspecified failure.
std::int16_t tls_code(const Verdict& verdict, bool knows_ca);

/// Whether hosts of this chip take the code for "connected, but ...", and a connection may stay after it
/// where policy names the peer: nobody was verified, the clock is not set, the root is unknown. With a
/// revoked certificate the chip stayed connected too; here nobody does.
bool may_stay_connected(std::int16_t code);

} // namespace nwp::simplelink
