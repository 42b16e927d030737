// SPDX-License-Identifier: Apache-2.0
#include "nwpd/net/tls_context.h"

#include "nwpd/net/openssl.h"
#include "nwpd/net/tls_callbacks.h"
#include "nwpd/net/tls_digest.h"
#include "nwpd/net/tls_identity.h"
#include "nwpd/net/tls_resumption.h"
#include "nwpd/net/tls_suites.h"
#include "nwpd/net/tls_verify.h"

#include <openssl/err.h>

#include <algorithm>
#include <optional>

namespace nwp::net {
namespace {

/// Reads ahead up to this many bytes: several records for one system call.
constexpr std::size_t kReadBuffer = 64 * std::size_t{1024};
/// A server names so many authorities to its clients at most; a longer list is none, which means any.
constexpr int kMostAuthorities = 64;
constexpr std::int64_t kDay = 24 * 60 * 60;

/// A context and what its callbacks need.
struct Context {
    TlsIdentities identities; // outlives the context that calls it
    Openssl<SSL_CTX> openssl;
};

const SSL_METHOD* method_of(const TlsSettings& settings) {
    const bool serves = settings.role == TlsRole::server;
    if (is_dtls(settings.floor)) return serves ? DTLS_server_method() : DTLS_client_method();
    return serves ? TLS_server_method() : TLS_client_method();
}

void set_modes(SSL_CTX* context) {
    // AUTO_RETRY: "wants to read" then always means that the lower stream is empty; TlsStream counts on it.
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                  SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_AUTO_RETRY);
    SSL_CTX_set_options(context,
                        SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
    SSL_CTX_set_dh_auto(context, 1);
    SSL_CTX_set_read_ahead(context, 1);
    SSL_CTX_set_default_read_buffer_len(context, kReadBuffer);
}

/// Tells clients whose certificates can be verified here, so that they can choose (RFC 8446 4.2.4).
void name_authorities(SSL_CTX* context, const Trust& trust) {
    const Openssl<STACK_OF(X509)> anchors{X509_STORE_get1_all_certs(Trust::Access::store(trust))};
    if (sk_X509_num(anchors.get()) > kMostAuthorities) return;
    for (int i = 0; i < sk_X509_num(anchors.get()); ++i)
        SSL_CTX_add_client_CA(context, sk_X509_value(anchors.get(), i));
}

/// False: OpenSSL does not take them.
bool use_dh_parameters(SSL_CTX* context, ByteView der) {
    const unsigned char* at = der.data();
    Openssl<EVP_PKEY> parameters{d2i_KeyParams(EVP_PKEY_DH, nullptr, &at, static_cast<long>(der.size()))};
    if (!parameters || SSL_CTX_set0_tmp_dh_pkey(context, parameters.get()) != 1) return false;
    static_cast<void>(parameters.release()); // the context's
    return true;
}

std::optional<Rule> configure(Context& made, const TlsSettings& settings, const Digest& key) {
    SSL_CTX* context = made.openssl.get();
    set_modes(context);
    if (const auto refused = set_versions_and_suites(context, settings)) return refused;
    SSL_CTX_set1_cert_store(context, Trust::Access::store(*settings.credentials.trust));
    if (!made.identities.install(context, settings.credentials.identities)) return Rule::no_credential;
    const ByteView dh_parameters = settings.credentials.dh_parameters;
    if (!dh_parameters.empty() && !use_dh_parameters(context, dh_parameters)) return Rule::no_credential;
    if (settings.role == TlsRole::server) name_authorities(context, *settings.credentials.trust);
    install_verification(context);
    install_callbacks(context, settings);
    install_resumption(context, settings, key);
    return std::nullopt;
}

Digest key_of(const TlsSettings& settings, std::int64_t date) {
    FieldDigest digest;
    digest.common(settings);
    if (settings.role == TlsRole::server) {
        digest.text(settings.client);
        digest.number(settings.credentials.revision);
        digest.number(settings.alpn.size());
        for (const std::string& name : settings.alpn) digest.text(name);
        digest.number(static_cast<std::uint64_t>(date / kDay));
    }
    return digest.finish();
}

} // namespace

std::shared_ptr<SSL_CTX> TlsContexts::get(const TlsSettings& settings, RuleSet& failed, std::int64_t date) {
    const Digest key = key_of(settings, date);
    const auto found =
        std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) { return entry.key == key; });
    if (found != entries_.end()) {
        entries_.splice(entries_.begin(), entries_, found);
        return found->context;
    }

    ERR_clear_error();
    const auto made = std::make_shared<Context>();
    made->openssl.reset(SSL_CTX_new(method_of(settings)));
    const auto refused = made->openssl ? configure(*made, settings, key) : std::optional{Rule::other};
    ERR_clear_error();
    if (refused) {
        failed.add(*refused);
        return nullptr;
    }
    entries_.push_front({key, {made, made->openssl.get()}});
    if (entries_.size() > room_) entries_.pop_back();
    return entries_.front().context;
}

std::vector<std::int32_t> TlsContexts::available_suites(TlsSettings settings) {
    if (settings.credentials.trust == nullptr) settings.credentials.trust = std::make_shared<Trust>();
    std::vector<std::int32_t> numbers;
    RuleSet ignored;
    const auto context = get(settings, ignored);
    const Openssl<SSL> ssl{context ? SSL_new(context.get()) : nullptr};
    if (!ssl) return numbers;
    STACK_OF(SSL_CIPHER)* ciphers = SSL_get1_supported_ciphers(ssl.get());
    for (int i = 0; i < sk_SSL_CIPHER_num(ciphers); ++i)
        numbers.push_back(SSL_CIPHER_get_protocol_id(sk_SSL_CIPHER_value(ciphers, i)));
    sk_SSL_CIPHER_free(ciphers);
    return numbers;
}

} // namespace nwp::net
