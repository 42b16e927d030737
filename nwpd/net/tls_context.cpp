// SPDX-License-Identifier: Apache-2.0
#include "nwpd/net/tls_context.h"

#include "base/text.h"
#include "nwpd/net/openssl.h"
#include "nwpd/net/tls_verify.h"

#include <openssl/err.h>

#include <algorithm>
#include <optional>
#include <string>

namespace nwp::net {
namespace {

/// Forward secrecy and AEAD only.
constexpr const char* kSuites13 =
    "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256";
constexpr const char* kSuites12 = "ECDHE+AESGCM:ECDHE+CHACHA20:DHE+AESGCM:DHE+CHACHA20:!PSK:!aNULL";
/// With a pre-shared key under the tags.
constexpr const char* kSuitesPsk =
    "ECDHE+AESGCM:ECDHE+CHACHA20:DHE+AESGCM:DHE+CHACHA20:ECDHE-PSK-CHACHA20-POLY1305:"
    "DHE-PSK-AES128-GCM-SHA256:DHE-PSK-AES256-GCM-SHA384:ECDHE-PSK-AES128-CBC-SHA256:"
    "PSK-AES128-GCM-SHA256:PSK-AES256-GCM-SHA384:!aNULL";
/// TLS 1.0 and 1.1 have no AEAD; only where policy lets the floor go below 1.2.
constexpr const char* kSuitesLegacy =
    "ECDHE+AESGCM:ECDHE+CHACHA20:DHE+AESGCM:ECDHE+AES:DHE+AES:AES:!PSK:!aNULL:!eNULL";

/// Reads ahead up to this many bytes: several records for one system call.
constexpr std::size_t kReadBuffer = 64 * std::size_t{1024};

struct Suites {
    std::string tls13;
    std::string tls12;
};

Suites default_suites(const TlsClientSettings& settings) {
    if (settings.floor < Protocol::tls_1_2) return {kSuites13, kSuitesLegacy};
    return {kSuites13, settings.credentials.psks.empty() ? kSuites12 : kSuitesPsk};
}

void append(std::string& list, const char* name) { list += (list.empty() ? "" : ":") + std::string{name}; }

/// Names of the suites asked for; numbers that OpenSSL does not have are left out, as Zephyr does.
Suites asked_suites(SSL_CTX* context, const std::vector<std::int32_t>& numbers) {
    Suites suites;
    const Openssl<SSL> ssl{SSL_new(context)};
    for (const std::int32_t number : numbers) {
        const unsigned char id[2] = {static_cast<unsigned char>(number >> 8),
                                     static_cast<unsigned char>(number)};
        const SSL_CIPHER* cipher =
            number >= 0 && number <= 0xffff && ssl ? SSL_CIPHER_find(ssl.get(), id) : nullptr;
        if (cipher == nullptr) continue;
        const bool is_13 = (number >> 8) == 0x13; // RFC 8446 B.4
        append(is_13 ? suites.tls13 : suites.tls12, SSL_CIPHER_get_name(cipher));
    }
    return suites;
}

/// Protocol numbers 256 to 259 and TLS's own 0x0301 to 0x0304 run in step.
int tls_version(Protocol protocol) {
    return static_cast<int>(protocol) - static_cast<int>(Protocol::tls_1_0) + TLS1_VERSION;
}

std::optional<Rule> set_versions_and_suites(SSL_CTX* context, const TlsClientSettings& settings) {
    if (!is_tls(settings.floor) || !is_tls(settings.ceiling) || settings.floor > settings.ceiling)
        return Rule::version_too_low;

    const Suites suites = settings.cipher_suites.empty() ? default_suites(settings)
                                                         : asked_suites(context, settings.cipher_suites);
    // A version without a suite is not offered: OpenSSL would offer it and fail.
    int lowest = tls_version(settings.floor);
    int highest = tls_version(settings.ceiling);
    if (suites.tls13.empty()) highest = std::min(highest, TLS1_2_VERSION);
    if (suites.tls12.empty()) lowest = std::max(lowest, TLS1_3_VERSION);
    if (lowest > highest) return Rule::no_common_cipher;

    // TLS below 1.2 signs with SHA-1, which level 1 and above refuse. Certificates keep level 2
    // (tls_verify.cpp).
    SSL_CTX_set_security_level(context, lowest < TLS1_2_VERSION ? 0 : 2);
    const bool set = SSL_CTX_set_min_proto_version(context, lowest) == 1 &&
                     SSL_CTX_set_max_proto_version(context, highest) == 1 &&
                     SSL_CTX_set_ciphersuites(context, suites.tls13.c_str()) == 1 &&
                     (suites.tls12.empty() || SSL_CTX_set_cipher_list(context, suites.tls12.c_str()) == 1);
    if (!set) return Rule::no_common_cipher;
    return std::nullopt;
}

bool use_identity(SSL_CTX* context, const Identity& identity) {
    EVP_PKEY* key = PrivateKey::Access::get(identity.key);
    if (key == nullptr || identity.chain_der.empty()) return false;
    for (std::size_t i = 0; i < identity.chain_der.size(); ++i) {
        const unsigned char* der = identity.chain_der[i].data();
        const Openssl<X509> certificate{
            d2i_X509(nullptr, &der, static_cast<long>(identity.chain_der[i].size()))};
        if (!certificate) return false;
        const long used = i == 0 ? SSL_CTX_use_certificate(context, certificate.get())
                                 : SSL_CTX_add1_chain_cert(context, certificate.get());
        if (used != 1) return false;
    }
    return SSL_CTX_use_PrivateKey(context, key) == 1 && SSL_CTX_check_private_key(context) == 1;
}

void set_modes(SSL_CTX* context) {
    // AUTO_RETRY: "wants to read" then always means that the lower stream is empty; TlsStream counts on it.
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                  SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_AUTO_RETRY);
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_read_ahead(context, 1);
    SSL_CTX_set_default_read_buffer_len(context, kReadBuffer);
}

std::optional<Rule> configure(SSL_CTX* context, const TlsClientSettings& settings) {
    set_modes(context);
    if (const auto refused = set_versions_and_suites(context, settings)) return refused;
    SSL_CTX_set1_cert_store(context, Trust::Access::store(*settings.credentials.trust));
    for (const Identity& identity : settings.credentials.identities)
        if (!use_identity(context, identity)) return Rule::no_credential;
    install_verification(context);
    return std::nullopt;
}

/// Hashes fields so that no two lists of fields look alike: each with its length before it.
class Mixer {
public:
    Mixer() { EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr); }
    void number(std::uint64_t value) { EVP_DigestUpdate(context_.get(), &value, sizeof value); }
    void field(ByteView bytes) {
        number(bytes.size());
        EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size());
    }
    void digest(unsigned char* into) { EVP_DigestFinal_ex(context_.get(), into, nullptr); }

