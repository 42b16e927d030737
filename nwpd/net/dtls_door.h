// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/net/datagrams.h"
#include "nwpd/net/dtls_cookies.h"
#include "nwpd/net/tls_settings.h"

#include <array>
#include <optional>

namespace nwp::net {

/// The random bytes of a ClientHello: they tell a repeated one from another.
using HelloRandom = std::array<Byte, 32>;

/// Those of the ClientHello that the datagram begins with; nothing when it begins with something else.
std::optional<HelloRandom> client_hello_random(ByteView datagram);

/// Stands before a DTLS server: answers a ClientHello with HelloVerifyRequest and keeps nothing (RFC 6347
/// 4.2.1). It costs the same memory whoever knocks, and touches no credential.
class DtlsDoor {
public:
    /// `lower` and `cookies` outlive it.
    DtlsDoor(Datagrams& lower, const DtlsCookies& cookies);
    DtlsDoor(const DtlsDoor&) = delete;

    /// True: `client_hello` carries a cookie that its sender received at `from`. False: answered with one, or
    /// not worth an answer. `to` as Datagrams::send() takes it.
    bool admits(ByteView client_hello, const Address& from, const Address& to);

private:
    Datagrams& lower_;
    const DtlsCookies& cookies_;
    const TlsSettings none_;
    Openssl<SSL_CTX> context_;
    Openssl<SSL> ssl_;
};

/// Runs DTLSv1_listen over one ClientHello. True: the cookie holds, and the handshake may go on with it.
bool listen_to(SSL* ssl);

} // namespace nwp::net
