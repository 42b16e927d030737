// SPDX-License-Identifier: Apache-2.0
#include "nwpd/net/tls_failure.h"

#include <openssl/err.h>

namespace nwp::net {
namespace {

struct Row {
    int reason;
    Rule rule;
};

// Reasons of a handshake's end that have a word of their own. Others: a broken record or message if we
// answered with such an alert, else Rule::other.
constexpr Row kReasons[] = {
    {SSL_R_UNSUPPORTED_PROTOCOL, Rule::version_too_low},
    {SSL_R_WRONG_SSL_VERSION, Rule::version_too_low},
    {SSL_R_VERSION_TOO_LOW, Rule::version_too_low},
    {SSL_R_NO_CIPHERS_AVAILABLE, Rule::no_common_cipher},
    {SSL_R_NO_SHARED_CIPHER, Rule::no_common_cipher},
    {SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE, Rule::no_certificate},
    {SSL_R_DH_KEY_TOO_SMALL, Rule::weak_key},
    {SSL_R_EE_KEY_TOO_SMALL, Rule::weak_key},
    {SSL_R_WRONG_SIGNATURE_TYPE, Rule::weak_signature},
    {SSL_R_BAD_SIGNATURE, Rule::bad_signature},
    {SSL_R_WRONG_VERSION_NUMBER, Rule::bad_record}, // no TLS at all
    {SSL_R_HTTP_REQUEST, Rule::bad_record},
    {SSL_R_HTTPS_PROXY_REQUEST, Rule::bad_record},
};

/// Alerts with which we tell the peer that it broke the protocol (RFC 8446 6.2).
bool is_protocol_alert(int alert) {
    switch (alert) {
        case SSL_AD_UNEXPECTED_MESSAGE:
        case SSL_AD_BAD_RECORD_MAC:
        case SSL_AD_RECORD_OVERFLOW:
        case SSL_AD_ILLEGAL_PARAMETER:
        case SSL_AD_DECODE_ERROR:
        case SSL_AD_DECRYPT_ERROR:
        case SSL_AD_UNSUPPORTED_EXTENSION: return true;
        default: return false;
    }
}

/// 0 when the error is none that the peer told us.
int received_alert(unsigned long error) {
    const int reason = ERR_GET_REASON(error);
    if (ERR_GET_LIB(error) != ERR_LIB_SSL) return 0;
    return reason > SSL_AD_REASON_OFFSET && reason < SSL_AD_REASON_OFFSET + 256
               ? reason - SSL_AD_REASON_OFFSET
               : 0;
}

bool is_truncation(unsigned long error) {
    return ERR_GET_LIB(error) == ERR_LIB_SSL && ERR_GET_REASON(error) == SSL_R_UNEXPECTED_EOF_WHILE_READING;
}

unsigned long take_error(Handshake& handshake) {
    const unsigned long error = ERR_peek_last_error();
    ERR_clear_error();
    const char* words = ERR_reason_error_string(error);
    handshake.failure = words != nullptr ? words : "";
    return error;
}

void note_received(Verdict& verdict, int alert) {
    verdict.rules.add(Rule::peer_alert);
    verdict.alert = static_cast<std::uint8_t>(alert);
    if (alert == SSL_AD_PROTOCOL_VERSION) verdict.rules.add(Rule::version_too_low);
    if (alert == SSL_AD_INSUFFICIENT_SECURITY) verdict.rules.add(Rule::no_common_cipher);
}

/// A server below our floor chooses its version, then finds no suite in common, and says no more than that:
/// its version stands in the record.
bool answers_below_floor(const SSL* ssl, int alert, const Handshake& handshake) {
    const bool at_hello = SSL_get_state(ssl) == TLS_ST_CW_CLNT_HELLO;
    return at_hello && alert == SSL_AD_HANDSHAKE_FAILURE && handshake.record_version < TLS1_2_VERSION &&
           handshake.settings.floor >= Protocol::tls_1_2 && is_tls(handshake.settings.floor);
}

Rule rule_for(const SSL* ssl, unsigned long error, const Handshake& handshake) {
    // A client may have none where the server does not insist.
    const bool insists = handshake.settings.role == TlsRole::client || handshake.mode == PeerVerify::required;
    if (handshake.empty_certificate_list && insists) return Rule::no_certificate;
    for (const Row& row : kReasons)
        if (ERR_GET_LIB(error) == ERR_LIB_SSL && ERR_GET_REASON(error) == row.reason) return row.rule;
    const OSSL_HANDSHAKE_STATE state = SSL_get_state(ssl);
    const bool in_certificate = state == TLS_ST_CR_CERT || state == TLS_ST_SR_CERT;
    if (in_certificate && handshake.sent_alert != 0) return Rule::malformed_certificate;
    if (is_protocol_alert(handshake.sent_alert) && !is_truncation(error)) return Rule::bad_record;
    return Rule::other;
}

} // namespace

void explain_handshake_failure(const SSL* ssl, Handshake& handshake) {
    const unsigned long error = take_error(handshake);
    Verdict& verdict = handshake.verdict;
    if (const int alert = received_alert(error)) {
        note_received(verdict, alert);
        if (answers_below_floor(ssl, alert, handshake)) verdict.rules.add(Rule::version_too_low);
        return;
    }
    verdict.alert = is_truncation(error) ? 0 : handshake.sent_alert;
    // With `optional` the certificate's rules are no reason for an end.
    if (verdict.rules.empty() || handshake.mode == PeerVerify::optional)
        verdict.rules.add(rule_for(ssl, error, handshake));
}

Error explain_stream_failure(Handshake& handshake) {
    const unsigned long error = take_error(handshake);
    Verdict& verdict = handshake.verdict;
    if (is_truncation(error)) {
        verdict.rules.add(Rule::truncated);
        return Error::connection_reset;
    }
    if (const int alert = received_alert(error)) {
        note_received(verdict, alert);
        return Error::connection_aborted;
    }
    verdict.rules.add(Rule::bad_record);
    verdict.alert = handshake.sent_alert;
    return Error::connection_aborted;
}

} // namespace nwp::net
