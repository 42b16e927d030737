// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/address.h"
#include "base/socket_types.h"
#include "base/verdict.h"
#include "nwpd/net/tls_stream.h"
#include "nwpd/service/client.h"
#include "nwpd/service/credentials.h"
#include "nwpd/service/network.h"

#include <boost/asio/io_context.hpp>

#include <functional>
#include <memory>
#include <vector>

namespace nwp::service {

enum class SocketState : std::uint8_t { open = 0, connecting = 1, connected = 2, failed = 3 };

/// Everything about a socket that a re-attached host wants to know.
struct SocketSummary {
    SocketId socket{};
    Family family{};
    SocketType type{};
    Protocol protocol{};
    SocketState state{};
    Address peer;
    std::uint32_t taken = 0;    ///< bytes given to write(), modulo 2^32
    std::uint32_t consumed = 0; ///< bytes given to consume(), modulo 2^32
};

struct SocketTotals {
    std::size_t sockets = 0;
    std::size_t tls_sockets = 0;
    std::uint32_t handshakes_done = 0;
    std::uint32_t handshakes_refused = 0;
};

/// Sockets of all clients. One executor; every call names its client, and a socket of another client is
/// bad_handle.
class Sockets {
public:
    Sockets(boost::asio::io_context& context, Network& network, Credentials& credentials,
            const net::Calendar& calendar);
    ~Sockets();
    Sockets(const Sockets&) = delete;

    /// family_not_supported, socket_type_not_supported, protocol_not_supported, wrong_protocol_type as
    /// socket(2); too_many_files_in_system   the client's quota is used up
    Result<SocketId> open(Client& client, Family family, SocketType type, Protocol protocol);

    /// Calls `done` once, later, with our end's address as the lease has it. For TLS the handshake is part of
    /// it. Errors as connect(2); network_unreachable without an address; connection_aborted with a verdict
    /// where TLS refused; timed_out when `limit` passed; already, is_connected.
    void connect(Client& client, SocketId socket, const Address& peer, Duration limit,
                 std::function<void(Result<Address>)> done);
    /// Ends a running connect with `cancelled`; nothing when none runs.
    void cancel_connect(Client& client, SocketId socket);

    /// Value forms: base/socket_types.h. no_protocol_option, invalid_argument, is_connected as setsockopt(2)
    /// and contracts 5. TLS options take effect at the next connect().
    Result<void> set_option(Client& client, SocketId socket, SocketOption option, ByteView value);
    Result<std::vector<Byte>> get_option(Client& client, SocketId socket, SocketOption option);

    /// Stream bytes that came and were not consumed; the view dies at the next call that names this socket.
    /// At most the receive room is ever held here; then the TCP window closes.
    Result<ByteView> received(Client& client, SocketId socket);
    /// The stream ended in order behind received().
    bool ended(Client& client, SocketId socket);
    Result<void> consume(Client& client, SocketId socket, std::size_t count);
    /// How many unconsumed bytes may be held. 0: nothing is read (the host gives no credit, or is away).
    Result<void> set_receive_room(Client& client, SocketId socket, std::size_t bytes);

    /// Takes all of `bytes`: what the stream has no room for waits here. The caller keeps to its own credit:
    /// no more than kSendRoom bytes may wait (no_buffers; the socket is not harmed).
    Result<void> write(Client& client, SocketId socket, ByteView bytes);
    /// Bytes that wait here because the stream had no room.
    std::size_t waiting(Client& client, SocketId socket);
    static constexpr std::size_t kSendRoom = 256 * 1024;

    /// not_connected as shutdown(2). SHUT_WR goes out behind everything written.
    Result<void> shutdown(Client& client, SocketId socket, Shutdown how);

    /// Frees the number at once. `linger_s` as in wire::SocketClose; `done` is called once, later.
    void close(Client& client, SocketId socket, std::int32_t linger_s,
               std::function<void(Result<void>)> done);
    /// The client is gone: all its sockets close in the background.
    void close_all(Client& client);

    Result<Address> local(Client& client, SocketId socket);
    Result<Address> peer(Client& client, SocketId socket); ///< not_connected
    Result<Verdict> verdict(Client& client, SocketId socket);

    std::vector<SocketSummary> list(Client& client) const;
    SocketTotals totals() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace nwp::service
