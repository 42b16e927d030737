// SPDX-License-Identifier: Apache-2.0
#include "nwpd/net/dtls_cookies.h"

#include "nwpd/net/dtls_handshake.h"

#include <openssl/crypto.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <chrono>
#include <stdexcept>

namespace nwp::net {
namespace {

template <typename Number>
Byte* put(Byte* at, Number value) {
    for (unsigned i = 0; i < sizeof value; ++i) *at++ = static_cast<Byte>(value >> (8 * i));
    return at;
}

int give_cookie(SSL* ssl, unsigned char* cookie, unsigned* size) {
    const DtlsHandshake* handshake = dtls_handshake_of(ssl);
    if (handshake == nullptr || handshake->cookies == nullptr) return 0;
    const Digest made = handshake->cookies->make(handshake->peer, DtlsCookies::minute_now());
    *size = static_cast<unsigned>(copy_bytes({cookie, DTLS1_COOKIE_LENGTH}, made));
    return 1;
}

int check_cookie(SSL* ssl, const unsigned char* cookie, unsigned size) {
    const DtlsHandshake* handshake = dtls_handshake_of(ssl);
    if (handshake == nullptr || handshake->cookies == nullptr) return 0;
    return handshake->cookies->holds({cookie, size}, handshake->peer, DtlsCookies::minute_now()) ? 1 : 0;
}

} // namespace

DtlsCookies::DtlsCookies() {
    if (RAND_bytes(key_.data(), static_cast<int>(key_.size())) != 1)
        throw std::runtime_error("no random bytes for DTLS cookies");
}

DtlsCookies::~DtlsCookies() { OPENSSL_cleanse(key_.data(), key_.size()); }

Digest DtlsCookies::make(const Address& peer, std::int64_t minute) const {
    Byte text[sizeof peer.ip + 16];
    Byte* at = text + copy_bytes(text, {peer.ip, sizeof peer.ip});
    at = put(at, static_cast<std::uint64_t>(minute));
    at = put(at, peer.scope);
    at = put(at, peer.port);
    at = put(at, static_cast<std::uint8_t>(peer.family));
    Digest cookie{};
    HMAC(EVP_sha256(), key_.data(), static_cast<int>(key_.size()), text, static_cast<std::size_t>(at - text),
         cookie.data(), nullptr);
    return cookie;
}

bool DtlsCookies::holds(ByteView cookie, const Address& peer, std::int64_t minute) const {
    const bool of_this = equal_in_constant_time(cookie, make(peer, minute));
    const bool of_last = equal_in_constant_time(cookie, make(peer, minute - 1));
    return of_this || of_last;
}

std::int64_t DtlsCookies::minute_now() {
    const auto since = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::minutes>(since).count();
}

void DtlsCookies::install(SSL_CTX* context) {
    SSL_CTX_set_cookie_generate_cb(context, give_cookie);
    SSL_CTX_set_cookie_verify_cb(context, check_cookie);
}

} // namespace nwp::net
