// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/socket_types.h"
#include "nwpd/net/credentials.h"

#include <cstdint>
#include <string>
#include <vector>

namespace nwp::net {

enum class TlsRole : std::uint8_t { client, server };

/// How one TLS stream or DTLS association is to be secured. A value.
struct TlsSettings {
    TlsRole role = TlsRole::client;
    Protocol floor = Protocol::tls_1_2;       ///< never negotiates less; one of DTLS makes it DTLS 1.2
    Protocol ceiling = Protocol::tls_1_3;     ///< never negotiates more; of the same kind as the floor
    PeerVerify verify = PeerVerify::required; ///< as asked for by the program
    bool truncation_allowed = false;          ///< policy: FIN without close_notify reads as the end
    std::vector<std::int32_t> cipher_suites;  ///< IANA numbers, best first; empty: the daemon's own list
    /// Best first. A server that has a list and finds none of the client's names in it ends the handshake.
    std::vector<std::string> alpn;
    /// A server with several identities takes the one that is for the name in the ClientHello, else the
    /// first.
    TlsCredentials credentials;
    /// Whether sessions are kept and offered again (client) or given as tickets (server). With a pre-shared
    /// key under the tags there are none: a handshake with it costs no more.
    bool session_cache = true;
    std::string client;            ///< whose stream it is: no session is shared between two of them
    std::int64_t clock_offset = 0; ///< seconds that the client's own clock is ahead of the Calendar

    // Of a client alone
    std::string host_name;           ///< checked and sent as SNI; empty: no name check
    bool unverified_allowed = false; ///< policy: a program may ask for less than `required`
};

struct TlsClientSettings : TlsSettings {};

/// A server asks for no certificate unless told to; what it is told needs no policy.
struct TlsServerSettings : TlsSettings {
    TlsServerSettings() {
        role = TlsRole::server;
        verify = PeerVerify::none;
    }
};

/// What a handshake insists on: a client's program may ask for less than policy allows, and does not get it.
inline PeerVerify effective_verify(const TlsSettings& settings) {
    const bool as_asked = settings.role == TlsRole::server || settings.unverified_allowed;
    return as_asked ? settings.verify : PeerVerify::required;
}

} // namespace nwp::net
