// SPDX-License-Identifier: Apache-2.0
// StreamSocket's way from open to connected: TCP and the vault side by side, then TLS, all before one
// deadline.
#include "nwpd/service/stream_socket.h"

#include "base/ip_text.h"
#include "nwpd/net/preceded_stream.h"
#include "nwpd/service/mapped_address.h"
#include "nwpd/service/steady_time.h"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <utility>

namespace nwp::service {

void StreamSocket::connect(const Address& peer, Duration limit, Connected done) {
    if (peer.family == Family::unspecified) {
        disconnect();
        return answer_later(std::move(done), local());
    }
    if (state_ == SocketState::connecting) return answer_later(std::move(done), Error::already);
    if (state_ == SocketState::connected || state_ == SocketState::listening)
        return answer_later(std::move(done), Error::is_connected);
    // As Linux: a wrong address is no attempt.
    if (peer.family != kind_.family) return answer_later(std::move(done), Error::family_not_supported);

    forget_last_attempt();
    peer_ = peer;
    connect_done_ = std::move(done);
    const auto real = check_peer(peer);
    if (!real) return fail_connect(real.error());
    begin_connect(*real, limit);
}

Result<Address> StreamSocket::check_peer(const Address& peer) const {
    if (options_.values().ipv6_only != 0 && is_ipv4_mapped(peer)) return Error::network_unreachable;
    return services_.network.real(peer, SocketType::stream);
}

void StreamSocket::forget_last_attempt() {
    ++attempt_;
    verdict_ = {};
    local_ = {};
    credentials_.reset();
    unsent_.clear();
    accepted_ = tcp_ready_ = success_told_ = ended_ = send_ended_ = fin_sent_ = false;
}

void StreamSocket::begin_connect(const Address& real, Duration limit) {
    state_ = SocketState::connecting;
    lease_address_ = address_of_lease();
    on_loopback_ = services_.network.is_own_loopback(peer_);
    set_deadline(limit);

    auto tcp = std::make_unique<net::TcpStream>(services_.context, services_.network.gate_for(peer_));
    tcp_ = tcp.get();
    stream_ = std::move(tcp);
    if (bound_.is_bound())
        if (auto used = bound_.give_to(*tcp_, peer_); !used) return fail_connect(used.error());
    static_cast<void>(tcp_->set_options(tcp_options())); // before connect() it only takes note
    tcp_->connect(real, services_.network.real_source(peer_),
                  [weak = weak_from_this()](Result<void> outcome) {
                      if (auto self = weak.lock()) self->tcp_connected(outcome);
                  });
    if (secures_at_once()) look_up_credentials();
}

void StreamSocket::set_deadline(Duration limit) {
    deadline_.expires_after(to_chrono(limit));
    deadline_.async_wait([weak = weak_from_this(), attempt = attempt_](boost::system::error_code error) {
        auto self = weak.lock();
        if (self && !error && self->attempt_ == attempt) self->deadline_passed();
    });
}

void StreamSocket::look_up_credentials() {
    if (given_) {
        credentials_ = *given_;
        return secure_when_ready();
    }
    services_.credentials.tls_credentials(
        options_.values().tags,
        [weak = weak_from_this(), attempt = attempt_](Result<net::TlsCredentials> found) {
            auto self = weak.lock();
            if (!self || self->attempt_ != attempt || self->state_ != SocketState::connecting) return;
            if (!found) return self->fail_connect(found.error());
            self->credentials_ = std::move(*found);
            self->secure_when_ready();
        });
}

void StreamSocket::tcp_connected(Result<void> outcome) {
    if (state_ != SocketState::connecting) return;
    if (!outcome) return fail_connect(outcome.error());
    tcp_ready_ = true;
    if (!secures_at_once()) return connected();
    secure_when_ready();
}

void StreamSocket::secure_when_ready() {
    if (tcp_ready_ && credentials_) secure();
}

/// Puts TLS on the stream as it stands. Nothing here is about connecting: STARTTLS begins here too.
void StreamSocket::secure() {
    net::TlsSettings settings = accepted_ ? net::TlsSettings{tls_way().settings} : tls_settings();
    settings.credentials = std::move(*credentials_);
    if (!early_.empty())
        stream_ = std::make_unique<net::PrecededStream>(services_.context, std::move(stream_),
                                                        std::exchange(early_, {}));
    auto tls = std::make_unique<net::TlsStream>(services_.context, services_.tls_contexts, std::move(stream_),
                                                std::move(settings), services_.calendar);
    credentials_.reset();
    tls_ = tls.get();
    stream_ = std::move(tls);
    tls_->handshake([weak = weak_from_this()](Result<void> outcome) {
        if (auto self = weak.lock()) self->secured(outcome);
    });
}

void StreamSocket::fill(net::TlsSettings& settings) const {
    const SocketOptionValues& values = options_.values();
    settings.floor = std::max(kind_.protocol, Protocol::tls_1_2); // contracts 5: the number is a floor
    settings.ceiling = static_cast<Protocol>(values.version_max);
    settings.cipher_suites = values.cipher_suites;
    settings.alpn = values.alpn;
    settings.session_cache = values.session_cache != 0;
    settings.client = client_.policy().name;
    settings.clock_offset = client_.clock_offset();
}

net::TlsClientSettings StreamSocket::tls_settings() const {
    const SocketOptionValues& values = options_.values();
    net::TlsClientSettings settings;
    fill(settings);
    // Fail closed (RFC 9525 6.1): who names nobody means the address that was connected to.
    settings.host_name = values.host_name ? *values.host_name : std::string{ip_text(peer_).view()};
    if (values.peer_verify >= 0) settings.verify = static_cast<PeerVerify>(values.peer_verify);
    const ClientPolicy& policy = client_.policy();
    const std::string name =
        settings.host_name.empty() ? std::string{ip_text(peer_).view()} : settings.host_name;
    settings.unverified_allowed = policy.allow_unverified || policy.legacy_warn.count(name) != 0;
    settings.truncation_allowed = policy.truncation_hosts.count(settings.host_name) != 0;
    return settings;
}

void StreamSocket::secured(Result<void> outcome) {
    if (state_ != SocketState::connecting) return;
    if (!outcome) {
        if (outcome.error() == Error::connection_aborted) ++services_.totals.handshakes_refused;
        return fail_connect(outcome.error());
    }
    ++services_.totals.handshakes_done;
    const bool required = !accepted_ && tls_settings().verify == PeerVerify::required;
    // A resumed session says nothing about today, and one of a client with a clock of its own nothing about
    // ours.
    const bool own_clock = client_.clock_offset() != 0;
    const bool proven = required && !own_clock && !tls_->resumed() && tls_->verdict().rules.empty();
    if (proven && services_.date_proven) services_.date_proven();
    if (upgrading_) return upgraded();
    connected();
}

void StreamSocket::connected() {
    state_ = SocketState::connected;
    local_ = services_.network.seen_as_own(stream_->local());
    if (bound_.is_bound()) local_.port = bound_.local().port; // the radio file may map it
    finish_connect(local_);
    tell_success_later();
}

/// What the peer sent at once must not overtake the answer.
void StreamSocket::tell_success_later() {
    boost::asio::post(services_.context, [weak = weak_from_this(), attempt = attempt_] {
        auto self = weak.lock();
        if (!self || self->attempt_ != attempt) return;
        self->success_told_ = true;
        self->watch_readable();
    });
}

void StreamSocket::deadline_passed() {
    if (state_ != SocketState::connecting) return;
    const bool handshaking = tls_ != nullptr;
    if (handshaking) ++services_.totals.handshakes_refused;
    fail_connect(Error::timed_out);
    if (handshaking) verdict_.rules.add(Rule::timed_out);
}

/// As Linux: a connection is reset, an attempt ends, a listener stops; a port that bind() chose stays.
void StreamSocket::disconnect() {
    if (state_ == SocketState::connecting) fail_connect(Error::cancelled);
    drop_stream(true);
    if (state_ == SocketState::listening)
        stop_listening();
    else if (bound_.is_bound())
        bound_.stop_listening(); // takes the port back from the stream
    state_ = SocketState::open;
    forget_last_attempt();
    peer_ = {};
    received_.clear();
    boost::asio::post(services_.context, [weak = weak_from_this()] { // of what waited there is nothing left
        if (auto self = weak.lock()) self->client_.listener().on_taken(self->id_);
    });
}

void StreamSocket::cancel_connect() {
    if (state_ == SocketState::connecting) fail_connect(Error::cancelled);
}

void StreamSocket::fail_connect(Error error) {
    state_ = SocketState::failed;
    drop_stream(false);
    credentials_.reset();
    finish_connect(error);
    if (upgrading_) upgrade_failed(error);
}

void StreamSocket::finish_connect(Result<Address> outcome) {
    deadline_.cancel();
    answer_later(std::exchange(connect_done_, nullptr), outcome);
}

} // namespace nwp::service
