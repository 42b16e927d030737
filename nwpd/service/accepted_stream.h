// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/net/tcp.h"
#include "nwpd/net/tls_stream.h"

#include <memory>

namespace nwp::service {

/// A connection that came to a listening socket, as accept() gives it away.
struct AcceptedStream {
    std::unique_ptr<net::Stream> stream;
    net::TcpStream* tcp = nullptr; ///< the lowest stream of `stream`
    net::TlsStream* tls = nullptr; ///< `stream` itself, its handshake done; null: TCP
    Address local;                 ///< as the lease has it
    Address peer;
    bool loopback = false;
};

} // namespace nwp::service
