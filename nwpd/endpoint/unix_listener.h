// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/endpoint/carrier.h"
#include "nwpd/endpoint/descriptor_watch.h"

#include <boost/asio/steady_timer.hpp>

#include <string>

namespace nwp::endpoint {

/// Listens at a path for SOCK_SEQPACKET connections. The socket has mode 0660 and, where it exists and we
/// may, the group `nwp`. A socket that nobody listens on any more is replaced; a live one, or a file, is not.
class UnixListener {
public:
    UnixListener(boost::asio::io_context& context, std::string path, std::size_t frame_room,
                 OnCarrier on_carrier);
    ~UnixListener();
    UnixListener(const UnixListener&) = delete;
    UnixListener& operator=(const UnixListener&) = delete;

    /// Begins to listen. Empty: it does; else why not.
    std::string start();

private:
    void accept_all();

    boost::asio::io_context& context_;
    std::string path_;
    std::size_t frame_room_;
    OnCarrier on_carrier_;
    std::unique_ptr<DescriptorWatch> watch_;
    boost::asio::steady_timer retry_; ///< until descriptors may be there again
};

} // namespace nwp::endpoint
