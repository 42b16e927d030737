// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/instant.h"
#include "nwpd/net/tls_settings.h"

#include <cstddef>
#include <cstdint>

namespace nwp::net {

/// How the associations of one datagram socket are to be secured. A value.
struct DtlsSettings {
    /// Protocol numbers of DTLS are a floor too: 1.2 is spoken. Nothing is resumed (contracts 5): the
    /// session cache is off whatever stands here.
    TlsSettings tls;
    /// Of a client that names nobody: each peer's certificate is checked against its address (RFC 9525 6.1).
    bool address_is_name = false;
    /// How long a flight of the handshake waits for its answer: first, and at most (RFC 6347 4.2.4.1). Less
    /// than 20 ms counts as 20 ms.
    Duration timeout_min = seconds(1);
    Duration timeout_max = seconds(60);
    /// For a handshake that nobody gave a limit: a server's, and one that the first send() began. OpenSSL
    /// itself gives up when a flight was sent 13 times in vain.
    Duration handshake_limit = seconds(60);
    std::size_t most_associations = 32;
    /// Bytes that came and wait to be received; what comes beyond is dropped, as the kernel does.
    std::size_t receive_room = 256 * std::size_t{1024};
};

/// What happened so far.
struct DtlsCounters {
    std::uint64_t handshakes_done = 0;
    std::uint64_t handshakes_failed = 0;
    std::uint64_t hellos_without_cookie =
        0;                      ///< answered with HelloVerifyRequest, or broken: nothing was kept
    std::uint64_t dropped = 0;  ///< datagrams of nobody, replayed, or that prove nothing (RFC 6347 4.1.2.7)
    std::uint64_t overflow = 0; ///< genuine ones without room
    std::uint64_t evicted = 0;  ///< associations that made room for another
};

/// What was negotiated with one peer.
struct DtlsFacts {
    Protocol version = Protocol::any;
    std::int32_t cipher_suite = 0; ///< IANA number
    std::string alpn;              ///< empty: none
};

} // namespace nwp::net
