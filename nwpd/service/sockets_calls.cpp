// SPDX-License-Identifier: Apache-2.0
// What is done with one socket: each call finds it and passes on.
#include "nwpd/service/sockets_impl.h"

#include <boost/asio/post.hpp>

#include <utility>

namespace nwp::service {

// ---- every kind

Result<Address> Sockets::bind(Client& client, SocketId socket, const Address& local) {
    Socket* entry = impl_->find(client, socket);
    if (entry == nullptr) return Error::bad_handle;
    return entry->bind(local);
}

void Sockets::connect(Client& client, SocketId socket, const Address& peer, Duration limit,
                      std::function<void(Result<Address>)> done) {
    if (Socket* entry = impl_->find(client, socket)) return entry->connect(peer, limit, std::move(done));
    boost::asio::post(impl_->services.context,
                      [presence = std::weak_ptr{impl_->presence_of(client)}, done = std::move(done)] {
                          if (!presence.expired()) done(Error::bad_handle);
                      });
}

Result<void> Sockets::set_option(Client& client, SocketId socket, SocketOption option, ByteView value) {
    Socket* entry = impl_->find(client, socket);
    return entry == nullptr ? Error::bad_handle : entry->set_option(option, value);
}

Result<std::vector<Byte>> Sockets::get_option(Client& client, SocketId socket, SocketOption option) {
    Socket* entry = impl_->find(client, socket);
    if (entry == nullptr) return Error::bad_handle;
    return entry->get_option(option);
}

std::size_t Sockets::waiting(Client& client, SocketId socket) {
    const Socket* entry = impl_->find(client, socket);
    return entry == nullptr ? 0 : entry->waiting();
}

Result<void> Sockets::shutdown(Client& client, SocketId socket, Shutdown how) {
    Socket* entry = impl_->find(client, socket);
    return entry == nullptr ? Error::bad_handle : entry->shutdown(how);
}

Result<Address> Sockets::local(Client& client, SocketId socket) {
    const Socket* entry = impl_->find(client, socket);
    if (entry == nullptr) return Error::bad_handle;
    return entry->local();
}

Result<Address> Sockets::peer(Client& client, SocketId socket) {
    const Socket* entry = impl_->find(client, socket);
    return entry == nullptr ? Error::bad_handle : entry->peer();
}

Result<Verdict> Sockets::verdict(Client& client, SocketId socket) {
    const Socket* entry = impl_->find(client, socket);
    if (entry == nullptr) return Error::bad_handle;
    return entry->verdict();
}

// ---- streams

Result<void> Sockets::listen(Client& client, SocketId socket, std::uint16_t backlog) {
    const auto entry = impl_->stream(client, socket);
    return entry ? (*entry)->listen(backlog) : entry.error();
}

std::size_t Sockets::acceptable(Client& client, SocketId socket) {
    const auto entry = impl_->stream(client, socket);
    return entry ? (*entry)->acceptable() : 0;
}

Result<void> Sockets::use_credentials(Client& client, SocketId socket, net::TlsCredentials credentials) {
    const auto entry = impl_->stream(client, socket);
    return entry ? (*entry)->use_credentials(std::move(credentials)) : entry.error();
}

Result<PeerCertificate> Sockets::peer_certificate(Client& client, SocketId socket) {
    const auto entry = impl_->stream(client, socket);
    if (!entry) return entry.error();
    return (*entry)->peer_certificate();
}

void Sockets::cancel_connect(Client& client, SocketId socket) {
    if (const auto entry = impl_->stream(client, socket)) return (*entry)->cancel_connect();
    if (const auto entry = impl_->datagrams(client, socket)) (*entry)->cancel_connect();
}

Result<void> Sockets::begin_tls(Client& client, SocketId socket, Duration limit,
                                std::function<void(Result<void>)> done) {
    const auto entry = impl_->stream(client, socket);
    return entry ? (*entry)->begin_tls(limit, std::move(done)) : entry.error();
}

Result<ByteView> Sockets::received(Client& client, SocketId socket) {
    const auto entry = impl_->stream(client, socket);
    if (!entry) return entry.error();
    return (*entry)->received();
}

bool Sockets::ended(Client& client, SocketId socket) {
    const auto entry = impl_->stream(client, socket);
    return entry && (*entry)->ended();
}

Result<void> Sockets::consume(Client& client, SocketId socket, std::size_t count) {
    const auto entry = impl_->stream(client, socket);
    return entry ? (*entry)->consume(count) : entry.error();
}

Result<void> Sockets::drop_received(Client& client, SocketId socket, std::size_t keep) {
    const auto entry = impl_->stream(client, socket);
    if (!entry) return entry.error();
    (*entry)->drop_received(keep);
    return {};
}

Result<void> Sockets::set_receive_room(Client& client, SocketId socket, std::size_t bytes) {
    const auto entry = impl_->stream(client, socket);
    if (!entry) return entry.error();
    (*entry)->set_receive_room(bytes);
    return {};
}

Result<void> Sockets::set_keep_alive_time(Client& client, SocketId socket, std::uint32_t seconds) {
    const auto entry = impl_->stream(client, socket);
    return entry ? (*entry)->set_keep_alive_time(seconds) : entry.error();
}

Result<void> Sockets::write(Client& client, SocketId socket, ByteView bytes) {
    const auto entry = impl_->stream(client, socket);
    return entry ? (*entry)->write(bytes) : entry.error();
}

// ---- datagrams

Result<void> Sockets::check_route(Client& client, SocketId socket, const Address& to) {
    const auto entry = impl_->datagrams(client, socket);
    return entry ? (*entry)->check_route(to) : entry.error();
}

Result<void> Sockets::send_datagram(Client& client, SocketId socket, ByteView datagram, const Address& to) {
    const auto entry = impl_->datagrams(client, socket);
    return entry ? (*entry)->send(datagram, to) : entry.error();
}

Result<ReceivedDatagram> Sockets::datagram(Client& client, SocketId socket) {
    const auto entry = impl_->datagrams(client, socket);
    if (!entry) return entry.error();
    return (*entry)->datagram();
}

void Sockets::consume_datagram(Client& client, SocketId socket, bool delivered) {
    if (const auto entry = impl_->datagrams(client, socket)) (*entry)->consume(delivered);
}

} // namespace nwp::service
