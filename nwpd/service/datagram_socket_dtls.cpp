// SPDX-License-Identifier: Apache-2.0
// DatagramSocket with DTLS between its queues and the network.
#include "nwpd/service/datagram_socket.h"

#include <boost/asio/post.hpp>

#include <utility>

namespace nwp::service {

void DatagramSocket::connect_with_dtls(const Address& peer, Duration limit, Connected done) {
    if (peer.family == Family::unspecified) {
        dtls_->drop();
        dissolve();
        return answer_later(std::move(done), local());
    }
    if (dtls_->state() == SocketState::connecting) return answer_later(std::move(done), Error::already);
    if (dtls_->state() == SocketState::connected) return answer_later(std::move(done), Error::is_connected);
    if (const auto associated = associate(peer); !associated)
        return answer_later(std::move(done), associated.error());
    dtls_->connect(
        peer_, limit,
        [weak = weak_from_this(), presence = presence_, done = std::move(done)](Result<void> outcome) {
            if (presence.expired()) return;
            if (auto self = weak.lock()) return self->dtls_connected(done, outcome);
            done(Error::cancelled); // closed
        });
}

void DatagramSocket::dtls_connected(const Connected& done, Result<void> outcome) {
    if (outcome) return done(local());
    if (dtls_->state() != SocketState::connecting) dissolve(); // unless another attempt runs
    done(outcome.error());
}

Result<void> DatagramSocket::secure(ByteView datagram, const Address& to) {
    if (to.family == Family::unspecified) return dtls_->send(datagram, to);
    const auto own = of_own_family(to);
    return own ? dtls_->send(datagram, *own) : own.error();
}

void DatagramSocket::cancel_connect() {
    if (dtls_ && dtls_->state() == SocketState::connecting) dtls_->drop();
}

Verdict DatagramSocket::verdict() const { return dtls_ ? dtls_->verdict() : Verdict{}; }

Result<std::vector<Byte>> DatagramSocket::get_dtls_option(SocketOption option) {
    if (option == SocketOption::tls_resumed) return option_bytes(0); // contracts 5: never
    const bool all_suites =
        option == SocketOption::tls_cipher_list && options_.values().cipher_suites.empty();
    if (all_suites) {
        net::TlsSettings settings;
        settings.floor = settings.ceiling = Protocol::dtls_1_2;
        return option_bytes(services_.tls_contexts.available_suites(settings));
    }
    auto negotiated = dtls_->negotiated(option);
    if (!negotiated && negotiated.error() == Error::no_protocol_option) return options_.get(option);
    return negotiated;
}

/// A handshake that is under way ends with what the network says of it; else it is a pending error.
void DatagramSocket::network_failed(Error error) {
    if (dtls_ && dtls_->state() == SocketState::connecting) return dtls_->network_failed(error);
    tell_problem(error);
}

void DatagramSocket::wait_transmit(std::function<void()> handler) { wait_path(peer_, handler); }

void DatagramSocket::on_secured(const Address& from, ByteView datagram) {
    if (!hold(from, datagram) || !std::exchange(secured_told_, false)) return;
    boost::asio::post(services_.context, [weak = weak_from_this()] {
        const auto self = weak.lock();
        if (!self) return;
        self->secured_told_ = true;
        self->client_.listener().on_readable(self->id_);
    });
}

void DatagramSocket::on_dtls_problem(Error error) { tell_problem(error); }

void DatagramSocket::on_dtls_over(Error error) {
    boost::asio::post(services_.context, [weak = weak_from_this(), error] {
        if (auto self = weak.lock()) self->client_.listener().on_failed(self->id_, error);
    });
}

} // namespace nwp::service
