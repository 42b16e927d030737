// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/endpoint/carrier.h"
#include "nwpd/endpoint/listening_socket.h"

#include <string>

namespace nwp::endpoint {

/// Listens at a path for SOCK_SEQPACKET connections, by the rules of ListeningSocket.
class UnixListener {
public:
    UnixListener(boost::asio::io_context& context, std::string path, std::size_t frame_room,
                 OnCarrier on_carrier);
    UnixListener(const UnixListener&) = delete;
    UnixListener& operator=(const UnixListener&) = delete;

    /// Begins to listen. Empty: it does; else why not.
    std::string start();

private:
    std::string path_;
    ListeningSocket socket_;
};

} // namespace nwp::endpoint
