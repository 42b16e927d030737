// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/net/tls_sessions.h"
#include "nwpd/net/tls_settings.h"
#include "nwpd/net/tls_verify.h"

#include <string>

namespace nwp::net {

/// One handshake, of TLS or DTLS: what it is made of, and what came of it. The callbacks of a context, which
/// many share, find it by the SSL object.
struct Handshake : Verification {
    explicit Handshake(const TlsSettings& how) : settings(how) {}
    Handshake(const Handshake&) = delete;

    const TlsSettings& settings;
    TlsSessions* sessions = nullptr; ///< null: no session is kept or offered
    Digest session_key{};
    RuleSet earlier_rules;   ///< that the handshake before the ticket passed in spite of
    std::string server_name; ///< that a client asked for (SNI)
    std::string failure;     ///< OpenSSL's words
};

/// Null before attach().
inline Handshake* handshake_of(const SSL* ssl) {
    return static_cast<Handshake*>(static_cast<Verification*>(SSL_get_app_data(ssl)));
}

/// `handshake` outlives `ssl`.
inline void attach(SSL* ssl, Handshake& handshake) {
    SSL_set_app_data(ssl, static_cast<Verification*>(&handshake));
}

} // namespace nwp::net
