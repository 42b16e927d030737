// SPDX-License-Identifier: Apache-2.0
#include "nwpd/net/tls_resumption.h"

#include "base/text.h"
#include "nwpd/net/tls_digest.h"

#include <algorithm>
#include <utility>

namespace nwp::net {
namespace {

/// No session is resumed later than this after its full handshake, however often it was taken up meanwhile
/// and whatever the server says (RFC 8446 4.6.1 would allow seven days).
constexpr std::int64_t kLongestLife = 24 * 60 * 60;

void put(std::string& bytes, std::uint64_t value, unsigned size) {
    while (size-- > 0) bytes += static_cast<char>(value >> (8 * size));
}

std::uint64_t take(std::string_view& bytes, unsigned size) {
    std::uint64_t value = 0;
    for (unsigned i = 0; i < size; ++i) value = value << 8 | static_cast<unsigned char>(bytes[i]);
    bytes.remove_prefix(size);
    return value;
}

/// How long what was verified holds.
std::int64_t end_of(const Handshake& handshake) {
    return std::min(handshake.valid_until, handshake.date + kLongestLife);
}

// ---- a client's sessions

/// 1: we keep the reference.
int keep_session(SSL* ssl, SSL_SESSION* session) {
    const Handshake* handshake = handshake_of(ssl);
    if (handshake == nullptr || handshake->sessions == nullptr) return 0;
    // One with a broken rule (`optional` let it pass) would come back without its verdict.
    if (!handshake->verdict.rules.empty() || SSL_SESSION_is_resumable(session) != 1) return 0;
    handshake->sessions->keep(handshake->session_key, handshake->settings.client,
                              Openssl<SSL_SESSION>{session}, end_of(*handshake));
    return 1;
}

// ---- a server's tickets

/// Beside the session itself: the rules that it passed in spite of, until when that holds, the name it is
/// for.
int seal_findings(SSL* ssl, void*) {
    const Handshake* handshake = handshake_of(ssl);
    if (handshake == nullptr) return 0;
    RuleSet rules = handshake->verdict.rules;
    if (SSL_session_reused(ssl) == 1) rules = rules | handshake->earlier_rules;
    std::string findings;
    put(findings, rules.bits(), 4);
    put(findings, static_cast<std::uint64_t>(end_of(*handshake)), 8);
    findings += handshake->server_name;
    return SSL_SESSION_set1_ticket_appdata(SSL_get_session(ssl), findings.data(), findings.size());
}

/// Whether the session may be resumed; its findings are this handshake's if it is.
bool open_findings(Handshake& handshake, SSL_SESSION* session) {
    void* bytes = nullptr;
    std::size_t size = 0;
    if (SSL_SESSION_get0_ticket_appdata(session, &bytes, &size) != 1 || bytes == nullptr || size < 12)
        return false;
    std::string_view findings{static_cast<const char*>(bytes), size};
    const RuleSet rules{static_cast<std::uint32_t>(take(findings, 4))};
    const auto valid_until = static_cast<std::int64_t>(take(findings, 8));
    // RFC 6066 3: a session is for the name that it was made for.
    if (valid_until < handshake.date || findings != handshake.server_name) return false;
    if (!rules.empty() && handshake.mode == PeerVerify::required) return false;
    handshake.earlier_rules = rules;
    handshake.valid_until = valid_until;
    return true;
}

SSL_TICKET_RETURN judge_ticket(SSL* ssl, SSL_SESSION* session, const unsigned char*, std::size_t,
                               SSL_TICKET_STATUS status, void*) {
    if (status != SSL_TICKET_SUCCESS && status != SSL_TICKET_SUCCESS_RENEW)
        return SSL_TICKET_RETURN_IGNORE_RENEW;
    Handshake* handshake = handshake_of(ssl);
    if (handshake == nullptr || session == nullptr || !open_findings(*handshake, session))
        return SSL_TICKET_RETURN_IGNORE_RENEW;
    return status == SSL_TICKET_SUCCESS_RENEW ? SSL_TICKET_RETURN_USE_RENEW : SSL_TICKET_RETURN_USE;
}

} // namespace

bool may_resume(const TlsSettings& settings) {
    return settings.session_cache && settings.credentials.psks.empty();
}

Digest session_key_of(const TlsSettings& settings, const Address& peer) {
    FieldDigest digest;
    digest.common(settings);
    digest.text(settings.client);
    digest.text(settings.host_name);
    // Who names nobody means the address.
    digest.field(settings.host_name.empty() ? ByteView{peer.ip, peer.ip_size()} : ByteView{});
    digest.number(peer.port);
    digest.number(settings.alpn.size());
    for (const std::string& name : settings.alpn) digest.text(name);
    digest.number(settings.credentials.revision);
    return digest.finish();
}

void install_resumption(SSL_CTX* context, const TlsSettings& settings, const Digest& binding) {
    if (settings.role == TlsRole::server)
        SSL_CTX_set_session_id_context(context, binding.data(), static_cast<unsigned>(binding.size()));
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    if (!may_resume(settings)) {
        SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
        SSL_CTX_set_num_tickets(context, 0);
        return;
    }
    if (settings.role == TlsRole::server) {
        SSL_CTX_set_session_ticket_cb(context, seal_findings, judge_ticket, nullptr);
        return;
    }
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(context, keep_session);
}

void offer_session(SSL* ssl, Handshake& handshake) {
    if (handshake.sessions == nullptr) return;
    const auto kept = handshake.sessions->take(handshake.session_key, handshake.date);
    if (!kept.session || SSL_set_session(ssl, kept.session.get()) != 1) return;
    handshake.valid_until = kept.valid_until; // until a full handshake finds out anew
}

} // namespace nwp::net
