// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/net/openssl.h"

#include <memory>
#include <vector>

namespace nwp::net {

/// The identities of one context, read once, and the choice among them for each handshake.
class TlsIdentities {
public:
    TlsIdentities() = default;
    TlsIdentities(const TlsIdentities&) = delete;

    /// Reads them and makes `context` use them: a server's by the name that the client asked for, a client's
    /// by the authorities that the server named; else the first. This object outlives the context. False when
    /// a certificate cannot be read or used, or does not belong to its key.
    bool install(SSL_CTX* context, const std::vector<Identity>& identities);

private:
    struct Loaded {
        Openssl<X509> own;
        Openssl<STACK_OF(X509)> chain;
        PrivateKey key;
    };
    static bool load(const Identity& identity, Loaded& into);
    static int choose(SSL* ssl, void* identities);
    bool choose_for_name(SSL* ssl) const;
    bool choose_for_authorities(SSL* ssl) const;

    std::vector<Loaded> loaded_;
};

} // namespace nwp::net
