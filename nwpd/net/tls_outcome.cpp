// SPDX-License-Identifier: Apache-2.0
#include "nwpd/net/tls_outcome.h"

#include "nwpd/net/tls_callbacks.h"
#include "nwpd/net/tls_failure.h"
#include "nwpd/net/tls_resumption.h"

#include <algorithm>
#include <string>

namespace nwp::net {
namespace {

bool alpn_was_offered(const SSL* ssl, const TlsSettings& settings) {
    const std::string selected = selected_alpn(ssl);
    if (selected.empty()) return true;
    return std::find(settings.alpn.begin(), settings.alpn.end(), selected) != settings.alpn.end();
}

/// By a certificate that the hook saw, in this handshake or in the one that is taken up again, or by the
/// pre-shared key.
bool peer_is_proven(const SSL* ssl, const Handshake& handshake) {
    const TlsSettings& settings = handshake.settings;
    if (handshake.ran || was_resumed(ssl, settings) || used_psk(ssl, settings)) return true;
    return settings.role == TlsRole::server && handshake.mode != PeerVerify::required;
}

} // namespace

std::optional<Rule> rule_broken_by_outcome(const SSL* ssl, Handshake& handshake) {
    if (!peer_is_proven(ssl, handshake)) return Rule::no_certificate;
    RuleSet& rules = handshake.verdict.rules;
    const bool resumed = was_resumed(ssl, handshake.settings);
    if (resumed) rules = rules | handshake.earlier_rules;
    const bool shown = handshake.ran || resumed || used_psk(ssl, handshake.settings);
    if (handshake.mode == PeerVerify::optional && !shown) rules.add(Rule::no_certificate);
    if (!alpn_was_offered(ssl, handshake.settings)) return Rule::bad_record;
    return std::nullopt;
}

bool was_resumed(const SSL* ssl, const TlsSettings& settings) {
    return may_resume(settings) && SSL_session_reused(ssl) == 1;
}

void note_failed_handshake(const SSL* ssl, Handshake& handshake) {
    explain_handshake_failure(ssl, handshake);
    if (handshake.refused && handshake.mode != handshake.settings.verify)
        handshake.verdict.rules.add(Rule::policy_requires_verification);
}

} // namespace nwp::net
