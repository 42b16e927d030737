// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/net/tls_handshake.h"

#include <optional>

namespace nwp::net {

/// Belts to OpenSSL's braces: what must hold whatever way a handshake of TLS or DTLS went. Nothing: it holds
/// (a rule that `optional` lets pass is noted in the verdict); else the rule to end it with.
std::optional<Rule> rule_broken_by_outcome(const SSL* ssl, Handshake& handshake);

/// Whether it took up an earlier session.
bool was_resumed(const SSL* ssl, const TlsSettings& settings);

/// After SSL_do_handshake failed: the verdict says why, and that policy insisted where it did.
void note_failed_handshake(const SSL* ssl, Handshake& handshake);

} // namespace nwp::net
