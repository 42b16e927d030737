// SPDX-License-Identifier: Apache-2.0
#include "nwpd/net/tls_verify.h"

#include "nwpd/net/sockaddr.h"

#include <openssl/err.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <algorithm>

namespace nwp::net {
namespace {

/// RSA of 2048 bits, EC of 224, no SHA-1 (SSL_CTX_set_security_level(3)); also where legacy versions are
/// allowed.
constexpr int kCertificateLevel = 2;

struct Row {
    int x509_error;
    Rule rule;
};

// Codes that are not here are Rule::other, which refuses as well.
constexpr Row kRules[] = {
    {X509_V_ERR_CERT_HAS_EXPIRED, Rule::expired},
    {X509_V_ERR_CERT_NOT_YET_VALID, Rule::not_yet_valid},
    {X509_V_ERR_CRL_NOT_YET_VALID, Rule::not_yet_valid},
    {X509_V_ERR_CRL_HAS_EXPIRED, Rule::crl_expired},
    {X509_V_ERR_HOSTNAME_MISMATCH, Rule::wrong_host_name},
    {X509_V_ERR_IP_ADDRESS_MISMATCH, Rule::wrong_host_name},
    {X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, Rule::self_signed},
    {X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, Rule::unknown_ca},
    {X509_V_ERR_CERT_UNTRUSTED, Rule::unknown_ca},
    {X509_V_ERR_CERT_REJECTED, Rule::unknown_ca},
    {X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, Rule::missing_intermediate},
    {X509_V_ERR_INVALID_CA, Rule::issuer_not_ca},
    {X509_V_ERR_INVALID_NON_CA, Rule::issuer_not_ca},
    {X509_V_ERR_KEYUSAGE_NO_CERTSIGN, Rule::issuer_not_ca},
    {X509_V_ERR_PATH_LENGTH_EXCEEDED, Rule::issuer_not_ca},
    {X509_V_ERR_INVALID_PURPOSE, Rule::wrong_purpose},
    {X509_V_ERR_PERMITTED_VIOLATION, Rule::name_constraint},
    {X509_V_ERR_EXCLUDED_VIOLATION, Rule::name_constraint},
    {X509_V_ERR_SUBTREE_MINMAX, Rule::name_constraint},
    {X509_V_ERR_UNSUPPORTED_CONSTRAINT_TYPE, Rule::name_constraint},
    {X509_V_ERR_UNSUPPORTED_CONSTRAINT_SYNTAX, Rule::name_constraint},
    {X509_V_ERR_UNSUPPORTED_NAME_SYNTAX, Rule::name_constraint},
    {X509_V_ERR_CERT_REVOKED, Rule::revoked},
    {X509_V_ERR_EE_KEY_TOO_SMALL, Rule::weak_key},
    {X509_V_ERR_CA_KEY_TOO_SMALL, Rule::weak_key},
    {X509_V_ERR_CA_MD_TOO_WEAK, Rule::weak_signature},
    {X509_V_ERR_CERT_SIGNATURE_FAILURE, Rule::bad_signature},
    {X509_V_ERR_CRL_SIGNATURE_FAILURE, Rule::bad_signature},
    {X509_V_ERR_UNABLE_TO_DECRYPT_CERT_SIGNATURE, Rule::bad_signature},
    {X509_V_ERR_SIGNATURE_ALGORITHM_MISMATCH, Rule::bad_signature},
    {X509_V_ERR_SIGNATURE_ALGORITHM_INCONSISTENCY, Rule::bad_signature},
    {X509_V_ERR_UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY, Rule::malformed_certificate},
    {X509_V_ERR_NO_ISSUER_PUBLIC_KEY, Rule::malformed_certificate},
    {X509_V_ERR_ERROR_IN_CERT_NOT_BEFORE_FIELD, Rule::malformed_certificate},
    {X509_V_ERR_ERROR_IN_CERT_NOT_AFTER_FIELD, Rule::malformed_certificate},
    {X509_V_ERR_INVALID_EXTENSION, Rule::malformed_certificate},
    {X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION, Rule::malformed_certificate},
};

Verification* verification_of(const X509_STORE_CTX* context) {
    const int index = SSL_get_ex_data_X509_STORE_CTX_idx();
    const auto* ssl = static_cast<const SSL*>(X509_STORE_CTX_get_ex_data(context, index));
    return ssl == nullptr ? nullptr : static_cast<Verification*>(SSL_get_app_data(ssl));
}

Text<96> subject_of(const X509* certificate) {
    Text<96> subject;
    if (certificate == nullptr) return subject;
    const Openssl<BIO> memory{BIO_new(BIO_s_mem())};
    // RFC 4514, but UTF-8 left readable.
    X509_NAME_print_ex(memory.get(), X509_get_subject_name(certificate), 0,
                       XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
    char* text = nullptr;
    const long size = BIO_get_mem_data(memory.get(), &text);
    if (size > 0) subject.assign({text, static_cast<std::size_t>(size)});
    return subject;
}

/// An issuer that has no revocation list under the tags is not checked (contracts 6).
bool is_issuer_without_list(const Verification& verification, int error, const X509* certificate) {
    if (error != X509_V_ERR_UNABLE_TO_GET_CRL || certificate == nullptr) return false;
    return !Trust::Access::has_crl_of(*verification.trust, X509_get_issuer_name(certificate));
}

Rule rule_for(int error, int depth, X509* certificate) {
    // Whatever is no CA also fails the purpose of a CA: the cause, not its shadow.
    if (error == X509_V_ERR_INVALID_PURPOSE && depth > 0 && certificate != nullptr &&
        X509_check_ca(certificate) == 0)
        return Rule::issuer_not_ca;
    return rule_of(error, depth);
}

/// Notes one failure; the first one gives depth and subject.
void note(Verification& verification, X509_STORE_CTX* context, int error) {
    const int depth = X509_STORE_CTX_get_error_depth(context);
    X509* certificate = X509_STORE_CTX_get_current_cert(context);
    if (verification.verdict.rules.empty()) {
        verification.verdict.depth = static_cast<std::uint8_t>(depth);
        verification.verdict.subject = subject_of(certificate);
    }
    verification.verdict.rules.add(rule_for(error, depth, certificate));
}

/// Collects; never stops X509_verify_cert.
int collect(int ok, X509_STORE_CTX* context) {
    if (ok == 1) return 1;
    Verification* verification = verification_of(context);
    if (verification == nullptr) return 0;
    const int error = X509_STORE_CTX_get_error(context);
    if (!is_issuer_without_list(*verification, error, X509_STORE_CTX_get_current_cert(context)))
        note(*verification, context, error);
    // A code left standing would be reported again in place of the next failure's own.
    X509_STORE_CTX_set_error(context, X509_V_OK);
    return 1;
}

/// The X509_V_ERR code whose alert OpenSSL shall send: the first rule of the set, in the order of the rules.
int error_for_alert(RuleSet rules) {
    for (const Row& row : kRules)
        if (rules.has(row.rule)) return row.x509_error;
    return X509_V_ERR_APPLICATION_VERIFICATION;
}

void prepare(X509_STORE_CTX* context, const Verification& verification) {
    // A CA under a tag is an anchor, be it self-signed or not.
    unsigned long flags = X509_V_FLAG_PARTIAL_CHAIN;
    if (Trust::Access::has_crls(*verification.trust))
        flags |= X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL;
    X509_STORE_CTX_set_flags(context, flags);
    X509_STORE_CTX_set_time(context, 0, static_cast<time_t>(verification.date));
    X509_VERIFY_PARAM_set_auth_level(X509_STORE_CTX_get0_param(context), kCertificateLevel);
    X509_STORE_CTX_set_verify_cb(context, collect);
}

bool ends_at_an_anchor(X509_STORE_CTX* context) {
    return X509_STORE_CTX_get_num_untrusted(context) < sk_X509_num(X509_STORE_CTX_get0_chain(context));
}

void note_end_of_validity(X509_STORE_CTX* context, Verification& verification) {
    const STACK_OF(X509)* chain = X509_STORE_CTX_get0_chain(context);
    verification.valid_until = Trust::Access::crls_valid_until(*verification.trust);
    for (int i = 0; i < sk_X509_num(chain); ++i)
        verification.valid_until =
            std::min(verification.valid_until, seconds_of(X509_get0_notAfter(sk_X509_value(chain, i))));
}

int verify_hook(X509_STORE_CTX* context, void*) {
    Verification* verification = verification_of(context);
    if (verification == nullptr || verification->trust == nullptr) {
        X509_STORE_CTX_set_error(context, X509_V_ERR_APPLICATION_VERIFICATION);
        return 0;
    }
    verification->ran = true;
    verification->valid_until = std::numeric_limits<std::int64_t>::max();
    if (verification->mode == PeerVerify::none) return 1;

    prepare(context, *verification);
    const RuleSet before = verification->verdict.rules;
    verification->verdict.rules = {};
    // Below 0 or 0: it gave up without asking the callback (out of memory, a key that cannot be read).
    const int outcome = X509_verify_cert(context);
    RuleSet& failed = verification->verdict.rules;
    if (outcome <= 0 && failed.empty()) note(*verification, context, X509_STORE_CTX_get_error(context));

    // A belt: nothing is proven without an anchor, whatever the callback heard.
    if (failed.empty() && !ends_at_an_anchor(context)) failed.add(Rule::unknown_ca);

    note_end_of_validity(context, *verification);
    const bool holds = failed.empty();
    const int error = holds ? X509_V_OK : error_for_alert(failed);
    failed = failed | before;
    X509_STORE_CTX_set_error(context, error);
    verification->refused = !holds && verification->mode == PeerVerify::required;
    return verification->refused ? 0 : 1;
}

void note_sent_alert(const SSL* ssl, int where, int value) {
    auto* verification = static_cast<Verification*>(SSL_get_app_data(ssl));
    if (verification == nullptr || where != SSL_CB_WRITE_ALERT) return;
    if ((value >> 8) == SSL3_AL_FATAL) verification->sent_alert = static_cast<std::uint8_t>(value & 0xff);
}

/// Type, 3 bytes length; in DTLS 8 more for sequence and fragment (RFC 6347 4.2.2); from TLS 1.3 on a context
/// behind its own length (RFC 8446 4.4.2, RFC 5246 7.4.2).
std::size_t certificate_list_at(const SSL* ssl, ByteView message) {
    if (SSL_is_dtls(ssl) == 1) return 12;
    return SSL_version(ssl) == TLS1_3_VERSION ? 4U + 1U + message[4] : 4U;
}

bool is_empty_certificate_list(const SSL* ssl, ByteView message) {
    if (message.size() < 7) return false;
    const ByteView list = message.sub(certificate_list_at(ssl, message), 3); // its length
    return list.size() == 3 && list[0] == 0 && list[1] == 0 && list[2] == 0;
}

/// Finds out what OpenSSL has no code of its own for.
void note_message(int sent, int, int content_type, const void* bytes, std::size_t size, SSL* ssl, void*) {
    auto* verification = static_cast<Verification*>(SSL_get_app_data(ssl));
    if (verification == nullptr || sent != 0) return;
    const ByteView message{static_cast<const Byte*>(bytes), size};
    if (content_type == SSL3_RT_HEADER && message.size() >= 3)
        verification->record_version = message[1] << 8 | message[2];
    if (content_type == SSL3_RT_HANDSHAKE && !message.empty() && message[0] == SSL3_MT_CERTIFICATE)
        verification->empty_certificate_list = is_empty_certificate_list(ssl, message);
}

} // namespace

Rule rule_of(int x509_error, int depth) {
    // The peer's certificate stood alone, or a longer chain ended at nobody we know.
    if (x509_error == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT ||
        x509_error == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY)
        return depth == 0 ? Rule::missing_intermediate : Rule::unknown_ca;
    for (const Row& row : kRules)
        if (row.x509_error == x509_error) return row.rule;
    return Rule::other;
}

void install_verification(SSL_CTX* context) {
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_cert_verify_callback(context, verify_hook, nullptr);
    SSL_CTX_set_info_callback(context, note_sent_alert);
    SSL_CTX_set_msg_callback(context, note_message);
}

bool set_peer_name(SSL* ssl, const std::string& host_name) {
    if (host_name.empty()) return true;
    X509_VERIFY_PARAM* parameters = SSL_get0_param(ssl);
    const Address literal = literal_address(host_name);
    if (literal.family != Family::unspecified)
        return X509_VERIFY_PARAM_set1_ip(parameters, literal.ip, literal.ip_size()) == 1;

    std::string name = host_name;
    if (name.back() == '.') name.pop_back(); // RFC 6066 3: without the trailing dot
    // OpenSSL takes a leading dot for "any subdomain" and an empty name for "no check".
    if (name.empty() || name.front() == '.' || name.find('\0') != std::string::npos) return false;

    X509_VERIFY_PARAM_set_hostflags(parameters, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS |
                                                    X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
    return X509_VERIFY_PARAM_set1_host(parameters, name.data(), name.size()) == 1 &&
           SSL_set_tlsext_host_name(ssl, name.c_str()) == 1;
}

} // namespace nwp::net
