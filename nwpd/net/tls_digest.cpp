// SPDX-License-Identifier: Apache-2.0
#include "nwpd/net/tls_digest.h"

namespace nwp::net {

void FieldDigest::identity(const Identity& identity) {
    number(identity.chain_der.size());
    for (const auto& certificate : identity.chain_der) field(certificate);
    unsigned char* public_key = nullptr;
    EVP_PKEY* key = PrivateKey::Access::get(identity.key);
    const int size = key != nullptr ? i2d_PUBKEY(key, &public_key) : 0;
    field({public_key, size > 0 ? static_cast<std::size_t>(size) : 0});
    OPENSSL_free(public_key);
}

void FieldDigest::common(const TlsSettings& settings) {
    number(static_cast<std::uint64_t>(settings.role));
    number(static_cast<std::uint64_t>(settings.floor));
    number(static_cast<std::uint64_t>(settings.ceiling));
    number(settings.session_cache ? 1 : 0);
    number(static_cast<std::uint64_t>(effective_verify(settings)));
    number(settings.cipher_suites.size());
    for (const std::int32_t suite : settings.cipher_suites) number(static_cast<std::uint64_t>(suite));
    number(static_cast<std::uint64_t>(settings.clock_offset));
    const TlsCredentials& credentials = settings.credentials;
    number(credentials.psks.empty() ? 0 : 1); // the keys themselves hang on the SSL object
    field(Trust::Access::digest(*credentials.trust));
    field(credentials.dh_parameters);
    number(credentials.identities.size());
    for (const Identity& each : credentials.identities) identity(each);
}

Digest FieldDigest::finish() {
    Digest digest{};
    EVP_DigestFinal_ex(context_.get(), digest.data(), nullptr);
    return digest;
}

} // namespace nwp::net
