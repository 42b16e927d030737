// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/socket_types.h"
#include "base/verdict.h"
#include "nwpd/net/openssl.h"

#include <cstdint>
#include <limits>
#include <string>

namespace nwp::net {

/// What one handshake is checked against, and what came of it; client and server alike. The SSL object's app
/// data.
struct Verification {
    const Trust* trust = nullptr;
    std::int64_t date = 0;                  ///< seconds since 1970
    PeerVerify mode = PeerVerify::required; ///< as effective, policy applied
    bool ran = false;                       ///< the hook saw a certificate
    bool refused = false;                   ///< and ended the handshake for it
    bool empty_certificate_list = false;    ///< the peer's Certificate message named none
    int record_version = 0;                 ///< of the last record that came
    std::uint8_t sent_alert = 0;            ///< fatal alert that we sent, 0 = none
    /// Until when what was found holds, seconds since 1970: the earliest end of a certificate or list, of
    /// this handshake or of the one that is taken up again.
    std::int64_t valid_until = std::numeric_limits<std::int64_t>::max();
    Verdict verdict;
};

/// Makes every handshake under `context` run through the hook below and note its alerts.
///
/// The hook runs X509_verify_cert with a callback that never stops it, so that the verdict is complete. That
/// makes X509_verify_cert read as success whatever it found: the set of failed rules alone decides, here and
/// nowhere else.
void install_verification(SSL_CTX* context);

/// Sets the name that the certificate must be for (RFC 9525) and, unless it is a literal address, SNI (RFC
/// 6066 3). Empty: neither. False when no certificate can be for such a name.
bool set_peer_name(SSL* ssl, const std::string& host_name);

/// What OpenSSL's X509_V_ERR code is called here; `depth` as OpenSSL counts, 0 = the peer's own certificate.
Rule rule_of(int x509_error, int depth);

} // namespace nwp::net
