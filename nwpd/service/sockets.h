// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/address.h"
#include "base/socket_types.h"
#include "base/verdict.h"
#include "nwpd/net/certificate_summary.h"
#include "nwpd/net/tls_stream.h"
#include "nwpd/service/client.h"
#include "nwpd/service/credentials.h"
#include "nwpd/service/network.h"

#include <boost/asio/io_context.hpp>

#include <functional>
#include <memory>
#include <vector>

namespace nwp::service {

/// A datagram socket is open or connected.
enum class SocketState : std::uint8_t { open = 0, connecting = 1, connected = 2, failed = 3, listening = 4 };

/// Everything about a socket that a re-attached host wants to know.
struct SocketSummary {
    SocketId socket{};
    Family family{};
    SocketType type{};
    Protocol protocol{};
    SocketState state{};
    Address peer;
    std::uint32_t taken = 0;    ///< bytes given to write(), modulo 2^32; datagrams: 0
    std::uint32_t consumed = 0; ///< bytes given to consume(), modulo 2^32; datagrams: 0
};

/// A datagram that came.
struct ReceivedDatagram {
    Address from;   ///< as the lease has it
    ByteView bytes; ///< dies at the next call that names this socket
};

/// What accept() took.
struct AcceptedSocket {
    SocketId socket{};
    Address local; ///< as the lease has it
    Address peer;
};

/// Whom a secured stream speaks with, or who says that it is.
struct PeerCertificate {
    std::vector<Byte> der;
    net::CertificateSummary summary;
};

/// What somebody who looks into the NWP sees of one socket.
struct SocketDetails {
    const Client* client = nullptr; ///< whose it is; valid until the next call of Sockets
    SocketSummary summary;
    Address local;                        ///< as the lease has it
    Protocol tls_version = Protocol::any; ///< agreed; any: not secured
    std::int32_t tls_cipher = 0;          ///< IANA number; 0: not secured
    std::uint64_t bytes_in = 0;           ///< of the application, from the network
    std::uint64_t bytes_out = 0;          ///< of the application, to the network
    std::size_t unread = 0;               ///< came and were not consumed
    std::size_t unsent = 0;               ///< wait because the network has no room
    std::size_t credit = 0;               ///< may still come before something must be consumed
};

struct SocketTotals {
    std::size_t sockets = 0;
    std::size_t tls_sockets = 0;
    std::uint32_t handshakes_done = 0;
    std::uint32_t handshakes_refused = 0;
    std::uint64_t datagrams_dropped = 0; ///< came, and found a full queue or a host that cannot take them
    std::uint64_t records_dropped = 0;   ///< of DTLS: of nobody, replayed, or damaged (RFC 6347 4.1.2.7)
};

/// Sockets of all clients. One executor; every call names its client, and a socket of another client is
/// bad_handle. Network and Credentials outlive it; the network's gate also outlives the io_context, since TLS
/// streams that were closed may still flush on it.
///
/// Served are clients and servers of TCP, TLS and DTLS, and UDP. Everything that ends a socket by itself
/// comes through on_failed, once. A socket that is bound to the unspecified address is at every address of
/// ours and at loopback, and moves along when the lease changes; listeners and UDP live through that.
class Sockets {
public:
    Sockets(boost::asio::io_context& context, Network& network, Credentials& credentials,
            const net::Calendar& calendar);
    ~Sockets(); ///< closes all; calls no `done` and no listener any more
    Sockets(const Sockets&) = delete;
    Sockets& operator=(const Sockets&) = delete;

    /// Called after each handshake in which a certificate was fully verified: the clock cannot be far off.
    void on_date_proven(std::function<void()> listener);
    /// How long close() goes on in the background before RST, in whole seconds; 30 s.
    void set_close_bound(Duration bound);
    /// How long a client of a TLS listener may take for its handshake; 10 s.
    void set_handshake_limit(Duration limit);

    ///   family_not_supported, socket_type_not_supported   as socket(2)
    ///   not_permitted              raw sockets; packets, where the client's policy names no interface for
    ///                              them, or the interface is not for this daemon
    ///   no_device, address_in_use  packets: there is no such interface; another socket has it
    ///   wrong_protocol_type        TLS on datagrams, DTLS on a stream
    ///   protocol_not_supported     as socket(2)
    ///   too_many_files_in_system   the client's quota is used up
    Result<SocketId> open(Client& client, Family family, SocketType type, Protocol protocol);

    /// Gives the socket its own address, as the lease has it, and returns it with its port. Port 0: any.
    ///   address_in_use, access_denied   as bind(2)
    ///   address_not_available           no address of ours
    ///   invalid_argument                bound or in use already; IPv4-mapped on an IPv6-only socket
    ///   family_not_supported            of the other family
    Result<Address> bind(Client& client, SocketId socket, const Address& local);

