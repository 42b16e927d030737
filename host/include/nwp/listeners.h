// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwp/socket_requests.h"
#include "wire/server_socket.h"

namespace nwp::request {

/// Gives a socket its own address.
///   address_in_use, address_not_available, access_denied (the port)   as bind()
///   invalid_argument   it has one already
class Bind final : public OfSocket<wire::SocketBind> {
public:
    /// Port 0: any. The unspecified address: every one of ours.
    Bind(SocketId socket, const Address& local);
    /// What it became.
    const Address& local() const { return local_; }

private:
    Error take(const void* reply) override;

    Address local_;
};

/// The socket waits for connections: it is readable when there is one. Again: changes the backlog.
///   invalid_argument          it is connected or connecting
///   operation_not_supported   a datagram socket
class Listen final : public OfSocket<wire::SocketListen> {
public:
    /// `backlog`: connections that may wait; below 1 counts as 1.
    Listen(SocketId socket, int backlog);

private:
    Error take(const void* reply) override;
};

/// Takes the connection that has waited longest; never waits for one.
///   would_block                none waits (any more)
///   invalid_argument           not listening
///   too_many_files, too_many_files_in_system   no place for it at the host, at the NWP; it goes on waiting
class Accept final : public OfSocket<wire::SocketAccept> {
public:
    explicit Accept(SocketId listener, std::uint32_t cookie = 0);

    /// When done without an error: the new, connected socket, who is at its other end, and its own address.
    SocketId accepted() const { return accepted_; }
    const Address& peer() const { return peer_; }
    const Address& local() const { return local_; }

private:
    Error prepare() override;
    Error take(const void* reply) override;
    void failed(Error error) override;

    SocketId accepted_;
    bool waits_ = false; ///< `accepted_` is a place that is kept
    Address peer_;
    Address local_;
};

} // namespace nwp::request
