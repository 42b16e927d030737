// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/net/tls_verify.h"

namespace nwp::net {

/// Turns a failed handshake into rules: takes OpenSSL's error queue, which it empties, and what the hook
/// found. The verdict is never empty afterwards.
void explain_handshake_failure(const SSL* ssl, Verification& verification);

/// The same for a stream that fails after its handshake: connection_aborted for a fatal alert or a bad
/// record, connection_reset for FIN without close_notify.
Error explain_stream_failure(Verification& verification);

} // namespace nwp::net
