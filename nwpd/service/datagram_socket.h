// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/service/bound_datagrams.h"
#include "nwpd/service/dtls_layer.h"
#include "nwpd/service/socket.h"

#include <deque>
#include <memory>
#include <optional>
#include <vector>

namespace nwp::service {

/// One UDP or DTLS socket of one client: options, its peer, datagrams both ways with their queues. DTLS lies
/// between the queues and the network (datagram_socket_dtls.cpp).
class DatagramSocket final : public Socket,
                             public DatagramFlow,
                             public std::enable_shared_from_this<DatagramSocket>,
                             private DtlsLayer::Owner {
public:
    DatagramSocket(SocketServices& services, Client& client, std::weak_ptr<ClientPresence> presence,
                   SocketId id, Kind kind);
    ~DatagramSocket() override;

    // As the functions of Sockets with the same names say.
    Result<Address> bind(const Address& local) override;
    void connect(const Address& peer, Duration limit, Connected done) override;
    void cancel_connect() override;
    Result<void> check_route(const Address& to) override;
    Result<void> send(ByteView datagram, const Address& to) override;
    Result<ReceivedDatagram> datagram() const override;
    void consume(bool delivered) override;
    Result<void> set_option(SocketOption option, ByteView value) override;
    Result<std::vector<Byte>> get_option(SocketOption option) override;
    Result<void> shutdown(Shutdown how) override;
    std::size_t waiting() const override { return unsent_cost_; }
    Address local() const override;
    Result<Address> peer() const override;
    Verdict verdict() const override;
    SocketSummary summary() const override;
    SocketDetails details() const override;
    void lease_changed() override;
    DatagramFlow* datagrams() override { return this; }

private:
    struct Held {
        Address other; ///< from or to
        std::vector<Byte> bytes;
    };

    bool is_connected() const { return peer_.family != Family::unspecified; }
    /// The peer as this socket's family has it.
    Result<Address> of_own_family(const Address& peer) const;
    Result<Address> associate(const Address& peer);
    Result<void> connect_leg();
    void dissolve();

    void watch(const BoundDatagrams::LegPointer& leg);
    void on_readable(const BoundDatagrams::LegPointer& leg);
    bool take(const BoundDatagrams::Leg& leg, const net::DatagramInfo& info);
    std::size_t receive_room() const;

    bool hold(const Address& from, ByteView datagram);
    Result<void> pass_on(ByteView datagram, const Address& to);
    Result<void> secure(ByteView datagram, const Address& to);
    void connect_with_dtls(const Address& peer, Duration limit, Connected done);
    void dtls_connected(const Connected& done, Result<void> outcome);
    Result<std::vector<Byte>> get_dtls_option(SocketOption option);
    void network_failed(Error error);

    // DtlsLayer::Owner
    Result<void> transmit(ByteView datagram, const Address& to) override;
    void wait_transmit(std::function<void()> handler) override;
    void on_secured(const Address& from, ByteView datagram) override;
    void on_dtls_problem(Error error) override;
    void on_dtls_over(Error error) override;

    void keep(ByteView datagram, const Address& to);
    void watch_writable();
    void wait_path(const Address& peer, const std::function<void()>& handler);
    void send_waiting();
    void tell_problem(Error error);
    net::UdpOptions udp_options() const;

    BoundDatagrams bound_;
    Address peer_;                                     ///< as the client gave it, in this socket's family
    std::weak_ptr<BoundDatagrams::Leg> connected_leg_; ///< the one that the kernel has connected
    std::deque<Held> held_;
    std::size_t held_cost_ = 0;
    std::deque<Held> unsent_;
    std::size_t unsent_cost_ = 0;
    std::uint64_t bytes_in_ = 0;
    std::uint64_t bytes_out_ = 0;
    bool watching_writable_ = false;
    bool send_ended_ = false;
    bool secured_told_ = true;        ///< nothing came out of DTLS that the client was not told of
    std::shared_ptr<DtlsLayer> dtls_; ///< null: UDP
};

} // namespace nwp::service
