// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/text.h"
#include "nwpd/net/openssl.h"
#include "nwpd/net/tls_settings.h"

#include <string>

namespace nwp::net {

/// SHA-256 over fields so that no two lists of fields look alike: each goes in with its length before it.
class FieldDigest {
public:
    FieldDigest() { EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr); }
    void number(std::uint64_t value) { EVP_DigestUpdate(context_.get(), &value, sizeof value); }
    void field(ByteView bytes) {
        number(bytes.size());
        EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size());
    }
    void text(const std::string& text) { field(as_bytes(text)); }
    /// What distinguishes two contexts: everything of the settings but names.
    void common(const TlsSettings& settings);
    Digest finish();

private:
    void identity(const Identity& identity);

    Openssl<EVP_MD_CTX> context_{EVP_MD_CTX_new()};
};

} // namespace nwp::net
