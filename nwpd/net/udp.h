// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/net/datagrams.h"
#include "nwpd/net/gate.h"

#include <boost/asio/io_context.hpp>

#include <memory>
#include <optional>

namespace nwp::net {

class GatedSocket;

/// What is set on a UDP socket's kernel socket; an unset value is the kernel's own.
struct UdpOptions {
    bool broadcast = false;
    bool reuse_address = false;
    bool reuse_port = false;
    bool ipv6_only = false;              ///< counts in open() alone
    std::optional<int> receive_buffer{}; ///< bytes
    std::optional<int> send_buffer{};
    std::optional<int> hop_limit{};
    std::optional<int> multicast_hops{};
    std::optional<bool> multicast_loop{};
};

/// A UDP socket. While the gate is closed nothing is sent or received: would_block. Options, addresses and
/// memberships do not wait for the gate.
class UdpSocket final : public Datagrams {
public:
    UdpSocket(boost::asio::io_context& context, Gate& gate);
    ~UdpSocket() override;

    /// Makes the kernel's socket. Once, before everything else. Errors are the kernel's.
    Result<void> open(Family family, const UdpOptions& options);
    Result<void> bind(const Address& local);
    /// Unspecified: dissolves the association; a port that the kernel chose is then given back (Linux).
    Result<void> connect(const Address& peer);
    Result<void> set_options(const UdpOptions& options);
    /// `interface`: the real address of ours on it; unspecified: the kernel chooses. For IPv6 its scope
    /// counts, else the group's.
    Result<void> join(const Address& group, const Address& interface);
    Result<void> leave(const Address& group, const Address& interface);
    /// Through which interface datagrams to groups leave; `interface` as above.
    Result<void> set_multicast_interface(const Address& interface);

    Result<void> send(ByteView datagram, const Address& to) override;
    Result<DatagramInfo> receive(Bytes into) override;
    void wait_readable(std::function<void()> handler) override;
    void wait_writable(std::function<void()> handler) override;
    void close() override;
    Address local() const override;
    Address peer() const override;

private:
    Result<void> change_membership(const Address& group, const Address& interface, bool member);

    std::shared_ptr<GatedSocket> socket_;
    Family family_{};
};

} // namespace nwp::net
