// SPDX-License-Identifier: Apache-2.0
#include "nwpd/vault/seal.h"

#include "base/text.h"
#include "nwpd/vault/openssl_pointers.h"

#include <climits>
#include <openssl/rand.h>

namespace nwp::vault {
namespace {

constexpr Byte kVersion = 1;
constexpr std::size_t kNonceSize = 12; // SP 800-38D 8.2.2: 96 random bits, at most 2^32 seals under one key
constexpr std::size_t kTagSize = 16;

bool fits_int(std::size_t size) { return size <= static_cast<std::size_t>(INT_MAX); }

} // namespace

Result<void> fill_random(Bytes into) {
    if (RAND_priv_bytes(into.data(), static_cast<int>(into.size())) != 1) return Error::no_memory;
    return {};
}

Result<std::vector<Byte>> seal(const SealKey& key, std::string_view context, ByteView plain) {
    if (!fits_int(plain.size()) || !fits_int(context.size())) return Error::too_big;
    std::vector<Byte> sealed(kSealOverhead + plain.size());
    sealed[0] = kVersion;
    Byte* const nonce = sealed.data() + 1;
    Byte* const body = nonce + kNonceSize;
    if (auto filled = fill_random({nonce, kNonceSize}); !filled) return filled.error();

    const CipherContextPointer cipher(EVP_CIPHER_CTX_new());
    const ByteView aad = as_bytes(context);
    int written = 0;
    int rest = 0;
    const bool done =
        cipher &&
        EVP_EncryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, key.view().data(), nonce) == 1 &&
        EVP_EncryptUpdate(cipher.get(), nullptr, &written, &kVersion, 1) == 1 &&
        EVP_EncryptUpdate(cipher.get(), nullptr, &written, aad.data(), static_cast<int>(aad.size())) == 1 &&
        EVP_EncryptUpdate(cipher.get(), body, &written, plain.data(), static_cast<int>(plain.size())) == 1 &&
        EVP_EncryptFinal_ex(cipher.get(), body + plain.size(), &rest) == 1 &&
        EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, kTagSize, body + plain.size()) == 1;
    if (!done) return Error::no_memory;
    return sealed;
}

Result<SecretBytes> unseal(const SealKey& key, std::string_view context, ByteView sealed) {
    if (sealed.size() < kSealOverhead || sealed[0] != kVersion) return Error::malformed;
    if (!fits_int(sealed.size()) || !fits_int(context.size())) return Error::malformed;
    const ByteView nonce = sealed.sub(1, kNonceSize);
    const ByteView body = sealed.sub(1 + kNonceSize, sealed.size() - kSealOverhead);
    std::array<Byte, kTagSize> tag{};
    copy_bytes(tag, sealed.from(sealed.size() - kTagSize));

    SecretBytes plain(body.size());
    const CipherContextPointer cipher(EVP_CIPHER_CTX_new());
    if (!cipher) return Error::no_memory;
    const ByteView aad = as_bytes(context);
    int written = 0;
    int rest = 0;
    std::array<Byte, 16> nothing{};
    const bool genuine =
        EVP_DecryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, key.view().data(), nonce.data()) == 1 &&
        EVP_DecryptUpdate(cipher.get(), nullptr, &written, &kVersion, 1) == 1 &&
        EVP_DecryptUpdate(cipher.get(), nullptr, &written, aad.data(), static_cast<int>(aad.size())) == 1 &&
        EVP_DecryptUpdate(cipher.get(), plain.data(), &written, body.data(), static_cast<int>(body.size())) ==
            1 &&
        EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, kTagSize, tag.data()) == 1 &&
        EVP_DecryptFinal_ex(cipher.get(), nothing.data(), &rest) == 1;
    if (!genuine) return Error::malformed;
    return plain;
}

} // namespace nwp::vault
