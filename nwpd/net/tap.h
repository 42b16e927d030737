// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "nwpd/net/gate.h"

#include <boost/asio/io_context.hpp>

#include <array>
#include <functional>
#include <memory>
#include <string>

namespace nwp::net {

class GatedSocket;

using HardwareAddress = std::array<Byte, 6>;

/// The far end of an Ethernet wire whose near end is a TAP interface of this machine: what is sent here
/// arrives there, and what leaves there is received here. Frames are whole, without their CRC. Handlers run
/// on `context`, never from inside a call.
class Tap {
public:
    explicit Tap(boost::asio::io_context& context);
    ~Tap();
    Tap(const Tap&) = delete;
    Tap& operator=(const Tap&) = delete;

    /// Joins an interface that is there; makes none. Once.
    ///   no_device          there is none of that name
    ///   invalid_argument   it is no TAP
    ///   address_in_use     another has this end
    ///   not_permitted      the interface has another owner
    ///   access_denied      /dev/net/tun is not for this process
    Result<void> open(const std::string& name);

    /// Never waits.
    ///   message_too_long   longer than the MTU and a header of 18 bytes (with one tag of IEEE 802.1Q)
    ///   invalid_argument   shorter than a header of 14 bytes
    ///   network_down       the interface is down
    ///   no_buffers         the kernel has no room: the frame is lost
    ///   no_device          the interface was taken away
    Result<void> send(ByteView frame);
    /// Takes the oldest frame; what `into` has no room for is lost.
    ///   would_block   none; wait_readable tells when
    ///   no_device     the interface was taken away
    Result<std::size_t> receive(Bytes into);
    /// Calls `handler` once when receive() may have something. A second call replaces the first.
    void wait_readable(std::function<void()> handler);

    /// Bytes of a frame behind its header, at this moment.
    Result<std::size_t> mtu() const;
    /// For whoever speaks at this end: that of the interface with its last bit flipped, locally administered
    /// (IEEE 802). It lasts as long as the interface.
    Result<HardwareAddress> hardware_address() const;

private:
    Gate open_; // what decides about frames looks at each
    std::shared_ptr<GatedSocket> descriptor_;
    std::string name_;
    int questions_ = -1; ///< a socket by which the kernel is asked about the interface
};

} // namespace nwp::net
