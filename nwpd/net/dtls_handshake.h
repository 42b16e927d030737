// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/address.h"
#include "base/instant.h"
#include "nwpd/net/tls_handshake.h"

namespace nwp::net {

class DtlsCookies;

/// What a DTLS handshake has beside what every handshake has.
struct DtlsHandshake : Handshake {
    using Handshake::Handshake;

    Address peer;
    const DtlsCookies* cookies = nullptr; ///< of a server
    Duration timeout_min;
    Duration timeout_max;
};

inline DtlsHandshake* dtls_handshake_of(const SSL* ssl) {
    return static_cast<DtlsHandshake*>(handshake_of(ssl));
}

} // namespace nwp::net
