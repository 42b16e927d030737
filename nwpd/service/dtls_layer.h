// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/net/dtls_datagrams.h"
#include "nwpd/service/log_limit.h"
#include "nwpd/service/socket.h"

#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace nwp::service {

class DatagramPipe;

/// DTLS on a datagram socket: when it begins, with which settings, and what came of it. Addresses are those
/// that the socket's client sees, in the socket's family. Kept by shared_ptr; handlers hold it weakly.
///
/// A client that connects shakes hands then, one that does not at its first datagram to a peer. A server
/// begins with the first datagram that comes, so that its options may be set in any order before.
class DtlsLayer : public std::enable_shared_from_this<DtlsLayer> {
public:
    /// The datagram socket. Outlives the layer.
    class Owner {
    public:
        /// One datagram to the network; `to` unspecified: to the peer. Errors as net::Datagrams::send.
        virtual Result<void> transmit(ByteView datagram, const Address& to) = 0;
        virtual void wait_transmit(std::function<void()> handler) = 0;
        /// A genuine datagram. Nothing is told from inside.
        virtual void on_secured(const Address& from, ByteView datagram) = 0;
        /// A pending error on a socket that lives on.
        virtual void on_dtls_problem(Error error) = 0;
        /// The association of a connected socket is over.
        virtual void on_dtls_over(Error error) = 0;

    protected:
        ~Owner() = default;
    };

    using Done = std::function<void(Result<void>)>;

    DtlsLayer(SocketServices& services, const Client& client, const SocketOptions& options, Protocol protocol,
              Owner& owner);
    ~DtlsLayer();
    DtlsLayer(const DtlsLayer&) = delete;

    /// Shakes hands with the peer that the socket was given, or waits for it to, and calls `done` once,
    /// later.
    ///   connection_aborted   refused; verdict() has the reason
    ///   timed_out            `limit` passed; the verdict says so too
    ///   cancelled            drop()
    ///   any other            as net::DtlsDatagrams::handshake() says, or what the vault says of the tags
    void connect(const Address& peer, Duration limit, Done done);
    /// Ends all associations, each with close_notify, and a connect under way with `cancelled`.
    void drop();

    SocketState state() const { return state_; }
    bool is_server() const { return options_.values().dtls_role != 0; }
    /// Whether something can be sent there.
    ///   not_connected   a server without an association with it
    Result<void> check_route(const Address& to) const;

    /// A datagram that came from the network.
    void arrived(const Address& from, ByteView datagram);
    /// The network says something of one that was sent (ICMP).
    void network_failed(Error error);
    /// As net::DtlsDatagrams::send().
    ///   broken_pipe   the association of a connected socket is over
    Result<void> send(ByteView datagram, const Address& to);
    void wait_writable(std::function<void()> handler);

    const Verdict& verdict() const;
    ///   no_protocol_option   nothing that a handshake negotiates
    ///   not_connected        no handshake is done
    Result<std::vector<Byte>> negotiated(SocketOption option) const;

private:
    struct Early {
        Address from;
        std::vector<Byte> bytes;
    };

    void begin();
    void begun(Result<net::TlsCredentials> found);
    void refused(Error error);
    void serve();
    void shake_hands();
    void shaken(Result<void> outcome);
    void finish_connect(Result<void> outcome);
    void look_up_for_handshake(std::function<void(Result<net::DtlsSettings>)> answer);
    PeerVerify peer_verify() const;
    net::DtlsSettings settings(const net::TlsCredentials& credentials) const;
    void watch();
    void on_engine_readable();
    void over(Error error);
    void end_engine();
    void count();
    void call_writable();

    SocketServices& services_;
    const Client& client_;
    const SocketOptions& options_;
    const Protocol protocol_;
    Owner& owner_;

    SocketState state_ = SocketState::open;
    Address peer_; ///< connected: with whom
    Done connect_done_;
    Instant connect_until_;
    std::unique_ptr<net::DtlsDatagrams> engine_;
    DatagramPipe* pipe_ = nullptr; ///< engine_'s lower end
    std::uint64_t attempt_ = 0;    ///< tells answers for an engine that was dropped apart
    bool beginning_ = false;
    bool refusal_told_ = false;
    std::optional<Error> refusal_; ///< for the datagram that waits to be sent
    std::vector<Early> early_;     ///< came before the vault had answered
    std::function<void()> writable_;
    Verdict verdict_; ///< of an engine that is gone
    LogLimit log_limit_;
    net::DtlsCounters counted_; ///< of the engine's counters, what is in the totals
};

} // namespace nwp::service
