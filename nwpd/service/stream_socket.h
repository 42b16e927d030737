// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/net/tcp.h"
#include "nwpd/net/tls_context.h"
#include "nwpd/net/tls_stream.h"
#include "nwpd/service/closing_stream.h"
#include "nwpd/service/receive_buffer.h"
#include "nwpd/service/send_queue.h"
#include "nwpd/service/socket_options.h"
#include "nwpd/service/sockets.h"

#include <boost/asio/steady_timer.hpp>

#include <memory>
#include <optional>

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
};

/// One host's session while it is there: answers under way to a client that is gone are dropped.
struct ClientPresence {
    std::size_t sockets = 0;
};

/// One TCP or TLS client socket of one client: options, connect with its deadline, bytes both ways, what went
/// wrong. Kept by shared_ptr; handlers of streams and timers hold it weakly.
class StreamSocket : public std::enable_shared_from_this<StreamSocket> {
public:
    using Connected = std::function<void(Result<Address>)>;
    struct Kind {
        Family family{};
        Protocol protocol{};
    };

    StreamSocket(SocketServices& services, Client& client, std::weak_ptr<ClientPresence> presence,
                 SocketId id, Kind kind);
    ~StreamSocket();

    // As the functions of Sockets with the same names say.
    void connect(const Address& peer, Duration limit, Connected done);
    void cancel_connect();
    Result<void> set_option(SocketOption option, ByteView value);
    Result<std::vector<Byte>> get_option(SocketOption option);
    ByteView received() const { return received_.held(); }
    bool ended() const { return ended_; }
    Result<void> consume(std::size_t count);
    void drop_received(std::size_t keep);
    void set_receive_room(std::size_t bytes);
    Result<void> write(ByteView bytes);
    std::size_t waiting() const { return unsent_.size(); }
    Result<void> shutdown(Shutdown how);
    Address local() const;
    Result<Address> peer() const;
    Verdict verdict() const;
    SocketSummary summary() const;
    SocketDetails details() const;

    const Client& client() const { return client_; }
    /// The lease has another address, or none: the socket ends with network_down if it had the old one.
    void lease_changed();
    /// Ends a running connect with `cancelled` and gives away the stream if it is connected. The socket is
    /// over then.
    std::optional<ClosingStream::Parts> release();

private:
    bool uses_tls() const { return is_tls(kind_.protocol); }
    Result<Address> check_peer(const Address& peer) const;
    void begin_connect(const Address& real, Duration limit);
    void look_up_credentials();
    void tcp_connected(Result<void> outcome);
    void secure_when_ready();
    void secure();
    void secured(Result<void> outcome);
    void connected();
    void deadline_passed();
    void fail_connect(Error error);
    void finish_connect(Result<Address> outcome);
    void answer_later(Connected done, Result<Address> outcome);
    void forget_last_attempt();
    void drop_stream(bool abort);

    void watch_readable();
    void on_readable();
    Result<std::size_t> read_into(Bytes space);
    void watch_writable();
    void on_writable();
    void end_sending();
    void sending_failed(Error error);
    void fail(Error error, bool abort);
    net::TcpOptions tcp_options() const;
    net::TlsClientSettings tls_settings() const;

    SocketServices& services_;
    Client& client_;
    std::weak_ptr<ClientPresence> presence_;
    const SocketId id_;
    const Kind kind_;
    SocketOptions options_;
    SocketState state_ = SocketState::open;

    std::unique_ptr<net::Stream> stream_;
    net::TcpStream* tcp_ = nullptr; ///< the lowest stream of stream_
    net::TlsStream* tls_ = nullptr; ///< stream_ itself, once TLS has begun
    Address peer_;                  ///< as the client gave it
    Address local_;                 ///< as the lease has it
    Address lease_address_;         ///< when connect() was called
    Verdict verdict_;               ///< of a stream that is gone

    Connected connect_done_;
    std::uint64_t attempt_ = 0; ///< tells answers of the vault to an earlier connect apart
    boost::asio::steady_timer deadline_;
    bool tcp_ready_ = false;
    bool success_told_ = false; ///< the client knows that it is connected: bytes may follow
    std::optional<net::TlsCredentials> credentials_; ///< between the vault's answer and the handshake

    ReceiveBuffer received_;
    SendQueue unsent_;
    bool watching_readable_ = false;
    bool watching_writable_ = false;
    bool ended_ = false;      ///< the stream ended in order behind received_
    bool send_ended_ = false; ///< shutdown(send) was called
    bool fin_sent_ = false;
    std::uint32_t taken_ = 0;
    std::uint64_t bytes_in_ = 0;
    std::uint64_t bytes_out_ = 0;
    std::uint32_t consumed_ = 0;
};

} // namespace nwp::service
