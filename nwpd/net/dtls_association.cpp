// SPDX-License-Identifier: Apache-2.0
#include "nwpd/net/dtls_association.h"

#include "nwpd/net/dtls_cookies.h"
#include "nwpd/net/dtls_door.h"
#include "nwpd/net/tls_callbacks.h"
#include "nwpd/net/tls_failure.h"
#include "nwpd/net/tls_outcome.h"
#include "nwpd/net/tls_setup.h"

#include <openssl/err.h>
#include <sys/time.h>

#include <algorithm>
#include <limits>
#include <utility>

namespace nwp::net {
namespace {

constexpr std::size_t kRecord = 16384; // RFC 6347 4.1: as RFC 5246 6.2.1
/// OpenSSL takes what is due within 15 ms for due now: less would be a flight without a pause.
constexpr Duration kShortestTimeout = milliseconds(20);

/// RFC 6347 4.2.4.1: doubles from the initial to the largest. `previous` and the result in microseconds.
unsigned next_timeout(SSL* ssl, unsigned previous) {
    const DtlsHandshake* handshake = dtls_handshake_of(ssl);
    if (handshake == nullptr) return 1000000;
    const Duration least = std::max(handshake->timeout_min, kShortestTimeout);
    const Duration most = std::clamp(handshake->timeout_max, least,
                                     std::max(least, Duration{std::numeric_limits<std::int32_t>::max()}));
    const Duration next = previous == 0 ? least : Duration{std::int64_t{previous}} * 2;
    return static_cast<unsigned>(std::min(next, most).microseconds());
}

bool gave_up_sending() {
    const unsigned long error = ERR_peek_last_error();
    return ERR_GET_LIB(error) == ERR_LIB_SSL && ERR_GET_REASON(error) == SSL_R_READ_TIMEOUT_EXPIRED;
}

} // namespace

DtlsAssociation::DtlsAssociation(Datagrams& lower, std::shared_ptr<const DtlsSettings> settings,
                                 const Address& peer, const Address& to)
    : settings_(std::move(settings)), bio_(lower, peer, to) {
    handshake_.peer = peer;
    handshake_.timeout_min = settings_->timeout_min;
    handshake_.timeout_max = settings_->timeout_max;
}

bool DtlsAssociation::prepare(TlsContexts& contexts, const Calendar& calendar, const DtlsCookies* cookies) {
    handshake_.cookies = cookies;
    TlsSetup setup = set_up(handshake_, contexts, calendar, handshake_.peer);
    context_ = std::move(setup.context);
    ssl_ = std::move(setup.ssl);
    BIO* bio = ssl_ ? bio_.make() : nullptr;
    if (bio == nullptr) {
        if (ssl_) handshake_.verdict.rules.add(Rule::other);
        state_ = State::ended;
        return false;
    }
    SSL_set_bio(ssl_.get(), bio, bio);
    if (cookies != nullptr) DtlsCookies::install(context_.get());
    SSL_set_default_read_buffer_len(ssl_.get(), 0); // of DTLS OpenSSL keeps it: one record is enough
    DTLS_set_timer_cb(ssl_.get(), next_timeout);
    return true;
}

bool DtlsAssociation::greet(ByteView client_hello) {
    bio_.offer(client_hello);
    return listen_to(ssl_.get());
}

// ---- the handshake

Error DtlsAssociation::fail(Error error, Rule rule) {
    handshake_.verdict.rules.add(rule);
    state_ = State::ended;
    return error;
}

Error DtlsAssociation::fail_handshake() {
    if (gave_up_sending()) {
        ERR_clear_error();
        return fail(Error::timed_out, Rule::timed_out);
    }
    note_failed_handshake(ssl_.get(), handshake_);
    state_ = State::ended;
    return Error::connection_aborted;
}

Result<void> DtlsAssociation::handshake() {
    const int outcome = SSL_do_handshake(ssl_.get());
    const auto send_error = bio_.take_send_error();
    if (outcome == 1) return finish();
    if (SSL_get_error(ssl_.get(), outcome) != SSL_ERROR_WANT_READ) return fail_handshake();
    // For a server, and without room, what did not go out counts as lost on the way.
    const bool lost = !send_error || *send_error == Error::would_block;
    if (lost || settings_->tls.role == TlsRole::server) return Error::would_block;
    state_ = State::ended;
    return *send_error;
}

Result<void> DtlsAssociation::finish() {
    if (const auto broken = rule_broken_by_outcome(ssl_.get(), handshake_))
        return fail(Error::connection_aborted, *broken);
    state_ = State::established;
    established_ = true;
    return {};
}

std::optional<Duration> DtlsAssociation::timer() const {
    timeval left{};
    if (state_ == State::ended || DTLSv1_get_timeout(ssl_.get(), &left) != 1) return std::nullopt;
    return seconds(left.tv_sec) + microseconds(left.tv_usec);
}

Result<void> DtlsAssociation::on_timer() {
    if (state_ == State::ended) return {};
    ERR_clear_error();
    const long outcome = DTLSv1_handle_timeout(ssl_.get());
    static_cast<void>(bio_.take_send_error()); // another time, it may get through
    if (outcome >= 0 || state_ == State::established) return {};
    return fail_handshake();
}

void DtlsAssociation::time_out() { fail(Error::timed_out, Rule::timed_out); }

// ---- data

Error DtlsAssociation::read_failed(int outcome) {
    switch (SSL_get_error(ssl_.get(), outcome)) {
        case SSL_ERROR_WANT_READ:
        case SSL_ERROR_WANT_WRITE: return Error::would_block;
        case SSL_ERROR_ZERO_RETURN: close(); return Error::closed; // RFC 5246 7.2.1: answered in kind
        default: state_ = State::ended; return explain_stream_failure(handshake_);
    }
}

Result<std::size_t> DtlsAssociation::read(Bytes into) {
    ERR_clear_error();
    if (state_ == State::ended) return Error::not_connected;
    if (state_ == State::handshaking)
        if (const auto step = handshake(); !step) return step.error();
    std::size_t count = 0;
    const int outcome = SSL_read_ex(ssl_.get(), into.data(), into.size(), &count);
    if (outcome == 1) return count;
    return read_failed(outcome);
}

Result<void> DtlsAssociation::write(ByteView datagram) {
    if (state_ != State::established) return Error::not_connected;
    if (datagram.size() > kRecord) return Error::message_too_long;
    ERR_clear_error();
    static_cast<void>(bio_.take_send_error());
    std::size_t count = 0;
    const int outcome = SSL_write_ex(ssl_.get(), datagram.data(), datagram.size(), &count);
    if (outcome != 1) {
        const Error error = read_failed(outcome);
        return error;
    }
    if (const auto error = bio_.take_send_error()) return *error;
    return {};
}

void DtlsAssociation::close() {
    if (std::exchange(state_, State::ended) != State::established) return;
    ERR_clear_error();
    SSL_shutdown(ssl_.get());
    ERR_clear_error();
}

DtlsFacts DtlsAssociation::facts() const {
    DtlsFacts facts;
    if (state_ != State::established) return facts;
    facts.version = SSL_version(ssl_.get()) == DTLS1_2_VERSION ? Protocol::dtls_1_2 : Protocol::dtls_1_0;
    const SSL_CIPHER* cipher = SSL_get_current_cipher(ssl_.get());
    if (cipher != nullptr) facts.cipher_suite = SSL_CIPHER_get_protocol_id(cipher);
    facts.alpn = selected_alpn(ssl_.get());
    return facts;
}

} // namespace nwp::net
