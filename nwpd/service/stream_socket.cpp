// SPDX-License-Identifier: Apache-2.0
#include "nwpd/service/stream_socket.h"

#include "nwpd/service/mapped_address.h"
#include "nwpd/service/steady_time.h"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <utility>

namespace nwp::service {
namespace {

/// One socket reads so much before all others had their turn.
constexpr std::size_t kReadTurn = 64 * std::size_t{1024};

} // namespace

StreamSocket::StreamSocket(SocketServices& services, Client& client, std::weak_ptr<ClientPresence> presence,
                           SocketId id, Kind kind)
    : Socket(services, client, std::move(presence), id, kind), bound_(services.context, services.network),
      handshakes_(services,
                  [this](std::unique_ptr<AcceptedStream> arrival, const Verdict& refused) {
                      if (arrival)
                          ready(std::move(*arrival));
                      else
                          client_.listener().on_refused(id_, refused);
                      watch_acceptable();
                  }),
      look_again_(services.context), deadline_(services.context), received_(services.blocks) {}

StreamSocket::StreamSocket(const StreamSocket& listener, SocketId id)
    : StreamSocket(listener.services_, listener.client_, listener.presence_, id, listener.kind_) {
    options_ = listener.options_;
    given_ = listener.given_;
}

StreamSocket::~StreamSocket() {
    drop_stream(false);
    drop_arrivals();
}

// ---- bytes that came
//
// The stream is read exactly while there is room: without room the bytes wait in the kernel, and its TCP
// window closes. TLS needs nothing more from here: TlsStream takes in key updates, tickets and alerts by
// itself while nobody reads it, up to the first record with data.

void StreamSocket::watch_readable() {
    if (state_ != SocketState::connected || !success_told_ || ended_ || !received_.has_space()) return;
    if (std::exchange(watching_readable_, true)) return;
    stream_->wait_readable([weak = weak_from_this()] {
        if (auto self = weak.lock()) self->on_readable();
    });
}

void StreamSocket::on_readable() {
    watching_readable_ = false;
    if (state_ != SocketState::connected) return;
    const Bytes space = received_.space(kReadTurn);
    if (space.empty()) return; // consume() and set_receive_room() watch again

    const auto got = read_into(space);
    if (!got && got.error() != Error::would_block && got.error() != Error::closed)
        return fail(got.error(), false);
    ended_ = !got && got.error() == Error::closed;
    if (got || ended_) client_.listener().on_readable(id_);
    watch_readable();
}

Result<std::size_t> StreamSocket::read_into(Bytes space) {
    const auto got = stream_->read(space);
    received_.filled(got ? *got : 0);
    bytes_in_ += got ? *got : 0;
    return got;
}

Result<void> StreamSocket::consume(std::size_t count) {
    if (count > received_.held().size()) return Error::invalid_argument;
    if (count == 0) return {};
    received_.consume(count);
    consumed_ += static_cast<std::uint32_t>(count);
    watch_readable();
    return {};
}

void StreamSocket::drop_received(std::size_t keep) {
    received_.truncate(keep);
    watch_readable();
}

void StreamSocket::set_receive_room(std::size_t bytes) {
    received_.set_room(bytes);
    watch_readable();
}

// ---- bytes that go

Result<void> StreamSocket::write(ByteView bytes) {
    if (state_ == SocketState::connecting && !upgrading_) return Error::would_block;
    if (!stands() || send_ended_) return Error::broken_pipe;
    if (waiting() + bytes.size() > Sockets::kSendRoom) return Error::no_buffers;

    taken_ += static_cast<std::uint32_t>(bytes.size());
    while (!upgrading_ && unsent_.empty() && !bytes.empty()) {
        const auto wrote = stream_->write(bytes);
        if (!wrote && wrote.error() != Error::would_block) {
            sending_failed(wrote.error());
            return {};
        }
        if (!wrote) break;
        bytes_out_ += *wrote;
        bytes = bytes.from(*wrote);
    }
    if (bytes.empty()) return {};
    unsent_.push(bytes);
    watch_writable();
    return {};
}

void StreamSocket::watch_writable() {
    if (state_ != SocketState::connected || unsent_.empty()) return;
    if (std::exchange(watching_writable_, true)) return;
    stream_->wait_writable([weak = weak_from_this()] {
        if (auto self = weak.lock()) self->on_writable();
    });
}

void StreamSocket::on_writable() {
    watching_writable_ = false;
    if (state_ != SocketState::connected) return;
    const std::size_t before = unsent_.size();
    while (!unsent_.empty()) {
        const auto wrote = stream_->write(unsent_.front());
        if (!wrote && wrote.error() != Error::would_block) return sending_failed(wrote.error());
        if (!wrote) break;
        bytes_out_ += *wrote;
        unsent_.drop(*wrote);
    }
    end_sending();
    watch_writable();
    if (unsent_.size() < before) client_.listener().on_taken(id_);
}

void StreamSocket::end_sending() {
    if (!send_ended_ || !unsent_.empty() || std::exchange(fin_sent_, true)) return;
    static_cast<void>(stream_->shutdown_send()); // the peer may be gone by now; reading tells
}

Result<void> StreamSocket::shutdown(Shutdown how) {
    if (state_ == SocketState::connecting) { // as Linux does it
        fail_connect(Error::connection_reset);
        return {};
    }
    if (state_ == SocketState::listening) {
        if (how != Shutdown::send) stop_listening(); // as Linux
        return {};
    }
    if (state_ != SocketState::connected) return Error::not_connected;
    // Linux reads on after SHUT_RD; it is recv() that says 0 where it would wait, at the host.
    if (how == Shutdown::receive) return {};
    send_ended_ = true;
    end_sending();
    return {};
}

// ---- the end

/// What came before the connection broke is kept as far as there is room, and what the peer said last (an
/// alert) is worth more than that it no longer listens.
void StreamSocket::sending_failed(Error error) {
    bool readable = false;
    while (state_ == SocketState::connected && !ended_) {
        const Bytes space = received_.space(kReadTurn);
        if (space.empty()) break;
        const auto got = read_into(space);
        readable = readable || got.ok();
        if (got) continue;
        if (got.error() == Error::connection_aborted) error = got.error();
        break;
    }
    if (readable)
        boost::asio::post(services_.context, [weak = weak_from_this()] {
            if (auto self = weak.lock()) self->client_.listener().on_readable(self->id_);
        });
    fail(error, false);
}

void StreamSocket::fail(Error error, bool abort) {
    state_ = SocketState::failed;
    drop_stream(abort);
    unsent_.clear();
    boost::asio::post(services_.context, [weak = weak_from_this(), error] {
        if (auto self = weak.lock()) self->client_.listener().on_failed(self->id_, error);
    });
}

void StreamSocket::drop_stream(bool abort) {
    if (!stream_) return;
    stream_->close(abort);
    verdict_ = verdict(); // after close(): nothing is added any more
    tls_ = nullptr;
    tcp_ = nullptr;
    stream_.reset();
    watching_readable_ = watching_writable_ = false;
}

void StreamSocket::lease_changed() {
    bound_.lease_changed();
    if (state_ == SocketState::listening) {
        handshakes_.drop_remote();
        std::erase_if(ready_, [](const AcceptedStream& arrival) {
            if (!arrival.loopback) arrival.stream->close(true);
            return !arrival.loopback;
        });
    }
    if (on_loopback_ || address_of_lease() == lease_address_) return;
    if (state_ == SocketState::connecting) return fail_connect(Error::network_down);
    if (state_ == SocketState::connected) fail(Error::network_down, true);
}

std::optional<ClosingStream::Parts> StreamSocket::release() {
    if (state_ == SocketState::connecting) fail_connect(Error::cancelled);
    if (state_ != SocketState::connected) return std::nullopt;

    state_ = SocketState::failed;
    ClosingStream::Parts parts;
    parts.tcp = std::exchange(tcp_, nullptr);
    tls_ = nullptr;
    parts.stream = std::move(stream_);
    std::swap(parts.queue, unsent_);
    parts.send_ended = fin_sent_;
    return parts;
}

// ---- what is known about it

Address StreamSocket::address_of_lease() const {
    const auto& lease = services_.network.lease();
    return lease ? lease->address : Address{};
}

Address StreamSocket::local() const {
    if (local_.family != Family::unspecified) return local_;
    if (bound_.is_bound()) return bound_.local();
    Address any;
    any.family = kind_.family;
    return any;
}

Result<Address> StreamSocket::peer() const {
    if (!stands()) return Error::not_connected;
    return peer_;
}

Verdict StreamSocket::verdict() const { return tls_ != nullptr ? tls_->verdict() : verdict_; }

SocketSummary StreamSocket::summary() const {
    return {.socket = id_,
            .family = kind_.family,
            .type = kind_.type,
            .protocol = kind_.protocol,
            .state = state_,
            .peer = peer_,
            .taken = taken_,
            .consumed = consumed_};
}

SocketDetails StreamSocket::details() const {
    SocketDetails details;
    details.client = &client_;
    details.summary = summary();
    details.local = local_;
    if (tls_ != nullptr && state_ == SocketState::connected) {
        details.tls_version = tls_->version();
        details.tls_cipher = tls_->cipher_suite();
    }
    details.bytes_in = bytes_in_;
    details.bytes_out = bytes_out_;
    details.unread = received_.held().size();
    details.unsent = waiting();
    details.credit = received_.spare();
    return details;
}

Result<void> StreamSocket::use_credentials(net::TlsCredentials credentials) {
    if (!uses_tls()) return Error::no_protocol_option;
    given_ = std::make_shared<const net::TlsCredentials>(std::move(credentials));
    return {};
}

Result<PeerCertificate> StreamSocket::peer_certificate() const {
    if (tls_ == nullptr || state_ != SocketState::connected) return Error::not_connected;
    PeerCertificate certificate;
    certificate.der = tls_->peer_certificate();
    if (certificate.der.empty()) return Error::not_found;
    auto summary = net::summary_of(certificate.der);
    if (!summary) return summary.error();
    certificate.summary = std::move(*summary);
    return certificate;
}

Result<void> StreamSocket::set_option(SocketOption option, ByteView value) {
    const bool in_use =
        bound_.is_bound() || state_ == SocketState::connecting || state_ == SocketState::connected;
    const bool unused = state_ == SocketState::open || state_ == SocketState::failed;
    if (option == SocketOption::tls_defer && uses_tls() && !unused) return Error::invalid_argument;
    auto set = options_.set(option, value, in_use);
    if (set && option == SocketOption::tls_session_purge)
        services_.tls_contexts.sessions().purge(client_.policy().name);
    return !set || option >= SocketOption::tls_sec_tag_list ? set : apply_tcp_options();
}

Result<void> StreamSocket::set_keep_alive_time(std::uint32_t seconds) {
    constexpr std::uint32_t most = 32767; // tcp(7)
    keep_alive_time_ = static_cast<int>(std::clamp<std::uint32_t>(seconds, 1, most));
    return apply_tcp_options();
}

/// To the kernel's sockets that there are.
Result<void> StreamSocket::apply_tcp_options() {
    if (state_ == SocketState::listening) bound_.set_options(tcp_options());
    return tcp_ == nullptr ? Result<void>{} : tcp_->set_options(tcp_options());
}

Result<std::vector<Byte>> StreamSocket::get_option(SocketOption option) {
    if (option == SocketOption::accepting) return option_bytes(state_ == SocketState::listening ? 1 : 0);
    const bool secure = tls_ != nullptr && state_ == SocketState::connected;
    if (!uses_tls()) return options_.get(option);
    switch (option) {
        case SocketOption::tls_cipher_used:
            if (!secure) return Error::not_connected;
            return option_bytes(tls_->cipher_suite());
        case SocketOption::tls_version:
            if (!secure) return Error::not_connected;
            return option_bytes(static_cast<std::int32_t>(tls_->version()));
        case SocketOption::tls_alpn_selected:
            if (!secure) return Error::not_connected;
            return option_bytes(tls_->alpn_selected());
        case SocketOption::tls_resumed:
            if (!secure) return Error::not_connected;
            return option_bytes(tls_->resumed() ? 1 : 0);
        case SocketOption::tls_cipher_list:
            if (!options_.values().cipher_suites.empty()) break;
            return option_bytes(services_.tls_contexts.available_suites(tls_settings()));
        default: break;
    }
    return options_.get(option);
}

net::TcpOptions StreamSocket::tcp_options() const {
    const SocketOptionValues& values = options_.values();
    net::TcpOptions options;
    options.no_delay = values.no_delay != 0;
    options.keep_alive = values.keep_alive != 0;
    options.keep_alive_time = keep_alive_time_;
    if (values.receive_buffer >= 0) options.receive_buffer = values.receive_buffer;
    if (values.send_buffer >= 0) options.send_buffer = values.send_buffer;
    if (values.hop_limit >= 0) options.hop_limit = values.hop_limit;
    return options;
}

} // namespace nwp::service
