// SPDX-License-Identifier: Apache-2.0
// Vault::tls_credentials: from stored values to what a handshake uses.
#include "base/text.h"
#include "nwpd/net/openssl.h"
#include "nwpd/vault/credential_value.h"
#include "nwpd/vault/openssl_pointers.h"
#include "nwpd/vault/vault.h"
#include "nwpd/vault/vault_impl.h"

#include <algorithm>
#include <array>
#include <openssl/err.h>
#include <openssl/sha.h>

namespace nwp::vault {
namespace {

/// Everything under one tag, read and checked against each other, not yet given to anybody.
struct TagCredentials {
    std::vector<CertificatePointer> authorities;
    std::vector<RevocationListPointer> revocation_lists;
    std::vector<CertificatePointer> own_chain;
    KeyPointer key;
    std::vector<Byte> psk;
    std::string psk_identity;
    bool broken = false; ///< something under the tag is there and cannot be used

    bool has_identity() const { return !own_chain.empty() && key != nullptr; }
    bool has_psk() const { return !psk.empty() && !psk_identity.empty(); }
    bool usable() const {
        return !broken && (!authorities.empty() || !revocation_lists.empty() || has_identity() || has_psk());
    }
};

template <typename T>
void take(TagCredentials& tag, T& into, Result<T> read) {
    if (read) {
        into = std::move(*read);
    } else {
        tag.broken = true;
    }
}

void read_value(TagCredentials& tag, CredentialType type, const SecretBytes& value) {
    switch (type) {
        case CredentialType::ca_certificate: take(tag, tag.authorities, read_certificates(value)); break;
        case CredentialType::own_certificate: take(tag, tag.own_chain, read_certificates(value)); break;
        case CredentialType::private_key: take(tag, tag.key, read_private_key(value)); break;
        case CredentialType::crl: take(tag, tag.revocation_lists, read_revocation_lists(value)); break;
        case CredentialType::psk: tag.psk.assign(value.begin(), value.end()); break;
        case CredentialType::psk_id: tag.psk_identity = as_text(value); break;
        case CredentialType::none: tag.broken = true; break;
    }
}

bool key_matches(const TagCredentials& tag) {
    const bool matches = X509_check_private_key(tag.own_chain.front().get(), tag.key.get()) == 1;
    ERR_clear_error();
    return matches;
}

Result<void> give(TagCredentials tag, net::Trust& trust, net::TlsCredentials& credentials) {
    for (const auto& certificate : tag.authorities) {
        if (auto added = trust.add_ca(to_der(*certificate)); !added) return added;
    }
    for (const auto& list : tag.revocation_lists) {
        if (auto added = trust.add_crl(to_der(*list)); !added) return added;
    }
    if (tag.has_identity()) {
        net::Identity identity;
        for (const auto& certificate : tag.own_chain) identity.chain_der.push_back(to_der(*certificate));
        identity.key = net::PrivateKey::Access::wrap(tag.key.release());
        credentials.identities.push_back(std::move(identity));
    }
    if (tag.has_psk()) credentials.psks.push_back({std::move(tag.psk_identity), std::move(tag.psk)});
    return {};
}

/// Numbers in a fixed order, made into one that differs when any of them does.
class Fingerprint {
public:
    void add(std::uint64_t number) {
        for (int shift = 56; shift >= 0; shift -= 8) bytes_.push_back(static_cast<Byte>(number >> shift));
    }
    std::uint64_t value() const {
        std::array<Byte, SHA256_DIGEST_LENGTH> digest{};
        SHA256(bytes_.data(), bytes_.size(), digest.data());
        std::uint64_t number = 0;
        for (int i = 0; i < 8; ++i) number = number << 8 | digest[static_cast<std::size_t>(i)];
        return number;
    }

private:
    std::vector<Byte> bytes_;
};

auto of_tag(const Catalogue& catalogue, SecTag tag) {
    const auto first = catalogue.credentials.lower_bound({tag, CredentialType::none});
    const auto last = std::find_if(first, catalogue.credentials.end(),
                                   [tag](const auto& entry) { return entry.first.tag != tag; });
    return std::pair(first, last);
}

/// Errors only where the store is damaged; what the values lack is in the result.
Result<TagCredentials> read_tag(const Store& store, SecTag tag) {
    TagCredentials read;
    const auto [first, last] = of_tag(store.catalogue(), tag);
    for (auto entry = first; entry != last; ++entry) {
        auto value = value_of(store, entry->first);
        if (value) {
            read_value(read, entry->first.type, *value);
        } else if (value.error() == Error::not_found) {
            read.broken = true; // the named file is gone
        } else {
            return value.error();
        }
    }
    if (read.has_identity() && !key_matches(read)) read.broken = true;
    return read;
}

} // namespace

Result<net::TlsCredentials> Vault::tls_credentials(const std::vector<SecTag>& tags) const {
    auto now = revision(tags);
    if (!now) return now.error();
    net::TlsCredentials credentials;
    credentials.revision = *now;
    const auto trust = std::make_shared<net::Trust>();
    for (auto tag = tags.begin(); tag != tags.end(); ++tag) {
        if (std::find(tags.begin(), tag, *tag) != tag) continue; // named twice
        auto read = read_tag(*impl_->store, *tag);
        if (!read) return read.error();
        if (!read->usable() || !give(std::move(*read), *trust, credentials))
            credentials.missing.push_back(*tag);
    }
    credentials.trust = trust;
    return credentials;
}

Result<std::uint64_t> Vault::revision(const std::vector<SecTag>& tags) const {
    const auto& catalogue = impl_->store->catalogue();
    Fingerprint fingerprint;
    for (const SecTag tag : tags) {
        fingerprint.add(static_cast<std::uint64_t>(tag));
        fingerprint.add(catalogue.tag_changed(tag));
        const auto [first, last] = of_tag(catalogue, tag);
        for (auto entry = first; entry != last; ++entry) {
            if (entry->second.kind != CredentialKind::file) continue;
            auto name = named_file(*impl_->store, entry->first);
            if (!name) return name.error();
            fingerprint.add(catalogue.file_changed(*name));
        }
    }
    return fingerprint.value();
}

} // namespace nwp::vault
