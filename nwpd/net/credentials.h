// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/bytes.h"
#include "base/credential.h"
#include "base/result.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace nwp::net {

/// A private key that can sign and never be read. Made by the vault; only nwpd/net's TLS can use it.
class PrivateKey {
public:
    struct Access; ///< nwpd/net/openssl.h: the only door to the OpenSSL object inside
    PrivateKey();
    ~PrivateKey();
    PrivateKey(PrivateKey&&) noexcept;
    PrivateKey& operator=(PrivateKey&&) noexcept;
    PrivateKey(const PrivateKey&); ///< another reference to the same key
    PrivateKey& operator=(const PrivateKey&);
    explicit operator bool() const;

private:
    std::shared_ptr<void> key_;
};

/// CA certificates and revocation lists, parsed, ready to verify against.
class Trust {
public:
    struct Access;
    Trust();
    ~Trust();
    /// PEM (any number of certificates) or one DER certificate.
    ///   malformed   not a certificate
    Result<void> add_ca(ByteView certificates);
    /// PEM (any number) or one DER revocation list.
    Result<void> add_crl(ByteView lists);
    bool empty() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// A certificate with its chain and the key that proves it.
struct Identity {
    std::vector<std::vector<Byte>> chain_der; ///< the own certificate first
    PrivateKey key;
};

struct Psk {
    std::string identity;
    std::vector<Byte> key;
};

/// Everything that the tags of one socket name, looked up when it connects.
struct TlsCredentials {
    std::shared_ptr<const Trust> trust; ///< never null; may be empty
    std::vector<Identity> identities;
    std::vector<Psk> psks;
    std::vector<Byte> dh_parameters; ///< of a server, DER; empty: those that suit its key
    std::vector<SecTag> missing;     ///< tags that name nothing usable
    std::uint64_t revision = 0;      ///< differs whenever anything under one of the tags changed
};

} // namespace nwp::net