    /// Waits for connections; on a listening socket: another backlog. An unbound socket gets a port.
    ///   invalid_argument          connecting or connected
    ///   operation_not_supported   datagrams
    ///   address_in_use            as listen(2)
    Result<void> listen(Client& client, SocketId socket, std::uint16_t backlog);
    /// Takes the connection that has waited longest: a connected socket with the options of the listener. A
    /// TLS listener gives finished handshakes only: up to `backlog` of them run side by side; one that fails
    /// is counted and logged with its verdict. Tags are looked up for each, no certificate is asked for
    /// unless tls_peer_verify was set.
    ///   would_block                none waits; on_acceptable tells when
    ///   invalid_argument           not listening
    ///   operation_not_supported    datagrams
    ///   too_many_files_in_system   the client's quota is used up; it goes on waiting
    Result<AcceptedSocket> accept(Client& client, SocketId socket);
    /// Connections that wait for accept().
    std::size_t acceptable(Client& client, SocketId socket);

    /// Calls `done` once, later, with our end's address as the lease has it. For TLS the handshake is part of
    /// it; a socket on which no host name was ever set checks the certificate against the address. After a
    /// failure a new attempt may follow, with a fresh stream. While the access point is lost it waits.
    ///   already, is_connected, family_not_supported   nothing was begun, nothing changes
    ///   connection_aborted    TLS refused; verdict() has the reason
    ///   network_unreachable   no address, or none that leads there
    ///   network_down          the address was lost or changed meanwhile
    ///   timed_out             `limit` passed; in the handshake the verdict says so too
    ///   cancelled             cancel_connect() or close()
    ///   input_output, malformed, no_memory   the vault cannot say what the tags name
    ///   any other             as the kernel says (connection_refused, host_unreachable, ...)
    /// A datagram socket gets a peer, again and again; the unspecified family dissolves the association. Its
    /// errors are those of check_route(). With DTLS it shakes hands with the peer (tls_dtls_role server:
    /// waits until the peer does), and errors are those of TLS; afterwards it is connected, as a stream is,
    /// until on_failed says that the association is over: not_connected after the peer's close_notify.
    void connect(Client& client, SocketId socket, const Address& peer, Duration limit,
                 std::function<void(Result<Address>)> done);
    /// Ends a running connect with `cancelled`; nothing when none runs.
    void cancel_connect(Client& client, SocketId socket);

    /// TLS begins on a stream that stands in plain text: in the client's role if it connected, in the
    /// server's if it was accepted. What write() took before goes out first, in plain text; what it takes
    /// from now on goes out secured. Of a server what received() holds is TLS's first bytes, and received()
    /// is empty from now on: the caller has consumed all that its application took. An error: nothing began,
    /// and `done` is not called. Else it is called once, later, with the errors of connect() from the
    /// handshake on; after a failure the connection is over, which on_failed says too. cancel_connect() ends
    /// it.
    ///   invalid_argument          not connected, or not in plain text; a client holds received bytes; one of
    ///                             the halves has ended
    ///   no_protocol_option        not a TLS socket
    ///   operation_not_supported   datagrams
    ///   bad_handle
    Result<void> begin_tls(Client& client, SocketId socket, Duration limit,
                           std::function<void(Result<void>)> done);

    /// From the next connect(), listen() or begin_tls() on these count, whatever the tags name. Accepted
    /// sockets inherit them.
    ///   no_protocol_option        not a TLS socket
    ///   operation_not_supported   datagrams
    Result<void> use_credentials(Client& client, SocketId socket, net::TlsCredentials credentials);
    ///   not_connected             or not secured
    ///   not_found                 the peer showed none
    ///   operation_not_supported   datagrams
    Result<PeerCertificate> peer_certificate(Client& client, SocketId socket);

    /// Value forms: base/socket_types.h; which and their errors: socket_options.h. Options of TCP take effect
    /// at once, those of TLS at the next connect(); tags are looked up then.
    ///   not_connected      get: tls_cipher_used, tls_version, tls_alpn_selected, tls_resumed before a
    ///                      handshake is done
    ///   invalid_argument   set: tls_defer of a stream that connects, is connected, or listens: begin_tls()
    Result<void> set_option(Client& client, SocketId socket, SocketOption option, ByteView value);
    Result<std::vector<Byte>> get_option(Client& client, SocketId socket, SocketOption option);

