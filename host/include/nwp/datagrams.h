// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwp/socket_requests.h"
#include "wire/server_socket.h"

namespace nwp {

/// One datagram on its way out, in the caller's memory: Host::send_datagram() takes it frame by frame.
class DatagramSending {
public:
    /// `to` unspecified: the peer that the socket is connected to.
    DatagramSending(const Address& to, std::size_t size) : to_(to), size_(size) {}

    /// Its first part went: the rest must follow, or the socket be closed.
    bool begun() const { return begun_; }
    bool done() const { return begun_ && taken_ == size_; }

private:
    friend class Host;

    Address to_;
    std::size_t size_;
    std::size_t taken_ = 0;
    bool begun_ = false;
};

/// The oldest datagram that came, being copied by Host::receive_datagram().
class DatagramReceiving {
public:
    /// What follows may be read once something was returned.
    const Address& from() const { return from_; }
    /// Of the whole datagram, however much of it is copied.
    std::size_t size() const { return size_; }

private:
    friend class Host;

    Address from_;
    std::size_t head_ = 0; // bytes in memory before the datagram's own
    std::size_t size_ = 0;
    std::size_t copied_ = 0;
    bool begun_ = false;
};

namespace request {

/// connect() of a UDP socket: sets its peer; answered at once. With DTLS it is Host::connect(), and
/// Disconnect dissolves both.
///   network_unreachable, access_denied, family_not_supported   as connect()
class ConnectDatagrams final : public OfSocket<wire::SocketConnect> {
public:
    ConnectDatagrams(SocketId socket, const Address& peer);

private:
    Error take(const void* reply) override;
};

/// May this socket send there? Before the first datagram to a destination that Host::knows_route() does not
/// know; sent without asking, the same errors come later, by Host::take_error().
///   network_unreachable, access_denied (a broadcast address without the option), ...   as sendto()
class CheckRoute final : public OfSocket<wire::SocketRouteCheck> {
public:
    CheckRoute(SocketId socket, const Address& peer);

private:
    Error take(const void* reply) override;
};

} // namespace request
} // namespace nwp
