// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/address.h"
#include "base/result.h"
#include "nwpd/net/gate.h"

#include <boost/asio/io_context.hpp>

#include <functional>
#include <memory>

namespace nwp::net {

class GatedSocket;

/// Somebody answered.
struct EchoReply {
    Address from; ///< port 0
    std::uint16_t sequence = 0;
};

/// ICMP echo (RFC 792, RFC 4443 4): asks, and hears the answers to what it asked. While the gate is closed
/// nothing is sent or heard. The kernel's echo sockets are used where net.ipv4.ping_group_range allows, else
/// raw ones, which want CAP_NET_RAW.
class EchoSocket {
public:
    /// Data behind the header; 64 KiB less the headers of IPv4 and ICMP.
    static constexpr std::size_t kMostData = 65507;

    EchoSocket(boost::asio::io_context& context, Gate& gate);
    ~EchoSocket();

    /// Makes the kernel's socket. Once, before everything else.
    ///   not_permitted   neither kind is
    Result<void> open(Family family);
    Result<void> bind(const Address& local);
    /// Whether a datagram that is too long for the way is refused rather than cut in pieces.
    Result<void> set_dont_fragment(bool dont);

    ///   would_block        the gate is closed, or the kernel has no room
    ///   message_too_long   longer than the way takes, and not to be cut
    ///   any other          as the kernel says (host_unreachable, ...)
    Result<void> send(const Address& to, std::uint16_t sequence, std::size_t data_size);
    /// The next answer to something that this socket asked.
    ///   would_block   none; wait_readable() tells
    Result<EchoReply> receive();
    void wait_readable(std::function<void()> handler);
    void close();

private:
    std::shared_ptr<GatedSocket> socket_;
    Family family_{};
    bool raw_ = false;
    std::uint16_t identifier_ = 0; ///< of a raw socket; the kernel gives an echo socket its own
};

} // namespace nwp::net