private:
    Openssl<EVP_MD_CTX> context_{EVP_MD_CTX_new()};
};

void mix_identity(Mixer& mixer, const Identity& identity) {
    mixer.number(identity.chain_der.size());
    for (const auto& certificate : identity.chain_der) mixer.field(certificate);
    unsigned char* public_key = nullptr;
    EVP_PKEY* key = PrivateKey::Access::get(identity.key);
    const int size = key != nullptr ? i2d_PUBKEY(key, &public_key) : 0;
    mixer.field({public_key, size > 0 ? static_cast<std::size_t>(size) : 0});
    OPENSSL_free(public_key);
}

} // namespace

TlsContexts::Key TlsContexts::key_of(const TlsClientSettings& settings) {
    Mixer mixer;
    mixer.number(static_cast<std::uint64_t>(settings.floor));
    mixer.number(static_cast<std::uint64_t>(settings.ceiling));
    mixer.number(settings.credentials.psks.empty()
                     ? 0
                     : 1); // PSKs hang on the SSL object; here only the suites differ
    mixer.number(settings.cipher_suites.size());
    for (const std::int32_t suite : settings.cipher_suites) mixer.number(static_cast<std::uint64_t>(suite));
    mixer.field(Trust::Access::digest(*settings.credentials.trust));
    for (const Identity& identity : settings.credentials.identities) mix_identity(mixer, identity);
    Key key{};
    mixer.digest(key.data());
    return key;
}

std::shared_ptr<SSL_CTX> TlsContexts::get(const TlsClientSettings& settings, RuleSet& failed) {
    const Key key = key_of(settings);
    const auto found =
        std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) { return entry.key == key; });
    if (found != entries_.end()) {
        entries_.splice(entries_.begin(), entries_, found);
        return found->context;
    }

    ERR_clear_error();
    std::shared_ptr<SSL_CTX> made{SSL_CTX_new(TLS_client_method()), OpensslFree{}};
    const auto refused = made ? configure(made.get(), settings) : std::optional{Rule::other};
    ERR_clear_error();
    if (refused) {
        failed.add(*refused);
        return nullptr;
    }
    entries_.push_front({key, made});
    if (entries_.size() > room_) entries_.pop_back();
    return made;
}

std::vector<std::int32_t> TlsContexts::available_suites(TlsClientSettings settings) {
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
