// SPDX-License-Identifier: Apache-2.0
#include "nwpd/net/tls_callbacks.h"

#include "base/text.h"
#include "nwpd/net/tls_handshake.h"

#include <algorithm>
#include <optional>
#include <string_view>

namespace nwp::net {
namespace {

/// PSK_MAX_PSK_LEN and PSK_MAX_IDENTITY_LEN are at least this.
constexpr std::size_t kLongestPsk = 255;

unsigned offer_psk(SSL* ssl, const char*, char* identity, unsigned identity_room, unsigned char* key,
                   unsigned key_room) {
    const Handshake* handshake = handshake_of(ssl);
    if (handshake == nullptr || handshake->settings.credentials.psks.empty()) return 0;
    const Psk& psk = handshake->settings.credentials.psks.front();
    if (psk.identity.size() >= identity_room || psk.key.size() > key_room) return 0;
    std::copy(psk.identity.begin(), psk.identity.end(), identity);
    identity[psk.identity.size()] = '\0';
    std::copy(psk.key.begin(), psk.key.end(), key);
    return static_cast<unsigned>(psk.key.size());
}

unsigned find_psk(SSL* ssl, const char* identity, unsigned char* key, unsigned room) {
    const Handshake* handshake = handshake_of(ssl);
    if (handshake == nullptr || identity == nullptr) return 0;
    for (const Psk& psk : handshake->settings.credentials.psks) {
        if (psk.identity != identity || psk.key.size() > room) continue;
        std::copy(psk.key.begin(), psk.key.end(), key);
        return static_cast<unsigned>(psk.key.size());
    }
    return 0;
}

/// By the server's order (RFC 7301 3.2).
int select_alpn(SSL* ssl, const unsigned char** selected, unsigned char* size, const unsigned char* offered,
                unsigned offered_size, void*) {
    const Handshake* handshake = handshake_of(ssl);
    if (handshake == nullptr || handshake->settings.alpn.empty()) return SSL_TLSEXT_ERR_NOACK;
    for (const std::string& wanted : handshake->settings.alpn) {
        ByteView rest{offered, offered_size};
        while (!rest.empty()) {
            const ByteView name = rest.sub(1, rest[0]);
            rest = rest.from(1 + name.size());
            if (as_text(name) != wanted) continue;
            *selected = name.data();
            *size = static_cast<unsigned char>(name.size());
            return SSL_TLSEXT_ERR_OK;
        }
    }
    return SSL_TLSEXT_ERR_ALERT_FATAL;
}

std::size_t length_at(ByteView bytes, std::size_t at) {
    return static_cast<std::size_t>(bytes[at] << 8 | bytes[at + 1]);
}

/// RFC 6066 3: a list of names, each a kind and a text; there is one kind, and one name of each.
std::string name_in(ByteView list) {
    if (list.size() < 5 || length_at(list, 0) != list.size() - 2 || list[2] != TLSEXT_NAMETYPE_host_name)
        return {};
    const ByteView name = list.sub(5, length_at(list, 3));
    return name.size() == length_at(list, 3) ? std::string{as_text(name)} : std::string{};
}

/// Before anything else is decided, so that tickets and certificates can depend on it.
int note_server_name(SSL* ssl, int*, void*) {
    const unsigned char* bytes = nullptr;
    std::size_t size = 0;
    Handshake* handshake = handshake_of(ssl);
    if (handshake != nullptr && SSL_client_hello_get0_ext(ssl, TLSEXT_TYPE_server_name, &bytes, &size) == 1)
        handshake->server_name = name_in({bytes, size});
    return SSL_CLIENT_HELLO_SUCCESS;
}

} // namespace

void install_callbacks(SSL_CTX* context, const TlsSettings& settings) {
    const bool has_psk = !settings.credentials.psks.empty();
    if (settings.role == TlsRole::client) {
        if (has_psk) SSL_CTX_set_psk_client_callback(context, offer_psk);
        return;
    }
    if (has_psk) SSL_CTX_set_psk_server_callback(context, find_psk);
    SSL_CTX_set_alpn_select_cb(context, select_alpn, nullptr);
    SSL_CTX_set_client_hello_cb(context, note_server_name, nullptr);
}

bool offer_alpn(SSL* ssl, const std::vector<std::string>& names) {
    if (names.empty()) return true;
    std::vector<unsigned char> wire;
    for (const std::string& name : names) {
        if (name.empty() || name.size() > 255) return false;
        wire.push_back(static_cast<unsigned char>(name.size()));
        wire.insert(wire.end(), name.begin(), name.end());
    }
    // 0 is success here.
    return SSL_set_alpn_protos(ssl, wire.data(), static_cast<unsigned>(wire.size())) == 0;
}

std::string selected_alpn(const SSL* ssl) {
    const unsigned char* name = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(ssl, &name, &size);
    return size == 0 ? std::string{} : std::string{reinterpret_cast<const char*>(name), size};
}

bool is_usable(const Psk& psk) {
    return psk.identity.find('\0') == std::string::npos && psk.identity.size() <= kLongestPsk &&
           !psk.key.empty() && psk.key.size() <= kLongestPsk;
}

bool used_psk(const SSL* ssl, const TlsSettings& settings) {
    if (settings.credentials.psks.empty()) return false;
    const SSL_CIPHER* cipher = SSL_get_current_cipher(ssl);
    const bool by_cipher = cipher != nullptr && SSL_CIPHER_get_auth_nid(cipher) == NID_auth_psk;
    // In TLS 1.3 it reads as a resumed session; with a pre-shared key there are no others (tls_setup.cpp).
    return by_cipher || SSL_session_reused(ssl) == 1;
}

} // namespace nwp::net
