// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/net/tls_handshake.h"

namespace nwp::net {

/// Turns a failed handshake into rules: takes OpenSSL's error queue, which it empties, and what the hook
/// found. The verdict is never empty afterwards; Handshake::failure has OpenSSL's words.
void explain_handshake_failure(const SSL* ssl, Handshake& handshake);

/// The same for a stream that fails after its handshake: connection_aborted for a fatal alert or a bad
/// record, connection_reset for FIN without close_notify.
Error explain_stream_failure(Handshake& handshake);

} // namespace nwp::net
