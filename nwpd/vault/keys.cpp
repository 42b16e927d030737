// SPDX-License-Identifier: Apache-2.0
#include "nwpd/vault/keys.h"

#include "nwpd/vault/distinguished_name.h"

#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>

namespace nwp::vault {
namespace {

using Pkcs8Pointer = std::unique_ptr<PKCS8_PRIV_KEY_INFO, FreeWith<PKCS8_PRIV_KEY_INFO_free>>;

/// SHA-256, or none for keys that bring their own hash (Ed25519).
const EVP_MD* digest_for(const EVP_PKEY& key) {
    const bool own_digest = EVP_PKEY_is_a(&key, "ED25519") == 1 || EVP_PKEY_is_a(&key, "ED448") == 1;
    return own_digest ? nullptr : EVP_sha256();
}

Result<std::string> to_pem(const X509_REQ& request) {
    const BioPointer writer(BIO_new(BIO_s_mem()));
    if (!writer || PEM_write_bio_X509_REQ(writer.get(), &request) != 1) return Error::no_memory;
    char* text = nullptr;
    const long size = BIO_get_mem_data(writer.get(), &text);
    return std::string(text, static_cast<std::size_t>(size));
}

} // namespace

Result<SecretBytes> make_p256_key() {
    const KeyPointer key(EVP_EC_gen("P-256"));
    const Pkcs8Pointer info(key ? EVP_PKEY2PKCS8(key.get()) : nullptr);
    const int size = info ? i2d_PKCS8_PRIV_KEY_INFO(info.get(), nullptr) : 0;
    if (size <= 0) {
        ERR_clear_error();
        return Error::no_memory;
    }
    SecretBytes der(static_cast<std::size_t>(size));
    unsigned char* position = der.data();
    i2d_PKCS8_PRIV_KEY_INFO(info.get(), &position);
    return der;
}

Result<std::string> make_signing_request(EVP_PKEY& key, const std::string& subject) {
    auto attributes = parse_distinguished_name(subject);
    if (!attributes) return attributes.error();
    auto name = make_name(*attributes);
    if (!name) return name.error();

    const RequestPointer request(X509_REQ_new());
    // RFC 2986 4.1: version 1 is written as 0.
    if (!request || X509_REQ_set_version(request.get(), 0) != 1 ||
        X509_REQ_set_subject_name(request.get(), name->get()) != 1 ||
        X509_REQ_set_pubkey(request.get(), &key) != 1) {
        ERR_clear_error();
        return Error::no_memory;
    }
    if (X509_REQ_sign(request.get(), &key, digest_for(key)) <= 0) {
        ERR_clear_error();
        return Error::operation_not_supported;
    }
    return to_pem(*request);
}

} // namespace nwp::vault
