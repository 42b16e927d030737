// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

namespace nwp::vault {

template <auto Free>
struct FreeWith {
    template <typename T>
    void operator()(T* object) const {
        Free(object);
    }
};

using CertificatePointer = std::unique_ptr<X509, FreeWith<X509_free>>;
using RevocationListPointer = std::unique_ptr<X509_CRL, FreeWith<X509_CRL_free>>;
using KeyPointer = std::unique_ptr<EVP_PKEY, FreeWith<EVP_PKEY_free>>;
using RequestPointer = std::unique_ptr<X509_REQ, FreeWith<X509_REQ_free>>;
using NamePointer = std::unique_ptr<X509_NAME, FreeWith<X509_NAME_free>>;
using ObjectPointer = std::unique_ptr<ASN1_OBJECT, FreeWith<ASN1_OBJECT_free>>;
using BioPointer = std::unique_ptr<BIO, FreeWith<BIO_free_all>>;
using CipherContextPointer = std::unique_ptr<EVP_CIPHER_CTX, FreeWith<EVP_CIPHER_CTX_free>>;

} // namespace nwp::vault
