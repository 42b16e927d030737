// SPDX-License-Identifier: Apache-2.0
#include "nwpd/net/credentials.h"

#include "nwpd/net/openssl.h"

#include "base/text.h"

#include <openssl/err.h>
#include <openssl/pem.h>

#include <algorithm>
#include <ctime>
#include <limits>

namespace nwp::net {

// ---- PrivateKey

PrivateKey::PrivateKey() = default;
PrivateKey::~PrivateKey() = default;
PrivateKey::PrivateKey(PrivateKey&&) noexcept = default;
PrivateKey& PrivateKey::operator=(PrivateKey&&) noexcept = default;
PrivateKey::PrivateKey(const PrivateKey&) = default;
PrivateKey& PrivateKey::operator=(const PrivateKey&) = default;
PrivateKey::operator bool() const { return key_ != nullptr; }

PrivateKey PrivateKey::Access::wrap(EVP_PKEY* key) {
    PrivateKey made;
    if (key != nullptr)
        made.key_ =
            std::shared_ptr<void>(key, [](void* owned) { EVP_PKEY_free(static_cast<EVP_PKEY*>(owned)); });
    return made;
}

EVP_PKEY* PrivateKey::Access::get(const PrivateKey& key) { return static_cast<EVP_PKEY*>(key.key_.get()); }

std::int64_t seconds_of(const ASN1_TIME* time) {
    std::tm parts{};
    if (time == nullptr || ASN1_TIME_to_tm(time, &parts) != 1)
        return std::numeric_limits<std::int64_t>::min();
    return timegm(&parts);
}

// ---- Trust

struct Trust::Impl {
    Openssl<X509_STORE> store{X509_STORE_new()};
    bool empty = true;
    std::vector<Openssl<X509_NAME>> crl_issuers;
    std::int64_t crls_valid_until = std::numeric_limits<std::int64_t>::max();
    Digest digest{};

    void mix(ByteView der);
    Result<void> add(X509* certificate);
    Result<void> add(X509_CRL* list);
};

namespace {

Openssl<BIO> reader_of(ByteView bytes) {
    return Openssl<BIO>{BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size()))};
}

bool is_pem(ByteView bytes) { return as_text(bytes).find("-----BEGIN") != std::string_view::npos; }

/// One whole DER object with nothing behind it, else null.
template <typename T>
Openssl<T> from_der(ByteView bytes, T* (*decode)(T**, const unsigned char**, long)) {
    const unsigned char* at = bytes.data();
    Openssl<T> object{decode(nullptr, &at, static_cast<long>(bytes.size()))};
    if (at != bytes.data() + bytes.size()) return nullptr;
    return object;
}

/// Every object of a PEM text. malformed when there is none, or one that cannot be read.
template <typename T>
Result<std::vector<Openssl<T>>> from_pem(ByteView bytes, T* (*decode)(BIO*, T**, pem_password_cb*, void*)) {
    std::vector<Openssl<T>> objects;
    const Openssl<BIO> reader = reader_of(bytes);
    while (T* object = decode(reader.get(), nullptr, nullptr, nullptr)) objects.emplace_back(object);
    // The one error that is none: the text has no further object.
    const unsigned long end = ERR_peek_last_error();
    ERR_clear_error();
    const bool whole = ERR_GET_LIB(end) == ERR_LIB_PEM && ERR_GET_REASON(end) == PEM_R_NO_START_LINE;
    if (!whole || objects.empty()) return Error::malformed;
    return objects;
}

template <typename T>
Result<std::vector<Openssl<T>>> parse(ByteView bytes, T* (*pem)(BIO*, T**, pem_password_cb*, void*),
                                      T* (*der)(T**, const unsigned char**, long)) {
    ERR_clear_error();
    if (is_pem(bytes)) return from_pem(bytes, pem);
    Openssl<T> object = from_der(bytes, der);
    ERR_clear_error();
    if (!object) return Error::malformed;
    std::vector<Openssl<T>> objects;
    objects.push_back(std::move(object));
    return objects;
}

template <typename T>
std::vector<Byte> der_of(T* object, int (*encode)(const T*, unsigned char**)) {
    const int size = encode(object, nullptr);
    std::vector<Byte> bytes(size > 0 ? static_cast<std::size_t>(size) : 0);
    unsigned char* out = bytes.data();
    if (size > 0) encode(object, &out);
    return bytes;
}

} // namespace

void Trust::Impl::mix(ByteView der) {
    std::vector<Byte> text(digest.begin(), digest.end());
    text.insert(text.end(), der.begin(), der.end());
    EVP_Digest(text.data(), text.size(), digest.data(), nullptr, EVP_sha256(), nullptr);
}

Result<void> Trust::Impl::add(X509* certificate) {
    if (X509_STORE_add_cert(store.get(), certificate) != 1) return Error::malformed;
    empty = false;
    mix(der_of<X509>(certificate, i2d_X509));
    return {};
}

Result<void> Trust::Impl::add(X509_CRL* list) {
    Openssl<X509_NAME> issuer{X509_NAME_dup(X509_CRL_get_issuer(list))};
    if (!issuer || X509_STORE_add_crl(store.get(), list) != 1) return Error::malformed;
    crl_issuers.push_back(std::move(issuer));
    if (const ASN1_TIME* next = X509_CRL_get0_nextUpdate(list))
        crls_valid_until = std::min(crls_valid_until, seconds_of(next));
    mix(der_of<X509_CRL>(list, i2d_X509_CRL));
    return {};
}

Trust::Trust() : impl_(std::make_unique<Impl>()) {}
Trust::~Trust() = default;

Result<void> Trust::add_ca(ByteView certificates) {
    auto parsed = parse<X509>(certificates, PEM_read_bio_X509, d2i_X509);
    if (!parsed) return parsed.error();
    for (const auto& certificate : *parsed)
        if (auto added = impl_->add(certificate.get()); !added) return added;
    return {};
}

Result<void> Trust::add_crl(ByteView lists) {
    auto parsed = parse<X509_CRL>(lists, PEM_read_bio_X509_CRL, d2i_X509_CRL);
    if (!parsed) return parsed.error();
    for (const auto& list : *parsed)
        if (auto added = impl_->add(list.get()); !added) return added;
    return {};
}

bool Trust::empty() const { return impl_->empty; }

X509_STORE* Trust::Access::store(const Trust& trust) { return trust.impl_->store.get(); }
bool Trust::Access::has_crls(const Trust& trust) { return !trust.impl_->crl_issuers.empty(); }
const Digest& Trust::Access::digest(const Trust& trust) { return trust.impl_->digest; }

std::int64_t Trust::Access::crls_valid_until(const Trust& trust) { return trust.impl_->crls_valid_until; }

bool Trust::Access::has_crl_of(const Trust& trust, const X509_NAME* issuer) {
    for (const auto& name : trust.impl_->crl_issuers)
        if (X509_NAME_cmp(name.get(), issuer) == 0) return true;
    return false;
}

} // namespace nwp::net
