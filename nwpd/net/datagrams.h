// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/address.h"
#include "base/bytes.h"
#include "base/result.h"

#include <functional>

namespace nwp::net {

/// One datagram as it came in.
struct DatagramInfo {
    std::size_t size = 0; ///< of the whole datagram; above the buffer's size: it was cut
    Address from;
};

/// Non-blocking datagrams on one executor: UDP, or DTLS on UDP. Nothing here waits; all handlers run on the
/// executor that it was made on, and never from inside a call to it. Addresses are the kernel's.
class Datagrams {
public:
    virtual ~Datagrams() = default;
    Datagrams() = default;
    Datagrams(const Datagrams&) = delete;
    Datagrams& operator=(const Datagrams&) = delete;

    /// Takes one whole datagram. `to` unspecified: the peer that it is connected to.
    ///   would_block            no room; wait_writable tells when
    ///   message_too_long       longer than can be sent
    ///   destination_required   no address, and not connected
    ///   connection_refused     an earlier one met nobody (connected only); this one was not sent
    ///   any other              as the kernel says
    virtual Result<void> send(ByteView datagram, const Address& to) = 0;
    /// Takes the next datagram out; what `into` has no room for is lost.
    ///   would_block            nothing yet; wait_readable tells when
    ///   connection_refused     one that was sent met nobody (connected only)
    virtual Result<DatagramInfo> receive(Bytes into) = 0;

    /// Calls `handler` once when receive() may have something new to say. A second call replaces the first.
    virtual void wait_readable(std::function<void()> handler) = 0;
    /// Calls `handler` once when send() may have something new to say. A second call replaces the first.
    virtual void wait_writable(std::function<void()> handler) = 0;

    /// Stops both handlers and closes at once.
    virtual void close() = 0;

    virtual Address local() const = 0;
    virtual Address peer() const = 0; ///< unspecified unless connected
};

} // namespace nwp::net
