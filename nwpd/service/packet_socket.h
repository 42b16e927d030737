// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/net/tap.h"
#include "nwpd/service/socket.h"

#include <deque>
#include <memory>
#include <vector>

namespace nwp::service {

/// A host's own Ethernet: frames to and from the interface that its policy names. Only while we are on the
/// network; at other times what comes from either side is lost, as on an interface without carrier.
class PacketSocket final : public Socket,
                           public DatagramFlow,
                           public std::enable_shared_from_this<PacketSocket> {
public:
    PacketSocket(SocketServices& services, Client& client, std::weak_ptr<ClientPresence> presence,
                 SocketId id, Kind kind)
        : Socket(services, client, std::move(presence), id, kind), tap_(services.context) {}

    /// Once, before everything else. Errors as Sockets::open().
    Result<void> open();

    Result<Address> bind(const Address& local) override;
    void connect(const Address& peer, Duration limit, Connected done) override;
    /// receive_buffer alone.
    Result<void> set_option(SocketOption option, ByteView value) override;
    Result<std::vector<Byte>> get_option(SocketOption option) override;
    Result<void> shutdown(Shutdown how) override;
    std::size_t waiting() const override { return 0; }
    Address local() const override { return {}; }
    Result<Address> peer() const override { return Error::not_connected; }
    SocketSummary summary() const override;
    SocketDetails details() const override;
    void lease_changed() override {}
    DatagramFlow* datagrams() override { return this; }

    Result<void> check_route(const Address& to) override;
    Result<void> send(ByteView frame, const Address& to) override;
    Result<ReceivedDatagram> datagram() const override;
    void consume(bool delivered) override;

private:
    bool is_on_network() const;
    void watch();
    void on_readable();
    bool hold(ByteView frame);
    std::size_t receive_room() const;

    net::Tap tap_;
    std::deque<std::vector<Byte>> held_;
    std::size_t held_cost_ = 0;
    std::uint64_t bytes_in_ = 0;
    std::uint64_t bytes_out_ = 0;
};

} // namespace nwp::service
