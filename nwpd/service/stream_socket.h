// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/net/tcp.h"
#include "nwpd/net/tls_stream.h"
#include "nwpd/service/bound_streams.h"
#include "nwpd/service/closing_stream.h"
#include "nwpd/service/send_queue.h"
#include "nwpd/service/socket.h"
#include "nwpd/service/tls_arrivals.h"

#include <boost/asio/steady_timer.hpp>

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace nwp::service {

/// One TCP or TLS socket of one client: options, bind, listen and what waits for accept, connect with its
/// deadline, bytes both ways, what went wrong. Handlers of streams and timers hold it weakly.
class StreamSocket final : public Socket, public std::enable_shared_from_this<StreamSocket> {
public:
    StreamSocket(SocketServices& services, Client& client, std::weak_ptr<ClientPresence> presence,
                 SocketId id, Kind kind);
    /// One that a listener accepted, with the listener's options.
    StreamSocket(const StreamSocket& listener, SocketId id);
    ~StreamSocket() override;

    // As the functions of Sockets with the same names say.
    Result<Address> bind(const Address& local) override;
    Result<void> listen(std::uint16_t backlog);
    std::size_t acceptable() const { return ready_.size(); }
    /// The connection that has waited longest.
    ///   would_block, invalid_argument   as Sockets::accept
    Result<AcceptedStream> take_arrival();
    /// Once, on a socket that was made from its listener.
    void become(AcceptedStream arrival);
    void connect(const Address& peer, Duration limit, Connected done) override;
    void disconnect();
    void cancel_connect();
    Result<void> begin_tls(Duration limit, std::function<void(Result<void>)> done);
    Result<void> use_credentials(net::TlsCredentials credentials);
    Result<PeerCertificate> peer_certificate() const;
    Result<void> set_option(SocketOption option, ByteView value) override;
    Result<std::vector<Byte>> get_option(SocketOption option) override;
    ByteView received() const { return received_.held(); }
    bool ended() const { return ended_; }
    Result<void> consume(std::size_t count);
    void drop_received(std::size_t keep);
    void set_receive_room(std::size_t bytes);
    Result<void> set_keep_alive_time(std::uint32_t seconds);
    Result<void> write(ByteView bytes);
    std::size_t waiting() const override { return unsent_.size() + unsent_plain_.size(); }
    Result<void> shutdown(Shutdown how) override;
    Address local() const override;
    Result<Address> peer() const override;
    Verdict verdict() const override;
    SocketSummary summary() const override;
    SocketDetails details() const override;

    StreamSocket* stream() override { return this; }
    /// The socket ends with network_down if it had the old address; a listener lives on.
    void lease_changed() override;
    /// Ends a running connect with `cancelled` and gives away the stream if it is connected. The socket is
    /// over then.
    std::optional<ClosingStream::Parts> release();

private:
    bool uses_tls() const { return is_tls(kind_.protocol); }
    /// TLS is part of connect() and accept().
    bool secures_at_once() const { return uses_tls() && options_.values().defer == 0; }
    bool stands() const { return state_ == SocketState::connected || upgrading_; }
    Result<Address> check_peer(const Address& peer) const;
    Result<void> use_bound_socket();
    Address address_of_lease() const;
    void tell_success_later();
    void watch_acceptable();
    void on_acceptable();
    void arrived(BoundStreams::Arrival arrival);
    void ready(AcceptedStream arrival);
    bool has_room_for_arrivals() const { return ready_.size() + handshakes_.size() < backlog_; }
    TlsArrivals::Way tls_way() const;
    void look_again_later();
    void drop_arrivals();
    void stop_listening();
    void begin_connect(const Address& real, Duration limit);
    void set_deadline(Duration limit);
    void look_up_credentials();
    void tcp_connected(Result<void> outcome);
    void secure_when_ready();
    void secure();
    void secured(Result<void> outcome);
    void connected();
    void flush_plain();
    void on_plain_writable();
    void upgraded();
    void upgrade_failed(Error error);
    void deadline_passed();
    void fail_connect(Error error);
    void finish_connect(Result<Address> outcome);
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
    Result<void> apply_tcp_options();
    net::TlsClientSettings tls_settings() const;
    /// What client and server say alike.
    void fill(net::TlsSettings& settings) const;

    SocketState state_ = SocketState::open;
    std::optional<int> keep_alive_time_; ///< seconds; unset: the kernel's own

    std::unique_ptr<net::Stream> stream_;
    net::TcpStream* tcp_ = nullptr; ///< the lowest stream of stream_
    net::TlsStream* tls_ = nullptr; ///< stream_ itself, once TLS has begun
    Address peer_;                  ///< as the client gave it
    Address local_;                 ///< as the lease has it
    Address lease_address_;         ///< when connect() was called, or when it was accepted
    bool on_loopback_ = false;      ///< both ends are hosts of this NWP: the lease is nothing to it
    Verdict verdict_;               ///< of a stream that is gone

    BoundStreams bound_;
    std::uint16_t backlog_ = 0;
    TlsArrivals handshakes_;
    std::deque<AcceptedStream> ready_; ///< wait for accept()
    boost::asio::steady_timer look_again_;

    Connected connect_done_;
    std::uint64_t attempt_ = 0; ///< tells answers of the vault to an earlier connect apart
    boost::asio::steady_timer deadline_;
    bool tcp_ready_ = false;    ///< TLS may begin, as far as the stream is concerned
    bool accepted_ = false;     ///< it came to a listener: TLS is a server
    bool upgrading_ = false;    ///< connecting, but as the peer and the client see it connected
    bool success_told_ = false; ///< the client knows that it is connected: bytes may follow
    std::shared_ptr<const net::TlsCredentials> given_; ///< null: what the tags name
    std::optional<net::TlsCredentials> credentials_;   ///< between the vault's answer and the handshake

    ReceiveBuffer received_;
    SendQueue unsent_;
    SendQueue unsent_plain_;  ///< of unsent_ what was written before begin_tls()
    std::vector<Byte> early_; ///< came in plain text and is for TLS to read
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
