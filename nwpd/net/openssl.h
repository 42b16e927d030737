// SPDX-License-Identifier: Apache-2.0
#pragma once

// The doors between our opaque credentials and OpenSSL's objects. Included by nwpd/net and nwpd/vault only.

#include "nwpd/net/credentials.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <array>
#include <memory>

namespace nwp::net {

struct OpensslFree {
    void operator()(BIO* object) const { BIO_free(object); }
    void operator()(EVP_MD_CTX* object) const { EVP_MD_CTX_free(object); }
    void operator()(EVP_PKEY* object) const { EVP_PKEY_free(object); }
    void operator()(SSL* object) const { SSL_free(object); }
    void operator()(SSL_CTX* object) const { SSL_CTX_free(object); }
    void operator()(SSL_SESSION* object) const { SSL_SESSION_free(object); }
    void operator()(STACK_OF(X509) * object) const { sk_X509_pop_free(object, X509_free); }
    void operator()(X509* object) const { X509_free(object); }
    void operator()(X509_CRL* object) const { X509_CRL_free(object); }
    void operator()(X509_NAME* object) const { X509_NAME_free(object); }
    void operator()(X509_STORE* object) const { X509_STORE_free(object); }
};
/// An OpenSSL object and its one owner.
template <typename T>
using Openssl = std::unique_ptr<T, OpensslFree>;

using Digest = std::array<Byte, 32>;

struct PrivateKey::Access {
    /// Takes the caller's reference over.
    static PrivateKey wrap(EVP_PKEY* key);
    /// Borrowed; null for an empty key.
    static EVP_PKEY* get(const PrivateKey& key);
};

struct Trust::Access {
    /// Borrowed; holds the certificates and the revocation lists.
    static X509_STORE* store(const Trust& trust);
    static bool has_crls(const Trust& trust);
    static bool has_crl_of(const Trust& trust, const X509_NAME* issuer);
    /// The earliest nextUpdate of the revocation lists, seconds since 1970; the end of time without one.
    static std::int64_t crls_valid_until(const Trust& trust);
    /// SHA-256 over everything that was added, in order.
    static const Digest& digest(const Trust& trust);
};

/// Seconds since 1970; far in the past when it cannot be read, so that nothing is valid for it.
std::int64_t seconds_of(const ASN1_TIME* time);

} // namespace nwp::net
