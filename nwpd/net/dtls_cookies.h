// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/address.h"
#include "base/bytes.h"
#include "nwpd/net/openssl.h"

#include <cstdint>

namespace nwp::net {

/// Cookies of a DTLS server (RFC 6347 4.2.1): HMAC-SHA256 of the peer's address and port and of the minute,
/// with a random key that dies with this object. A peer that returns one receives at that address.
class DtlsCookies {
public:
    DtlsCookies();
    ~DtlsCookies();
    DtlsCookies(const DtlsCookies&) = delete;

    /// For `minute`, a count of any clock that does not go back.
    Digest make(const Address& peer, std::int64_t minute) const;
    /// True for the cookie of this minute or the one before.
    bool holds(ByteView cookie, const Address& peer, std::int64_t minute) const;
    /// The monotonic clock's.
    static std::int64_t minute_now();

    /// Makes handshakes under `context` give and check the cookies of their DtlsHandshake.
    static void install(SSL_CTX* context);

private:
    Digest key_{};
};

} // namespace nwp::net
