// SPDX-License-Identifier: Apache-2.0
#include "nwpd/vault/signing_key.h"

#include "nwpd/vault/credential_value.h"
#include "nwpd/vault/keys.h"
#include "nwpd/vault/openssl_pointers.h"

#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/sha.h>

#include <array>
#include <cstring>
#include <utility>

namespace nwp::vault {

struct SigningKey::Key {
    KeyPointer pointer;
};

namespace {

using KeyContext = std::unique_ptr<EVP_PKEY_CTX, FreeWith<EVP_PKEY_CTX_free>>;

constexpr std::size_t kShortestDigest = SHA_DIGEST_LENGTH;
constexpr std::size_t kLongestDigest = SHA512_DIGEST_LENGTH;

bool is_on_p256(const EVP_PKEY& key) {
    std::array<char, 32> group{};
    std::size_t size = 0;
    return EVP_PKEY_is_a(&key, "EC") == 1 &&
           EVP_PKEY_get_group_name(&key, group.data(), group.size(), &size) == 1 &&
           std::strcmp(group.data(), "prime256v1") == 0;
}

/// What ECDSA is done over; empty: there is no such digest.
std::vector<Byte> digest_of(SignatureOf what, ByteView bytes) {
    if (what == SignatureOf::sha1_of_message) {
        std::vector<Byte> digest(SHA_DIGEST_LENGTH);
        EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, EVP_sha1(), nullptr);
        return digest;
    }
    if (bytes.size() < kShortestDigest || bytes.size() > kLongestDigest) return {};
    return {bytes.begin(), bytes.end()};
}

} // namespace

Result<SigningKey> SigningKey::make(std::vector<Byte>* secret) {
    const auto made = make_p256_key();
    if (!made) return made.error();
    if (secret != nullptr) secret->assign(made->begin(), made->end());
    return read(*made);
}

Result<SigningKey> SigningKey::read(ByteView bytes) {
    auto read = read_private_key(bytes);
    if (!read) return Error::malformed;
    if (!is_on_p256(**read)) return Error::operation_not_supported;
    auto key = std::make_shared<Key>();
    key->pointer = std::move(*read);
    return SigningKey{std::move(key)};
}

std::vector<Byte> SigningKey::public_key() const {
    const int size = i2d_PUBKEY(key_->pointer.get(), nullptr);
    std::vector<Byte> der(size > 0 ? static_cast<std::size_t>(size) : 0);
    unsigned char* position = der.data();
    if (size > 0) i2d_PUBKEY(key_->pointer.get(), &position);
    return der;
}

Result<std::vector<Byte>> SigningKey::sign(SignatureOf what, ByteView bytes) const {
    const std::vector<Byte> digest = digest_of(what, bytes);
    if (digest.empty()) return Error::invalid_argument;
    const KeyContext context(EVP_PKEY_CTX_new(key_->pointer.get(), nullptr));
    std::size_t size = 0;
    if (!context || EVP_PKEY_sign_init(context.get()) != 1 ||
        EVP_PKEY_sign(context.get(), nullptr, &size, digest.data(), digest.size()) != 1) {
        ERR_clear_error();
        return Error::no_memory;
    }
    std::vector<Byte> signature(size);
    const int done = EVP_PKEY_sign(context.get(), signature.data(), &size, digest.data(), digest.size());
    ERR_clear_error();
    if (done != 1) return Error::no_memory;
    signature.resize(size);
    return signature;
}

bool SigningKey::verifies(SignatureOf what, ByteView bytes, ByteView signature) const {
    const std::vector<Byte> digest = digest_of(what, bytes);
    if (digest.empty()) return false;
    const KeyContext context(EVP_PKEY_CTX_new(key_->pointer.get(), nullptr));
    const bool holds =
        context && EVP_PKEY_verify_init(context.get()) == 1 &&
        EVP_PKEY_verify(context.get(), signature.data(), signature.size(), digest.data(), digest.size()) == 1;
    ERR_clear_error();
    return holds;
}

} // namespace nwp::vault
