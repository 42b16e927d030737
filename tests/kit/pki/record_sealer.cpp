// SPDX-License-Identifier: Apache-2.0
#include "tests/kit/pki/record_sealer.h"

#include "base/expect.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/ssl.h>

#include <array>
#include <memory>

namespace nwp::kit {
namespace {

constexpr std::size_t kKey = 16;
constexpr std::size_t kTag = 16;

struct Free {
    void operator()(EVP_KDF* object) const { EVP_KDF_free(object); }
    void operator()(EVP_KDF_CTX* object) const { EVP_KDF_CTX_free(object); }
    void operator()(EVP_CIPHER_CTX* object) const { EVP_CIPHER_CTX_free(object); }
};

std::vector<Byte> derive(const char* name, const OSSL_PARAM* parameters, std::size_t size) {
    const std::unique_ptr<EVP_KDF, Free> method{EVP_KDF_fetch(nullptr, name, nullptr)};
    const std::unique_ptr<EVP_KDF_CTX, Free> context{EVP_KDF_CTX_new(method.get())};
    std::vector<Byte> out(size);
    NWP_EXPECT(EVP_KDF_derive(context.get(), out.data(), size, parameters) == 1);
    return out;
}

OSSL_PARAM octets(const char* name, std::vector<Byte>& bytes) {
    return OSSL_PARAM_construct_octet_string(name, bytes.data(), bytes.size());
}

OSSL_PARAM text(const char* name, std::string& value) {
    return OSSL_PARAM_construct_utf8_string(name, value.data(), 0);
}

/// RFC 8446 7.1, with an empty context.
std::vector<Byte> expand_label(std::vector<Byte> secret, std::string_view label, std::size_t size) {
    const std::string name = "tls13 " + std::string{label};
    std::vector<Byte> info{0, static_cast<Byte>(size), static_cast<Byte>(name.size())};
    info.insert(info.end(), name.begin(), name.end());
    info.push_back(0);
    std::string digest = "SHA256";
    int mode = EVP_KDF_HKDF_MODE_EXPAND_ONLY;
    const OSSL_PARAM parameters[] = {
        text(OSSL_KDF_PARAM_DIGEST, digest), OSSL_PARAM_construct_int(OSSL_KDF_PARAM_MODE, &mode),
        octets(OSSL_KDF_PARAM_KEY, secret), octets(OSSL_KDF_PARAM_INFO, info), OSSL_PARAM_construct_end()};
    return derive("HKDF", parameters, size);
}

void free_line(void*, void* line, CRYPTO_EX_DATA*, int, long, void*) {
    delete static_cast<std::string*>(line);
}

int index_of_secret() {
    static const int index = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, free_line);
    return index;
}

void keep_secret(const SSL* ssl, const char* line) {
    const std::string_view text{line};
    if (text.substr(0, 24) != "SERVER_TRAFFIC_SECRET_0 ") return;
    SSL_set_ex_data(const_cast<SSL*>(ssl), index_of_secret(),
                    new std::string{text.substr(text.rfind(' ') + 1)});
}

std::vector<Byte> from_hex(std::string_view digits) {
    std::vector<Byte> bytes;
    for (std::size_t i = 0; i + 1 < digits.size(); i += 2)
        bytes.push_back(static_cast<Byte>(std::stoi(std::string{digits.substr(i, 2)}, nullptr, 16)));
    return bytes;
}

} // namespace

void RecordSealer::prepare(SSL_CTX* context) { SSL_CTX_set_keylog_callback(context, keep_secret); }

RecordSealer::RecordSealer(SSL* ssl) : is_13_(SSL_version(ssl) == TLS1_3_VERSION), number_(is_13_ ? 0 : 1) {
    if (is_13_)
        derive_13(ssl);
    else
        derive_12(ssl); // the server's Finished was record 0
}

void RecordSealer::derive_13(SSL* ssl) {
    const auto* line = static_cast<const std::string*>(SSL_get_ex_data(ssl, index_of_secret()));
    NWP_EXPECT(line != nullptr);
    const std::vector<Byte> secret = from_hex(*line);
    key_ = expand_label(secret, "key", kKey);
    fixed_ = expand_label(secret, "iv", 12);
}

