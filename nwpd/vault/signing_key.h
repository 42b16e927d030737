// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/bytes.h"
#include "base/result.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace nwp::vault {

/// What a signature covers.
enum class SignatureOf : std::uint8_t {
    sha1_of_message, ///< ECDSA over the SHA-1 of it (FIPS 186-4 6); for peers that ask for that
    digest,          ///< ECDSA over the 20 to 64 bytes themselves
};

/// A key on P-256 that signs and verifies and never shows itself. Copies share the key; any thread.
class SigningKey {
public:
    SigningKey() = default; ///< no key: to be assigned to, nothing else

    /// A new one. `secret`, if given, gets it as PKCS#8, DER, to be sealed at once: who asks for it wipes it.
    ///   no_memory   OpenSSL or its random generator gave up
    static Result<SigningKey> make(std::vector<Byte>* secret = nullptr);
    /// PKCS#8 or SEC 1, DER or PEM.
    ///   malformed                 no private key
    ///   operation_not_supported   none on P-256
    static Result<SigningKey> read(ByteView bytes);

    /// SubjectPublicKeyInfo (RFC 5480), DER.
    std::vector<Byte> public_key() const;
    /// ECDSA-Sig-Value (RFC 3279 2.2.3), DER, at most 72 bytes.
    ///   invalid_argument   no digest of that length
    Result<std::vector<Byte>> sign(SignatureOf what, ByteView bytes) const;
    bool verifies(SignatureOf what, ByteView bytes, ByteView signature) const;

private:
    struct Key;
    explicit SigningKey(std::shared_ptr<const Key> key) : key_(std::move(key)) {}
    std::shared_ptr<const Key> key_;
};

} // namespace nwp::vault