    /// Stream bytes that came and were not consumed; the view dies at the next call that names this socket.
    /// At most the receive room is ever held here; then the TCP window closes. They stay after on_failed
    /// and also over the next connect(), until they are consumed or dropped.
    Result<ByteView> received(Client& client, SocketId socket);
    /// The stream ended in order behind received().
    bool ended(Client& client, SocketId socket);
    ///   invalid_argument   more than received() holds
    Result<void> consume(Client& client, SocketId socket, std::size_t count);
    /// Forgets what is held behind the first `keep` bytes. For a socket that connects anew: what came over
    /// the last connection and never reached the client must not stand before the bytes of the next; what did
    /// reach it stays until it is consumed.
    Result<void> drop_received(Client& client, SocketId socket, std::size_t keep);
    /// How many unconsumed bytes may be held; more than 256 KiB counts as that. 0, as after open(): nothing
    /// is read (the host gives no credit, or is away).
    Result<void> set_receive_room(Client& client, SocketId socket, std::size_t bytes);
    /// With keep_alive: after so many seconds without a word the peer is asked whether it is still there, and
    /// again after each as many. More than 32767 counts as that, 0 as 1. Before this, the kernel's own.
    Result<void> set_keep_alive_time(Client& client, SocketId socket, std::uint32_t seconds);

    /// Takes all of `bytes`: what the stream has no room for waits here. A stream that fails meanwhile is
    /// told by on_failed, later.
    ///   no_buffers    more than kSendRoom bytes would wait; nothing was taken: the caller keeps to its
    ///   credit broken_pipe   not connected, failed, or after shutdown(send) would_block   still connecting
    Result<void> write(Client& client, SocketId socket, ByteView bytes);
    /// Bytes that wait here because the stream had no room; each waiting datagram counts its length plus
    /// kDatagramCost.
    std::size_t waiting(Client& client, SocketId socket);
    static constexpr std::size_t kSendRoom = 256 * std::size_t{1024};

    /// May this datagram socket send there?
    ///   network_unreachable       no address, or nothing maps it
    ///   access_denied             broadcast without the option
    ///   invalid_argument          port 0; from a socket bound to loopback to somewhere else
    ///   family_not_supported      of the other family
    ///   not_connected             a DTLS server without an association with it
    ///   operation_not_supported   a stream socket
    Result<void> check_route(Client& client, SocketId socket, const Address& to);
    /// Sends one whole datagram; `to` unspecified: to the peer. What the kernel has no room for waits here.
    /// Where it could not leave, on_problem tells, later.
    ///   no_buffers                more than kSendRoom would wait; it was dropped
    /// DTLS: a client that is not connected shakes hands with `to` first; a refusal is told by on_problem.
    ///   broken_pipe               after shutdown(send)
    ///   operation_not_supported   a stream socket
    Result<void> send_datagram(Client& client, SocketId socket, ByteView datagram, const Address& to);
    /// The datagram that came first and was not consumed. on_readable tells of each that comes. At most
    /// SO_RCVBUF bytes are held (each datagram counts its length plus kDatagramCost); then the newest is
    /// dropped, and counted.
    ///   would_block               none
    ///   operation_not_supported   a stream socket
    Result<ReceivedDatagram> datagram(Client& client, SocketId socket);
    /// `delivered` false: the host could not take it, which is counted.
    void consume_datagram(Client& client, SocketId socket, bool delivered);
    static constexpr std::size_t kDatagramCost = 32;

    /// SHUT_WR goes out behind everything written: close_notify with TLS, then FIN. SHUT_RD changes nothing
    /// here, as reading goes on (Linux): the host's recv() says 0 where it would wait. A connect under way
    /// ends with connection_reset, whatever `how` is. A listening socket stops to listen at SHUT_RD and stays
    /// bound. After SHUT_WR a datagram socket sends no more.
    ///   not_connected   as shutdown(2)
    Result<void> shutdown(Client& client, SocketId socket, Shutdown how);

    /// Frees the number at once and ends a running connect with `cancelled`; what waits for accept() is
    /// reset. What was written goes out in the background, then close_notify and FIN. `done` is called once,
    /// later: `linger_s` below 0 at once, above 0 when the peer acknowledged everything or that many seconds
    /// passed; 0 resets the connection.
    void close(Client& client, SocketId socket, std::int32_t linger_s,
               std::function<void(Result<void>)> done);
    /// The client is gone: all its sockets close in the background; no `done` of it is called any more.
    void close_all(Client& client);

    /// As the lease has it; unspecified before bind, listen and connect.
    Result<Address> local(Client& client, SocketId socket);
    Result<Address> peer(Client& client, SocketId socket); ///< not_connected
    /// Stays until close() or the next connect().
    Result<Verdict> verdict(Client& client, SocketId socket);

    std::vector<SocketSummary> list(Client& client) const;
    /// The sockets of all clients, oldest first. Who may see that the caller decides.
    std::vector<SocketDetails> list_all() const;
    SocketTotals totals() const;

private:
    struct Impl;
    std::shared_ptr<Impl> impl_;
};

} // namespace nwp::service
