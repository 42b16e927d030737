// SPDX-License-Identifier: Apache-2.0
#include "nwpd/net/tls_suites.h"

#include <algorithm>
#include <string>

namespace nwp::net {
namespace {

/// Forward secrecy and AEAD only.
constexpr const char* kSuites13 =
    "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256";
constexpr const char* kSuites12 = "ECDHE+AESGCM:ECDHE+CHACHA20:DHE+AESGCM:DHE+CHACHA20:!aNULL:!aDSS";
/// With a pre-shared key under the tags, those before the others: who has a key means to use it.
constexpr const char* kSuitesPsk =
    "ECDHE-PSK-CHACHA20-POLY1305:DHE-PSK-AES128-GCM-SHA256:DHE-PSK-AES256-GCM-SHA384:"
    "ECDHE-PSK-AES128-CBC-SHA256:PSK-AES128-GCM-SHA256:PSK-AES256-GCM-SHA384";
/// TLS 1.0 and 1.1 have no AEAD; only where policy lets the floor go below 1.2.
constexpr const char* kSuitesLegacy =
    "ECDHE+AESGCM:ECDHE+CHACHA20:DHE+AESGCM:ECDHE+AES:DHE+AES:AES:!PSK:!aNULL:!eNULL";

struct Suites {
    std::string tls13;
    std::string tls12;
};

struct Versions {
    int lowest;
    int highest;
};

Suites default_suites(const TlsSettings& settings) {
    if (settings.floor < Protocol::tls_1_2) return {kSuites13, kSuitesLegacy};
    const TlsCredentials& credentials = settings.credentials;
    if (credentials.psks.empty()) return {kSuites13, std::string{kSuites12} + ":!PSK"};
    // Nobody's certificate could be verified.
    const bool psk_alone = settings.role == TlsRole::client && credentials.trust->empty() &&
                           effective_verify(settings) == PeerVerify::required;
    if (psk_alone) return {kSuites13, kSuitesPsk};
    return {kSuites13, std::string{kSuitesPsk} + ":" + kSuites12};
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

std::optional<Versions> versions_of(const TlsSettings& settings) {
    if (settings.floor > settings.ceiling) return std::nullopt;
    // DTLS 1.0 as a floor: 1.2 is spoken (contracts 5).
    if (is_dtls(settings.floor) && settings.ceiling == Protocol::dtls_1_2)
        return Versions{DTLS1_2_VERSION, DTLS1_2_VERSION};
    if (!is_tls(settings.floor) || !is_tls(settings.ceiling)) return std::nullopt;
    return Versions{tls_version(settings.floor), tls_version(settings.ceiling)};
}

/// A version without a suite is not offered: OpenSSL would offer it and fail. False: none is left.
bool leave_out_versions_without_suite(Versions& versions, const Suites& suites) {
    if (versions.lowest == DTLS1_2_VERSION) return !suites.tls12.empty();
    if (suites.tls13.empty()) versions.highest = std::min(versions.highest, TLS1_2_VERSION);
    if (suites.tls12.empty()) versions.lowest = std::max(versions.lowest, TLS1_3_VERSION);
    return versions.lowest <= versions.highest;
}

} // namespace

std::optional<Rule> set_versions_and_suites(SSL_CTX* context, const TlsSettings& settings) {
    auto versions = versions_of(settings);
    if (!versions) return Rule::version_too_low;
    const Suites suites = settings.cipher_suites.empty() ? default_suites(settings)
                                                         : asked_suites(context, settings.cipher_suites);
    if (!leave_out_versions_without_suite(*versions, suites)) return Rule::no_common_cipher;

    // TLS below 1.2 signs with SHA-1, which level 1 and above refuse. Certificates keep level 2
    // (tls_verify.cpp).
    SSL_CTX_set_security_level(context, versions->lowest < TLS1_2_VERSION ? 0 : 2);
    const bool set = SSL_CTX_set_min_proto_version(context, versions->lowest) == 1 &&
                     SSL_CTX_set_max_proto_version(context, versions->highest) == 1 &&
                     SSL_CTX_set_ciphersuites(context, suites.tls13.c_str()) == 1 &&
                     (suites.tls12.empty() || SSL_CTX_set_cipher_list(context, suites.tls12.c_str()) == 1);
    if (!set) return Rule::no_common_cipher;
    return std::nullopt;
}

} // namespace nwp::net
