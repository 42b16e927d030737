// SPDX-License-Identifier: Apache-2.0
// Vault::tls_credentials_of: from the names of stored files to what a handshake uses.
#include "nwpd/vault/tls_files.h"

#include "nwpd/net/openssl.h"
#include "nwpd/vault/credential_value.h"
#include "nwpd/vault/openssl_pointers.h"
#include "nwpd/vault/vault.h"
#include "nwpd/vault/vault_impl.h"

#include <openssl/dh.h>
#include <openssl/err.h>
#include <openssl/pem.h>

namespace nwp::vault {
namespace {

constexpr int kLeastDhBits = 2048; // as OpenSSL's security level 2 has it

using Problem = TlsFileCredentials::Problem;

/// Reads one file after the other until one does not hold.
class Reader {
public:
    explicit Reader(const Store& store) : store_(store) {}

    /// Calls use(bytes), which says whether they are good for that, unless no file is named.
    ///   Any error is the store's own.
    template <typename Use>
    Result<void> read(TlsFile file, const std::string& name, Use use) {
        if (name.empty() || problem_) return {};
        auto bytes = store_.file(name);
        if (!bytes && bytes.error() != Error::not_found) return bytes.error();
        const bool good = bytes && use(ByteView{*bytes});
        if (!good) problem_ = Problem{file, !bytes};
        ERR_clear_error();
        return {};
    }
    void refuse(TlsFile file, bool missing) {
        if (!problem_) problem_ = Problem{file, missing};
    }
    const std::optional<Problem>& problem() const { return problem_; }

private:
    const Store& store_;
    std::optional<Problem> problem_;
};

bool add_authorities(net::Trust& trust, ByteView value) {
    const auto certificates = read_certificates(value);
    if (!certificates) return false;
    for (const auto& certificate : *certificates)
        if (!trust.add_ca(to_der(*certificate))) return false;
    const auto lists = read_revocation_lists(value);
    if (!lists) return true; // there need not be any
    for (const auto& list : *lists)
        if (!trust.add_crl(to_der(*list))) return false;
    return true;
}

bool read_chain(net::Identity& identity, ByteView value) {
    const auto chain = read_certificates(value);
    if (!chain) return false;
    for (const auto& certificate : *chain) identity.chain_der.push_back(to_der(*certificate));
    return true;
}

bool belongs_to(EVP_PKEY* key, const std::vector<Byte>& certificate_der) {
    const Byte* at = certificate_der.data();
    const CertificatePointer certificate{d2i_X509(nullptr, &at, static_cast<long>(certificate_der.size()))};
    return certificate && X509_check_private_key(certificate.get(), key) == 1;
}

/// DER or PEM to DER; empty: no parameters, or too weak ones.
std::vector<Byte> dh_parameters(ByteView value) {
    const BioPointer in{BIO_new_mem_buf(value.data(), static_cast<int>(value.size()))};
    KeyPointer parameters{PEM_read_bio_Parameters(in.get(), nullptr)};
    const Byte* at = value.data();
    if (!parameters)
        parameters.reset(d2i_KeyParams(EVP_PKEY_DH, nullptr, &at, static_cast<long>(value.size())));
    if (!parameters || EVP_PKEY_is_a(parameters.get(), "DH") != 1 ||
        EVP_PKEY_get_bits(parameters.get()) < kLeastDhBits)
        return {};
    Byte* der = nullptr;
    const int size = i2d_KeyParams(parameters.get(), &der);
    if (size <= 0) return {};
    std::vector<Byte> bytes{der, der + size};
    OPENSSL_free(der);
    return bytes;
}

} // namespace

Result<TlsFileCredentials> Vault::tls_credentials_of(const TlsFiles& files) const {
    const Store& store = *impl_->store;
    const auto trust = std::make_shared<net::Trust>();
    TlsFileCredentials found;
    net::TlsCredentials& credentials = found.credentials;
    net::Identity identity;
    Reader reader{store};

    Result<void> read =
        reader.read(TlsFile::ca, files.ca, [&](ByteView value) { return add_authorities(*trust, value); });
    if (!read) return read.error();
    read = reader.read(TlsFile::certificate, files.certificate,
                       [&](ByteView value) { return read_chain(identity, value); });
    if (!read) return read.error();
    if (files.key.empty() && !files.certificate.empty()) reader.refuse(TlsFile::key, true);
    read = reader.read(TlsFile::key, files.key, [&](ByteView value) {
        auto key = read_private_key(value);
        if (!key || identity.chain_der.empty() || !belongs_to(key->get(), identity.chain_der.front()))
            return false;
        identity.key = net::PrivateKey::Access::wrap(key->release());
        return true;
    });
    if (!read) return read.error();
    read = reader.read(TlsFile::dh_parameters, files.dh_parameters, [&](ByteView value) {
        credentials.dh_parameters = dh_parameters(value);
        return !credentials.dh_parameters.empty();
    });
    if (!read) return read.error();
    read = reader.read(TlsFile::peer_certificate, files.peer_certificate, [&](ByteView value) {
        const auto certificates = read_certificates(value);
        if (certificates) found.peer_certificate = to_der(*certificates->front());
        return certificates.ok();
    });
    if (!read) return read.error();

    if (reader.problem()) return TlsFileCredentials{reader.problem(), {}, {}};
    if (identity.key) credentials.identities.push_back(std::move(identity));
    credentials.trust = trust;
    for (const std::string* name : {&files.ca, &files.certificate, &files.key, &files.dh_parameters})
        credentials.revision = credentials.revision * 31 + store.catalogue().file_changed(*name);
    return found;
}

} // namespace nwp::vault