/// RFC 5246 6.3: client key, server key, client salt, server salt (AEAD has no MAC keys).
void RecordSealer::derive_12(SSL* ssl) {
    std::vector<Byte> master(48);
    SSL_SESSION_get_master_key(SSL_get_session(ssl), master.data(), master.size());
    std::vector<Byte> seed{'k', 'e', 'y', ' ', 'e', 'x', 'p', 'a', 'n', 's', 'i', 'o', 'n'};
    std::array<Byte, 32> random{};
    SSL_get_server_random(ssl, random.data(), random.size());
    seed.insert(seed.end(), random.begin(), random.end());
    SSL_get_client_random(ssl, random.data(), random.size());
    seed.insert(seed.end(), random.begin(), random.end());
    std::string digest = "SHA256";
    const OSSL_PARAM parameters[] = {text(OSSL_KDF_PARAM_DIGEST, digest),
                                     octets(OSSL_KDF_PARAM_SECRET, master), octets(OSSL_KDF_PARAM_SEED, seed),
                                     OSSL_PARAM_construct_end()};
    const std::vector<Byte> block = derive("TLS1-PRF", parameters, 2 * kKey + 8);
    key_.assign(block.begin() + kKey, block.begin() + 2 * kKey);
    fixed_.assign(block.begin() + 2 * kKey + 4, block.end());
}

std::string RecordSealer::close_notify() { return seal(21, std::string_view{"\x01\x00", 2}); }

std::string RecordSealer::seal(Byte type, std::string_view bytes) {
    std::string plain{bytes};
    if (is_13_) plain += static_cast<char>(type); // RFC 8446 5.2: the type goes inside
    std::array<Byte, 8> count{};
    for (std::size_t i = 0; i < 8; ++i) count[i] = static_cast<Byte>(number_ >> (8 * (7 - i)));
    ++number_;

    std::vector<Byte> nonce = fixed_;
    if (is_13_)
        for (std::size_t i = 0; i < 8; ++i) nonce[4 + i] = static_cast<Byte>(nonce[4 + i] ^ count[i]);
    else
        nonce.insert(nonce.end(), count.begin(), count.end()); // RFC 5288 3: the explicit part is our choice
    const std::size_t body = plain.size() + kTag + (is_13_ ? 0 : 8);
    const Byte outer = is_13_ ? 23 : type;
    const std::string header{static_cast<char>(outer), 3, 3, static_cast<char>(body >> 8),
                             static_cast<char>(body)};
    // Authenticated beside the text: TLS 1.3 the header, TLS 1.2 count, type, version, length of the text.
    std::string beside = header;
    if (!is_13_) {
        beside.assign(count.begin(), count.end());
        beside += {static_cast<char>(type), 3, 3, static_cast<char>(plain.size() >> 8),
                   static_cast<char>(plain.size())};
    }

    const std::unique_ptr<EVP_CIPHER_CTX, Free> cipher{EVP_CIPHER_CTX_new()};
    std::string sealed(plain.size() + kTag, '\0');
    auto* out = reinterpret_cast<Byte*>(sealed.data());
    int size = 0;
    EVP_EncryptInit_ex(cipher.get(), EVP_aes_128_gcm(), nullptr, key_.data(), nonce.data());
    EVP_EncryptUpdate(cipher.get(), nullptr, &size, reinterpret_cast<const Byte*>(beside.data()),
                      static_cast<int>(beside.size()));
    if (!plain.empty())
        EVP_EncryptUpdate(cipher.get(), out, &size, reinterpret_cast<const Byte*>(plain.data()),
                          static_cast<int>(plain.size()));
    EVP_EncryptFinal_ex(cipher.get(), out + plain.size(), &size);
    NWP_EXPECT(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, kTag, out + plain.size()) == 1);
    return header + (is_13_ ? "" : std::string(count.begin(), count.end())) + sealed;
}

} // namespace nwp::kit
