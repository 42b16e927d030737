// SPDX-License-Identifier: Apache-2.0
// SocketSilo: TLS. Files are read when a socket connects, listens or starts TLS; what a host then hears
// decides whether the connection stays: "connected, but ..." means closed, except with peers that the policy
// names.
#include "base/ip_text.h"
#include "base/text.h"
#include "nwpd/dialect/simplelink/socket_errors.h"
#include "nwpd/dialect/simplelink/socket_silo.h"
#include "nwpd/dialect/simplelink/socket_tls.h"
#include "nwpd/service/socket_options.h"

#include <spdlog/spdlog.h>

#include <utility>

namespace nwp::simplelink {
namespace {

constexpr Duration kHandshakeLimit = seconds(30);

/// Without what broke behind the handshake, while nobody looked: reading tells that.
RuleSet without_the_stream(RuleSet rules) {
    RuleSet of_the_stream;
    for (const Rule rule : {Rule::peer_alert, Rule::truncated, Rule::bad_record}) of_the_stream.add(rule);
    return RuleSet{rules.bits() & ~of_the_stream.bits()};
}

std::vector<Byte> number(std::int32_t value) { return service::option_bytes(value); }

} // namespace

bool SocketSilo::is_tolerated(const SocketEntry& entry) const {
    const auto& names = client_.policy().legacy_warn;
    const auto& domain = entry.settings.tls.domain_name;
    return names.count(domain ? *domain : std::string{ip_text(entry.peer).view()}) != 0;
}

/// What can be refused without looking at any file, in the host's words; 0: nothing.
std::int16_t SocketSilo::set_up_tls(SocketEntry& entry, bool is_server) {
    const TlsChoice& tls = entry.settings.tls;
    const auto version = version_of(tls.method, client_.policy().allow_tls_1_3);
    if (!version) return code::bsd_esec_protocol_version;
    const auto suites = suites_of(tls.ciphers);
    if (!suites) return code::bsd_esec_handshake_failure;
    if (is_server && tls.certificate_file.empty()) return code::bsd_esecbadcertfile;

    const bool tolerated = !is_server && is_tolerated(entry);
    PeerVerify verify = tolerated ? PeerVerify::optional : PeerVerify::required;
    if (is_server && tls.ca_file.empty()) verify = PeerVerify::none;
    const auto set = [&](SocketOption option, ByteView value) {
        return sockets_.set_option(client_, entry.id, option, value).ok();
    };
    bool done = set(SocketOption::tls_version_max, number(static_cast<std::int32_t>(*version)));
    done = done && set(SocketOption::tls_cipher_list, service::option_bytes(*suites));
    done = done && set(SocketOption::tls_alpn_list, alpn_list(tls.alpn));
    done = done && set(SocketOption::tls_peer_verify, number(static_cast<std::int32_t>(verify)));
    // Without a name the certificate has to name the address. Where policy lets a host go on with nobody
    // verified, its chip would not have looked either.
    if (tls.domain_name)
        done = done && set(SocketOption::tls_host_name, as_bytes(*tls.domain_name));
    else if (tolerated)
        done = done && set(SocketOption::tls_host_name, {});
    return done ? std::int16_t{code::success} : std::int16_t{code::bsd_esecgeneral};
}

/// Sets the socket up, reads its files, then calls next(status), now or later; bsd_ebadf: it was closed
/// meanwhile.
void SocketSilo::with_tls(const Entry& entry, bool is_server, std::function<void(std::int16_t)> next) {
    if (const std::int16_t refused = set_up_tls(*entry, is_server); refused != 0) return next(refused);
    board_.services.credentials.tls_credentials_of(
        files_of(entry->settings.tls, is_server),
        [this, weak = std::weak_ptr{entry}, next = std::move(next)](Result<vault::TlsFileCredentials> found) {
            const Entry self = weak.lock();
            if (!self || self->state == SocketEntry::State::closing) return next(code::bsd_ebadf);
            if (!found)
                return next(found.error() == Error::no_memory ? code::bsd_esecmemory : code::bsd_esecgeneral);
            if (found->problem) return next(file_code(*found->problem));
            self->wanted_peer = std::move(found->peer_certificate);
            const auto used = sockets_.use_credentials(client_, self->id, std::move(found->credentials));
            next(used ? std::int16_t{code::success} : socket_code(used.error()));
        });
}

/// What the host hears of a handshake that the service took for a success, or of why there was none.
std::int16_t SocketSilo::tls_outcome(SocketEntry& entry, Result<void> outcome) {
    const auto verdict = sockets_.verdict(client_, entry.id);
    const bool broken = verdict && !verdict->rules.empty();
    const bool knows_ca = !entry.settings.tls.ca_file.empty();
    if (!outcome) return broken ? tls_code(*verdict, knows_ca) : socket_code(outcome.error());
    if (!entry.wanted_peer.empty()) {
        const auto peer = sockets_.peer_certificate(client_, entry.id);
        if (!peer || peer->der != entry.wanted_peer) return code::bsd_esecwrongpeercert;
    }
    Verdict handshake = verdict ? *verdict : Verdict{};
    handshake.rules = without_the_stream(handshake.rules);
    return handshake.rules.empty() ? std::int16_t{code::success} : tls_code(handshake, knows_ca);
}

/// Whether a secured connection may go on after this outcome.
bool SocketSilo::stays_connected(const SocketEntry& entry, std::int16_t status) const {
    if (status == code::success) return true;
    if (!may_stay_connected(status) || !is_tolerated(entry)) return false;
    spdlog::warn(
        "{}: goes on with {} although its certificate was NOT verified (code {}): legacy_warn names it",
        client_.policy().name,
        entry.settings.tls.domain_name.value_or(std::string{ip_text(entry.peer).view()}), status);
    return true;
}

/// Drops the connection behind a number; the number stays, and may connect anew.
void SocketSilo::renew(SocketEntry& entry) {
    sockets_.close(client_, entry.id, 0, [](const Result<void>&) {});
    entry.id = service::SocketId::none;
    const auto id = sockets_.open(client_, entry.family, nwp::SocketType::stream, nwp::Protocol::tls_1_2);
    if (!id) return; // every call on it says so
    entry.id = *id;
    prepare(entry);
}

// ---- TLS on a connection that stands

std::int16_t SocketSilo::start_tls(const Entry& entry) {
    if (entry->state == SocketEntry::State::listening) return code::bsd_esecnotallowedwhenlistening;
    if (entry->state != SocketEntry::State::connected) return code::bsd_enotconn;
    if (entry->starts_tls) return code::bsd_esecsslduringhandshake;
    if (entry->is_tls) return code::bsd_eisconn;
    const auto held = sockets_.received(client_, entry->id);
    if (!entry->accepted && held && !held->empty()) return code::bsd_esecrxbuffernotempty;
    if (const std::int16_t refused = set_up_tls(*entry, entry->accepted); refused != 0) return refused;
    entry->starts_tls = true;
    with_tls(entry, entry->accepted, [this, weak = std::weak_ptr{entry}](std::int16_t status) {
        const Entry self = weak.lock();
        if (!self || !self->starts_tls) return;
        if (status != code::success) return tls_started(self, status);
        const auto begun =
            sockets_.begin_tls(client_, self->id, kHandshakeLimit, [this, weak](Result<void> outcome) {
                const Entry secured = weak.lock();
                if (secured && secured->starts_tls) tls_started(secured, tls_outcome(*secured, outcome));
            });
        if (begun) return;
        const bool unread = begun.error() == Error::invalid_argument;
        tls_started(self, unread ? std::int16_t{code::bsd_esecrxbuffernotempty} : socket_code(begun.error()));
    });
    return code::success;
}

void SocketSilo::tls_started(const Entry& entry, std::int16_t status) {
    const bool stays = stays_connected(*entry, status);
    entry->is_tls = stays;
    complete_start_tls(*entry, status, stays);
    if (stays) return;
    // Whoever wanted a secured connection must not go on in plain text.
    renew(*entry);
    entry->state = SocketEntry::State::failed;
    entry->failure = status;
    give_buffers(entry->sends.settle(0));
    try_receive(*entry);
    check_select();
}

/// A host may wait for it.
void SocketSilo::complete_start_tls(SocketEntry& entry, std::int16_t status, bool is_secured) {
    entry.starts_tls = false;
    SocketEvent event;
    event.descriptor = entry.descriptor;
    event.type = is_secured ? SocketEventType::secured : SocketEventType::handshake_failed;
    event.value = status;
    out_.complete(event);
}

// ---- what is known of it

Result<std::vector<Byte>> SocketSilo::tls_connection(const SocketEntry& entry) {
    const auto get = [&](SocketOption option) { return sockets_.get_option(client_, entry.id, option); };
    const auto number_of = [](const std::vector<Byte>& bytes) {
        return std::int32_t{bytes[0]} | bytes[1] << 8;
    };
    const auto version = get(SocketOption::tls_version);
    const auto suite = get(SocketOption::tls_cipher_used);
    if (!version || !suite) return Error::not_connected;
    TlsConnectionParams params;
    params.version = method_of(static_cast<nwp::Protocol>(number_of(*version)));
    params.cipher_suite = bit_of_suite(number_of(*suite)).value_or(0xFF);
    const auto alpn = get(SocketOption::tls_alpn_selected);
    if (alpn) params.alpn = alpn_bit(as_text(*alpn));
    const auto verdict = sockets_.verdict(client_, entry.id);
    const auto peer = sockets_.peer_certificate(client_, entry.id);
    if (peer) {
        const bool by_ca = !entry.settings.tls.ca_file.empty();
        params.peer_validated = by_ca && verdict && verdict->rules.empty() ? 1 : 0;
        put_certificate(params, peer->summary);
    }
    const auto args = encode(params);
    return std::vector<Byte>{args.begin(), args.end()};
}

} // namespace nwp::simplelink
