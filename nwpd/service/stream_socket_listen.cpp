// SPDX-License-Identifier: Apache-2.0
// StreamSocket's server side: bind, listen, and what waits for accept().
#include "nwpd/service/stream_socket.h"

#include "nwpd/service/mapped_address.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace nwp::service {
namespace {

/// The kernel has no descriptor left for a connection that waits: it is asked again.
constexpr std::chrono::milliseconds kLookAgain{100};

} // namespace

Result<Address> StreamSocket::bind(const Address& local) {
    if (local.family != kind_.family) return Error::family_not_supported;
    if (bound_.is_bound() || (state_ != SocketState::open && state_ != SocketState::failed))
        return Error::invalid_argument;
    const SocketOptionValues& values = options_.values();
    return bound_.bind(local, {.reuse_address = values.reuse_address != 0,
                               .reuse_port = values.reuse_port != 0,
                               .ipv6_only = values.ipv6_only != 0});
}

Result<void> StreamSocket::listen(std::uint16_t backlog) {
    if (state_ == SocketState::connecting || state_ == SocketState::connected) return Error::invalid_argument;
    if (!bound_.is_bound()) {
        Address any;
        any.family = kind_.family;
        if (const auto bound = bind(any); !bound) return bound.error();
    }
    backlog_ = std::max<std::uint16_t>(backlog, 1);
    if (auto listens = bound_.listen(backlog_, tcp_options()); !listens) return listens;
    forget_last_attempt();
    peer_ = {};
    state_ = SocketState::listening;
    watch_acceptable();
    return {};
}

/// Connections are taken from the kernel as they come, so that the client hears how many wait; with
/// `backlog_` of them here, TLS handshakes under way included, the next ones wait in the kernel's own queue.
void StreamSocket::watch_acceptable() {
    if (state_ != SocketState::listening || !has_room_for_arrivals()) return;
    bound_.wait_acceptable([weak = weak_from_this()] {
        if (auto self = weak.lock()) self->on_acceptable();
    });
}

void StreamSocket::on_acceptable() {
    if (state_ != SocketState::listening) return;
    while (has_room_for_arrivals()) {
        auto arrival = bound_.accept();
        if (arrival) {
            arrived(std::move(*arrival));
            continue;
        }
        if (arrival.error() != Error::would_block) return look_again_later();
        break;
    }
    watch_acceptable();
}

/// A TCP connection is ready for accept() as it comes, one of TLS when its handshake is done.
void StreamSocket::arrived(BoundStreams::Arrival arrival) {
    AcceptedStream accepted;
    accepted.tcp = arrival.stream.get();
    accepted.stream = std::move(arrival.stream);
    accepted.local = arrival.local;
    accepted.peer = arrival.peer;
    accepted.loopback = arrival.loopback;
    if (secures_at_once())
        handshakes_.begin(std::move(accepted), tls_way());
    else
        ready(std::move(accepted));
}

void StreamSocket::ready(AcceptedStream arrival) {
    ready_.push_back(std::move(arrival));
    client_.listener().on_acceptable(id_, ready_.size());
}

TlsArrivals::Way StreamSocket::tls_way() const {
    TlsArrivals::Way way;
    fill(way.settings);
    way.tags = options_.values().tags;
    way.given = given_;
    way.client = client_.policy().name;
    const std::int32_t verify = options_.values().peer_verify;
    if (verify >= 0) way.settings.verify = static_cast<PeerVerify>(verify);
    return way;
}

void StreamSocket::look_again_later() {
    look_again_.expires_after(kLookAgain);
    look_again_.async_wait([weak = weak_from_this()](boost::system::error_code error) {
        auto self = weak.lock();
        if (self && !error) self->on_acceptable();
    });
}

Result<AcceptedStream> StreamSocket::take_arrival() {
    if (state_ != SocketState::listening) return Error::invalid_argument;
    if (ready_.empty()) return Error::would_block;
    AcceptedStream arrival = std::move(ready_.front());
    ready_.pop_front();
    watch_acceptable();
    return arrival;
}

void StreamSocket::become(AcceptedStream arrival) {
    peer_ = arrival.peer;
    local_ = arrival.local;
    on_loopback_ = arrival.loopback;
    accepted_ = true;
    lease_address_ = address_of_lease();
    tcp_ = arrival.tcp;
    tls_ = arrival.tls;
    stream_ = std::move(arrival.stream);
    state_ = SocketState::connected;
    tell_success_later();
}

void StreamSocket::drop_arrivals() {
    handshakes_.drop_all();
    for (AcceptedStream& arrival : ready_) arrival.stream->close(true);
    ready_.clear();
}

void StreamSocket::stop_listening() {
    state_ = SocketState::open;
    look_again_.cancel();
    drop_arrivals();
    bound_.stop_listening();
}

} // namespace nwp::service
