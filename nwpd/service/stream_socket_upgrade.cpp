// SPDX-License-Identifier: Apache-2.0
// StreamSocket's way from plain to secured (STARTTLS): what was written flows out, then TLS shakes hands.
#include "nwpd/service/stream_socket.h"

#include <boost/asio/post.hpp>

#include <utility>

namespace nwp::service {

// Bytes that came in plain text are never read as if TLS had brought them: whoever sits on the path can put
// commands behind the one that asks for TLS, and they must not be carried out as if the peer had sent them
// (CVE-2011-0411). So the stream is read no further, and nothing that came is kept:
//   client   nothing may be unconsumed. A server speaks TLS only after our ClientHello, so whatever stands
//            there was meant to be read in plain text: refused.
//   server   the ClientHello may have come before the application's word: the peer has our "go ahead" the
//            moment that it is sent. What is unconsumed is TLS's first bytes, and if it is anything else the
//            handshake fails.
// What still waits to be sent was written before and goes out first, in plain text; what is written from now
// on waits and goes out secured.
Result<void> StreamSocket::begin_tls(Duration limit, std::function<void(Result<void>)> done) {
    if (!uses_tls()) return Error::no_protocol_option;
    if (state_ != SocketState::connected || tls_ != nullptr) return Error::invalid_argument;
    if (send_ended_ || ended_) return Error::invalid_argument;
    const ByteView held = received_.held();
    if (!accepted_ && !held.empty()) return Error::invalid_argument;
    if (auto set = options_.set(SocketOption::tls_defer, option_bytes(0), true); !set) return set;

    early_.assign(held.begin(), held.end());
    bytes_in_ -= early_.size();
    received_.clear();
    ++attempt_;
    verdict_ = {};
    upgrading_ = true;
    success_told_ = tcp_ready_ = false;
    watching_readable_ = watching_writable_ = false; // the handlers are replaced, or find it connecting
    state_ = SocketState::connecting;
    connect_done_ = [done = std::move(done)](Result<Address> outcome) {
        done(outcome ? Result<void>{} : Result<void>{outcome.error()});
    };
    std::swap(unsent_plain_, unsent_);
    set_deadline(limit);
    look_up_credentials();
    flush_plain();
    return {};
}

void StreamSocket::flush_plain() {
    if (unsent_plain_.empty()) {
        tcp_ready_ = true;
        return secure_when_ready();
    }
    stream_->wait_writable([weak = weak_from_this(), attempt = attempt_] {
        const auto self = weak.lock();
        if (self && self->upgrading_ && self->attempt_ == attempt) self->on_plain_writable();
    });
}

void StreamSocket::on_plain_writable() {
    const auto wrote = stream_->write(unsent_plain_.front());
    if (!wrote && wrote.error() != Error::would_block) return fail_connect(wrote.error());
    if (wrote) {
        bytes_out_ += *wrote;
        unsent_plain_.drop(*wrote);
        client_.listener().on_taken(id_);
    }
    if (upgrading_) flush_plain(); // the listener may have closed it
}

void StreamSocket::upgraded() {
    upgrading_ = false;
    state_ = SocketState::connected;
    finish_connect(local_);
    tell_success_later();
    watch_writable();
}

/// The client knew it as connected: beside the answer it hears that the connection is over, unless it went on
/// to another by then.
void StreamSocket::upgrade_failed(Error error) {
    upgrading_ = false;
    early_.clear();
    unsent_plain_.clear();
    unsent_.clear();
    boost::asio::post(services_.context, [weak = weak_from_this(), attempt = attempt_, error] {
        const auto self = weak.lock();
        if (self && self->attempt_ == attempt) self->client_.listener().on_failed(self->id_, error);
    });
}

} // namespace nwp::service
