// SPDX-License-Identifier: Apache-2.0
#include "nwpd/net/tls_setup.h"

#include "nwpd/net/tls_callbacks.h"
#include "nwpd/net/tls_resumption.h"

#include <algorithm>

namespace nwp::net {
namespace {

bool refuse(Handshake& handshake, Rule rule) {
    handshake.verdict.rules.add(rule);
    return false;
}

bool refuse_by_policy(Handshake& handshake, Rule rule) {
    if (handshake.mode != handshake.settings.verify) refuse(handshake, Rule::policy_requires_verification);
    return refuse(handshake, rule);
}

/// A client proves itself where it is asked to, a server always.
bool check_credentials(Handshake& handshake) {
    const TlsCredentials& credentials = handshake.settings.credentials;
    bool holds = credentials.missing.empty();
    holds = holds && std::all_of(credentials.psks.begin(), credentials.psks.end(), is_usable);
    if (handshake.settings.role == TlsRole::server && credentials.psks.empty())
        holds = holds && !credentials.identities.empty();
    return holds || refuse(handshake, Rule::no_credential);
}

/// Nothing can be verified without an anchor, nor on a date that is none.
bool check_verification(Handshake& handshake, const Calendar& calendar) {
    const TlsCredentials& credentials = handshake.settings.credentials;
    const bool clock_is_set = handshake.date >= calendar.floor();
    bool holds = true;
    if (handshake.mode == PeerVerify::required) {
        if (credentials.trust->empty() && credentials.psks.empty())
            holds = refuse_by_policy(handshake, Rule::no_credential);
        if (!clock_is_set) holds = refuse_by_policy(handshake, Rule::clock_not_set);
    } else if (handshake.mode == PeerVerify::optional && !clock_is_set) {
        refuse(handshake, Rule::clock_not_set); // noted, and on we go: the program asked for it
    }
    return holds;
}

int verify_mode(const Handshake& handshake) {
    if (handshake.settings.role == TlsRole::client) return SSL_VERIFY_PEER;
    switch (handshake.mode) {
        case PeerVerify::none: return SSL_VERIFY_NONE;
        case PeerVerify::optional: return SSL_VERIFY_PEER;
        case PeerVerify::required: return SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT;
    }
    return SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT;
}

bool prepare_client(SSL* ssl, Handshake& handshake, TlsContexts& contexts, const Address& peer) {
    const TlsSettings& settings = handshake.settings;
    SSL_set_connect_state(ssl);
    if (!offer_alpn(ssl, settings.alpn)) return refuse(handshake, Rule::other);
    if (!set_peer_name(ssl, settings.host_name)) return refuse(handshake, Rule::wrong_host_name);
    if (!may_resume(settings)) return true;
    handshake.sessions = &contexts.sessions();
    handshake.session_key = session_key_of(settings, peer);
    offer_session(ssl, handshake);
    return true;
}

bool prepare(SSL* ssl, Handshake& handshake, TlsContexts& contexts, const Address& peer) {
    attach(ssl, handshake);
    SSL_set_verify(ssl, verify_mode(handshake), nullptr);
    if (handshake.settings.truncation_allowed) SSL_set_options(ssl, SSL_OP_IGNORE_UNEXPECTED_EOF);
    if (handshake.settings.role == TlsRole::client) return prepare_client(ssl, handshake, contexts, peer);
    SSL_set_accept_state(ssl);
    return true;
}

} // namespace

TlsSetup set_up(Handshake& handshake, TlsContexts& contexts, const Calendar& calendar, const Address& peer) {
    handshake.trust = handshake.settings.credentials.trust.get();
    handshake.mode = effective_verify(handshake.settings);
    handshake.date = calendar.now();
    // A client's own clock never shows less than the floor; the machine's may, and is then not set.
    if (handshake.settings.clock_offset != 0)
        handshake.date = std::max(handshake.date + handshake.settings.clock_offset, calendar.floor());
    TlsSetup setup;
    if (handshake.trust == nullptr) {
        refuse(handshake, Rule::no_credential);
        return setup;
    }
    const bool may_prove = check_credentials(handshake);
    const bool may_verify = check_verification(handshake, calendar);
    if (!may_prove || !may_verify) return setup;

    setup.context = contexts.get(handshake.settings, handshake.verdict.rules, handshake.date);
    if (!setup.context) return setup;
    setup.ssl.reset(SSL_new(setup.context.get()));
    if (!setup.ssl)
        refuse(handshake, Rule::other);
    else if (!prepare(setup.ssl.get(), handshake, contexts, peer))
        setup.ssl.reset();
    return setup;
}

} // namespace nwp::net
