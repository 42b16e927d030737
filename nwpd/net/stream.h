// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/address.h"
#include "base/bytes.h"
#include "base/result.h"

#include <functional>

namespace nwp::net {

/// A connected, non-blocking byte stream on one executor. Nothing here waits; all handlers run on the
/// executor that the stream was made on, and never from inside a call to the stream.
class Stream {
public:
    virtual ~Stream() = default;
    Stream() = default;
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;

    /// Reads what is there.
    ///   would_block          nothing yet; wait_readable tells when
    ///   closed               the peer finished in order; everything was read
    ///   connection_reset     RST, or for TLS: FIN without close_notify
    ///   connection_aborted   for TLS: a fatal alert, a bad record
    ///   any other            as the kernel says
    virtual Result<std::size_t> read(Bytes into) = 0;

    /// Takes as much as there is room for, at least one byte.
    ///   would_block   no room; wait_writable tells when
    ///   broken_pipe   the peer is gone, or the sending half was shut down
    virtual Result<std::size_t> write(ByteView bytes) = 0;

    /// Calls `handler` once when read() may have something new to say. A second call replaces the first.
    virtual void wait_readable(std::function<void()> handler) = 0;
    /// Calls `handler` once when write() may have something new to say. A second call replaces the first.
    virtual void wait_writable(std::function<void()> handler) = 0;

    /// Ends the sending half in order (FIN; for TLS close_notify first). Reading goes on.
    virtual Result<void> shutdown_send() = 0;

    /// Stops both handlers and closes at once. With `abort` the peer sees RST.
    virtual void close(bool abort) = 0;

    virtual Address local() const = 0;
    virtual Address peer() const = 0;
};

} // namespace nwp::net
