// SPDX-License-Identifier: Apache-2.0
#include "nwpd/net/tls_engine.h"

#include "nwpd/net/tls_callbacks.h"
#include "nwpd/net/tls_failure.h"
#include "nwpd/net/tls_outcome.h"

#include <openssl/err.h>

#include <utility>

namespace nwp::net {
namespace {

constexpr std::size_t kRecord = 16384; // RFC 8446 5.1
/// How much is read on, at most, to find the alert behind a failed write.
constexpr std::size_t kHoldLimit = 64 * std::size_t{1024};

} // namespace

TlsEngine::TlsEngine(Stream& lower, TlsSettings settings)
    : lower_(lower), settings_(std::move(settings)), bio_(lower) {}

bool TlsEngine::refuse(Rule rule) {
    handshake_.verdict.rules.add(rule);
    return false;
}

bool TlsEngine::prepare(TlsContexts& contexts, const Calendar& calendar) {
    TlsSetup setup = set_up(handshake_, contexts, calendar, lower_.peer());
    context_ = std::move(setup.context);
    ssl_ = std::move(setup.ssl);
    if (!ssl_) return false;
    BIO* bio = bio_.make();
    if (bio == nullptr) return refuse(Rule::other);
    SSL_set_bio(ssl_.get(), bio, bio);
    return true;
}

// ---- the handshake

Result<void> TlsEngine::handshake() {
    ERR_clear_error();
    wants_write_ = false;
    const int outcome = SSL_do_handshake(ssl_.get());
    if (outcome == 1) return finish();
    switch (SSL_get_error(ssl_.get(), outcome)) {
        case SSL_ERROR_WANT_READ: return Error::would_block;
        case SSL_ERROR_WANT_WRITE: wants_write_ = true; return Error::would_block;
        default: return fail_handshake();
    }
}

Result<void> TlsEngine::fail_handshake() {
    note_failed_handshake(ssl_.get(), handshake_);
    forget_session();
    bio_.flush();
    return Error::connection_aborted;
}

Result<void> TlsEngine::fail_handshake(Rule rule) {
    refuse(rule);
    forget_session();
    bio_.flush();
    return Error::connection_aborted;
}

/// RFC 5246 7.2.2: what ended in a fatal alert is not taken up again.
void TlsEngine::forget_session() {
    if (handshake_.sessions != nullptr) handshake_.sessions->drop(handshake_.session_key);
}

bool TlsEngine::resumed() const { return ssl_ && was_resumed(ssl_.get(), settings_); }

std::vector<Byte> TlsEngine::peer_certificate() const {
    const Openssl<X509> certificate{ssl_ ? SSL_get1_peer_certificate(ssl_.get()) : nullptr};
    unsigned char* der = nullptr;
    const int size = certificate ? i2d_X509(certificate.get(), &der) : 0;
    if (size <= 0) return {};
    std::vector<Byte> bytes{der, der + size};
    OPENSSL_free(der);
    return bytes;
}

Result<void> TlsEngine::finish() {
    if (const auto broken = rule_broken_by_outcome(ssl_.get(), handshake_)) return fail_handshake(*broken);
    finished_ = !bio_.write_error();
    if (finished_) return {};

    // Our last flight went nowhere: look for the alert that says why.
    Byte byte = 0;
    const int outcome = SSL_peek(ssl_.get(), &byte, 1);
    if (outcome <= 0 && SSL_get_error(ssl_.get(), outcome) == SSL_ERROR_SSL) return fail_handshake();
    return fail_handshake(Rule::other);
}

Protocol TlsEngine::version() const {
    if (!finished_) return Protocol::any;
    return static_cast<Protocol>(SSL_version(ssl_.get()) - TLS1_VERSION +
                                 static_cast<int>(Protocol::tls_1_0));
}

std::int32_t TlsEngine::cipher_suite() const {
    const SSL_CIPHER* cipher = finished_ ? SSL_get_current_cipher(ssl_.get()) : nullptr;
    return cipher == nullptr ? 0 : SSL_CIPHER_get_protocol_id(cipher);
}

std::string TlsEngine::alpn_selected() const { return finished_ ? selected_alpn(ssl_.get()) : std::string{}; }

// ---- data

Error TlsEngine::read_failed(int outcome) {
    switch (SSL_get_error(ssl_.get(), outcome)) {
        case SSL_ERROR_WANT_WRITE: wants_write_ = true; [[fallthrough]];
        case SSL_ERROR_WANT_READ: starved_ = true; return Error::would_block;
        case SSL_ERROR_ZERO_RETURN: end_ = Error::closed; break;
        case SSL_ERROR_SSL:
            end_ = explain_stream_failure(handshake_);
            if (end_ == Error::connection_aborted) forget_session();
            break;
        default: end_ = bio_.read_error().value_or(Error::connection_reset); break;
    }
    return *end_;
}

std::size_t TlsEngine::take_held(Bytes into) {
    const std::size_t count = copy_bytes(into, ByteView{held_}.from(held_at_));
    held_at_ += count;
    if (held_at_ == held_.size()) {
        std::vector<Byte>{}.swap(held_);
        held_at_ = 0;
    }
    return count;
}

Result<std::size_t> TlsEngine::read_some(Bytes into) {
    if (end_) return *end_;
    ERR_clear_error();
    wants_write_ = false;
    starved_ = false;
    std::size_t count = 0;
    const int outcome = SSL_read_ex(ssl_.get(), into.data(), into.size(), &count);
    if (outcome == 1) return count;
    return read_failed(outcome);
}

Result<std::size_t> TlsEngine::read(Bytes into) {
    if (into.empty()) return std::size_t{0};
    std::size_t count = held_.empty() ? 0 : take_held(into);
    while (count < into.size()) {
        const auto got = read_some(into.from(count));
        if (!got && count == 0) {
            data_ready_ = false;
            return got.error();
        }
        if (!got) break;
        count += *got;
    }
    data_ready_ = !held_.empty() || SSL_pending(ssl_.get()) > 0;
    return count;
}

bool TlsEngine::peek() {
    if (has_answer()) return data_ready_;
    ERR_clear_error();
    wants_write_ = false;
    starved_ = false;
    Byte byte = 0;
    std::size_t count = 0;
    const int outcome = SSL_peek_ex(ssl_.get(), &byte, 1, &count);
    if (outcome == 1)
        data_ready_ = true;
    else
        read_failed(outcome);
    return data_ready_;
}

Result<std::size_t> TlsEngine::write(ByteView bytes) {
    bio_.flush();
    if (bio_.write_error()) return write_lost();
    if (broken()) return end_ == Error::connection_aborted ? Error::connection_aborted : Error::broken_pipe;
    if (notified_) return Error::broken_pipe;
    if (bytes.empty()) return std::size_t{0};

    std::size_t count = 0;
    while (count < bytes.size() && !bio_.pending()) {
        ERR_clear_error();
        std::size_t wrote = 0;
        const ByteView record = bytes.from(count).first(kRecord);
        const int outcome = SSL_write_ex(ssl_.get(), record.data(), record.size(), &wrote);
        if (bio_.write_error()) return write_lost();
        if (outcome != 1) {
            const int error = SSL_get_error(ssl_.get(), outcome);
            if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) break;
            end_ = explain_stream_failure(handshake_);
            return *end_;
        }
        count += wrote;
    }
    if (count == 0) return Error::would_block;
    return count;
}

/// The lower stream took no more: what the peer said last decides what the application hears (contracts 5).
Error TlsEngine::write_lost() {
    std::size_t count = held_.size();
    while (!end_ && count < kHoldLimit) {
        held_.resize(count + kRecord);
        const auto got = read_some(Bytes{held_}.from(count));
        held_.resize(count + (got ? *got : 0));
        if (!got) break;
        count = held_.size();
    }
    data_ready_ = data_ready_ || !held_.empty();
    if (end_ == Error::connection_aborted) return Error::connection_aborted;
    return bio_.write_error().value_or(Error::broken_pipe);
}

void TlsEngine::flush() {
    bio_.flush();
    wants_write_ = false;
}

void TlsEngine::notify_close() {
    if (notified_) return;
    notified_ = true;
    if (broken() || bio_.write_error()) return;
    ERR_clear_error();
    SSL_shutdown(ssl_.get());
    ERR_clear_error();
}

} // namespace nwp::net
