// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/net/tls_context.h"
#include "nwpd/service/receive_buffer.h"
#include "nwpd/service/socket_options.h"
#include "nwpd/service/sockets.h"

#include <chrono>
#include <functional>
#include <memory>
#include <vector>

namespace nwp::service {

/// What all sockets share.
struct SocketServices {
    boost::asio::io_context& context;
    Network& network;
    Credentials& credentials;
    const net::Calendar& calendar;
    net::TlsContexts tls_contexts;
    BlockPool blocks;
    SocketTotals totals;
    std::function<void()> date_proven;
    std::vector<Byte> scratch;                                            ///< one datagram of any size
    std::chrono::milliseconds handshake_limit = std::chrono::seconds{10}; ///< at a listener
};

/// One host's session while it is there: answers under way to a client that is gone are dropped.
struct ClientPresence {
    std::size_t sockets = 0;
};

class StreamSocket;

/// A socket whose data comes and goes in whole datagrams. Functions are as those of Sockets with the same
/// names.
class DatagramFlow {
public:
    virtual Result<void> check_route(const Address& to) = 0;
    virtual Result<void> send(ByteView datagram, const Address& to) = 0;
    virtual Result<ReceivedDatagram> datagram() const = 0;
    virtual void consume(bool delivered) = 0;
    virtual void cancel_connect() {}

protected:
    ~DatagramFlow() = default;
};

/// What every socket of a client can do, whatever it speaks. Functions are as those of Sockets with the same
/// names. Kept by shared_ptr; handlers hold it weakly.
class Socket {
public:
    using Connected = std::function<void(Result<Address>)>;
    struct Kind {
        Family family{};
        SocketType type{};
        Protocol protocol{};
    };

    Socket(SocketServices& services, Client& client, std::weak_ptr<ClientPresence> presence, SocketId id,
           Kind kind)
        : services_(services), client_(client), presence_(std::move(presence)), id_(id), kind_(kind),
          options_(kind.family, kind.type, kind.protocol) {}
    virtual ~Socket() = default;
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;

    virtual Result<Address> bind(const Address& local) = 0;
    virtual void connect(const Address& peer, Duration limit, Connected done) = 0;
    virtual Result<void> set_option(SocketOption option, ByteView value) = 0;
    virtual Result<std::vector<Byte>> get_option(SocketOption option) = 0;
    virtual Result<void> shutdown(Shutdown how) = 0;
    virtual std::size_t waiting() const = 0;
    virtual Address local() const = 0;
    virtual Result<Address> peer() const = 0;
    virtual Verdict verdict() const { return {}; }
    virtual SocketSummary summary() const = 0;
    virtual SocketDetails details() const = 0;
    /// The lease has another address, or none.
    virtual void lease_changed() = 0;

    /// Itself, where it is one.
    virtual StreamSocket* stream() { return nullptr; }
    virtual DatagramFlow* datagrams() { return nullptr; }

    const Client& client() const { return client_; }
    Kind kind() const { return kind_; }

protected:
    void answer_later(Connected done, Result<Address> outcome);

    SocketServices& services_;
    Client& client_;
    std::weak_ptr<ClientPresence> presence_;
    const SocketId id_;
    const Kind kind_;
    SocketOptions options_;
};

} // namespace nwp::service
