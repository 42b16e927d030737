// SPDX-License-Identifier: Apache-2.0
#include "nwpd/net/credentials.h"

#include "nwpd/net/openssl.h"

#include <openssl/x509.h>

namespace nwp::net {

PrivateKey::PrivateKey() = default;
PrivateKey::~PrivateKey() = default;
PrivateKey::PrivateKey(PrivateKey&&) noexcept = default;
PrivateKey& PrivateKey::operator=(PrivateKey&&) noexcept = default;
PrivateKey::PrivateKey(const PrivateKey&) = default;
PrivateKey& PrivateKey::operator=(const PrivateKey&) = default;
PrivateKey::operator bool() const { return key_ != nullptr; }

PrivateKey PrivateKey::Access::wrap(EVP_PKEY* key) {
    PrivateKey made;
    made.key_ = std::shared_ptr<void>(key, [](void* it) { EVP_PKEY_free(static_cast<EVP_PKEY*>(it)); });
    return made;
}

EVP_PKEY* PrivateKey::Access::get(const PrivateKey& key) { return static_cast<EVP_PKEY*>(key.key_.get()); }

struct Trust::Impl {
    bool empty = true;
};

Trust::Trust() : impl_(std::make_unique<Impl>()) {}
Trust::~Trust() = default;

Result<void> Trust::add_ca(ByteView certificates) {
    const unsigned char* position = certificates.data();
    X509* const certificate = d2i_X509(nullptr, &position, static_cast<long>(certificates.size()));
    if (certificate == nullptr) return Error::malformed;
    X509_free(certificate);
    impl_->empty = false;
    return {};
}

Result<void> Trust::add_crl(ByteView lists) {
    const unsigned char* position = lists.data();
    X509_CRL* const list = d2i_X509_CRL(nullptr, &position, static_cast<long>(lists.size()));
    if (list == nullptr) return Error::malformed;
    X509_CRL_free(list);
    impl_->empty = false;
    return {};
}

bool Trust::empty() const { return impl_->empty; }

} // namespace nwp::net
