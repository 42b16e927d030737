// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the functions of Sockets share; for sockets*.cpp alone.

#include "nwpd/service/closing_stream.h"
#include "nwpd/service/datagram_socket.h"
#include "nwpd/service/sockets.h"
#include "nwpd/service/stream_socket.h"

#include <unordered_map>
#include <unordered_set>

namespace nwp::service {

struct Sockets::Impl : std::enable_shared_from_this<Sockets::Impl> {
    using Entry = std::shared_ptr<Socket>;

    Impl(boost::asio::io_context& context, Network& network, Credentials& credentials,
         const net::Calendar& calendar)
        : services{context, network, credentials, calendar, net::TlsContexts{},
                   {},      {},      {},          {},       std::chrono::seconds{10}} {}

    /// Null when the client has no such socket.
    Socket* find(const Client& client, SocketId socket) const;
    ///   bad_handle                the client has no such socket
    ///   operation_not_supported   it is none of that kind
    Result<StreamSocket*> stream(const Client& client, SocketId socket) const;
    Result<DatagramFlow*> datagrams(const Client& client, SocketId socket) const;

    std::shared_ptr<ClientPresence> presence_of(const Client& client);
    SocketId next_id();
    ///   too_many_files_in_system   the client's quota is used up
    Result<void> check_quota(const Client& client);
    void add(SocketId id, Entry entry);
    Entry take(Client& client, SocketId socket);
    void count_out(const Socket& socket);
    void close_stream(ClosingStream::Parts parts, std::chrono::seconds linger, std::function<void()> done);
    void lease_changed();

    SocketServices services;
    std::unordered_map<std::uint32_t, Entry> entries;
    std::unordered_map<const Client*, std::shared_ptr<ClientPresence>> presences;
    std::unordered_set<std::shared_ptr<ClosingStream>> closing;
    std::uint32_t last_id = 0;
    std::chrono::seconds close_bound{30};
};

} // namespace nwp::service
