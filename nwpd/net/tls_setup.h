// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/address.h"
#include "nwpd/net/calendar.h"
#include "nwpd/net/tls_context.h"
#include "nwpd/net/tls_handshake.h"

#include <memory>

namespace nwp::net {

/// What a handshake begins with. The context goes last.
struct TlsSetup {
    std::shared_ptr<SSL_CTX> context;
    Openssl<SSL> ssl; ///< in its role, without a BIO; null: refused
};

/// Checks everything that can be refused before the first byte (contracts 5), fills in `handshake`, which
/// outlives the SSL object, and makes that. Refused: handshake.verdict has the reason. `peer`: the other end,
/// for a client's sessions.
TlsSetup set_up(Handshake& handshake, TlsContexts& contexts, const Calendar& calendar, const Address& peer);

} // namespace nwp::net
