// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/address.h"
#include "nwpd/net/tls_handshake.h"

namespace nwp::net {

/// Under what a client keeps its sessions: a difference in any of client identity, peer name and port,
/// versions, cipher list, ALPN, credentials with their revision and level of verification makes another key.
Digest session_key_of(const TlsSettings& settings, const Address& peer);

/// Makes handshakes under `context` keep their sessions (client: in Handshake::sessions) or give them away as
/// tickets (server). A ticket is sealed with a key that `context` alone has, names `binding`, and carries
/// what the first handshake found: a resumed one says the same. Without `settings.session_cache`, or with a
/// pre-shared key, there are none.
void install_resumption(SSL_CTX* context, const TlsSettings& settings, const Digest& binding);

/// Offers the session that Handshake::sessions has for Handshake::session_key, if any.
void offer_session(SSL* ssl, Handshake& handshake);

bool may_resume(const TlsSettings& settings);

} // namespace nwp::net
