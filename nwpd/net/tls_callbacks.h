// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/net/openssl.h"
#include "nwpd/net/tls_settings.h"

namespace nwp::net {

/// Makes handshakes under `context` know their pre-shared keys, application protocols and the client's name
/// for the server, each from the Handshake at its SSL object.
void install_callbacks(SSL_CTX* context, const TlsSettings& settings);

/// Offers the names (RFC 7301 3.1). False: one is empty or longer than 255 bytes.
bool offer_alpn(SSL* ssl, const std::vector<std::string>& names);
std::string selected_alpn(const SSL* ssl);

/// Whether OpenSSL can carry it: an identity without NUL of at most 255 bytes, a key of 1 to 255 bytes.
bool is_usable(const Psk& psk);
/// Whether the handshake under way or done rests on a pre-shared key of `settings`.
bool used_psk(const SSL* ssl, const TlsSettings& settings);

} // namespace nwp::net
