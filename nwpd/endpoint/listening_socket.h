// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/endpoint/descriptor_watch.h"
#include "nwpd/endpoint/opened.h"

#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <memory>
#include <string>

namespace nwp::endpoint {

/// A socket that connections come to, in the order in which they were made. One executor.
class ListeningSocket {
public:
    /// Takes a connection, non-blocking; it is the callee's to close.
    using OnAccepted = std::function<void(int descriptor)>;

    ListeningSocket(boost::asio::io_context& context, OnAccepted on_accepted);
    ~ListeningSocket();
    ListeningSocket(const ListeningSocket&) = delete;
    ListeningSocket& operator=(const ListeningSocket&) = delete;

    /// Begins to listen at a path for connections of that type (SOCK_SEQPACKET, SOCK_STREAM). The socket has
    /// mode 0660 and, where it exists and we may, the group `nwp`. A socket that nobody listens on any more
    /// is replaced; a live one, or a file, is not. Empty: it does; else why not. Once.
    std::string listen_at_path(const std::string& path, int type);

    /// Begins to listen for TCP at a loopback_address(). Empty: it does; else why not. Once.
    std::string listen_on_loopback(const std::string& address);

    /// Where it listens: the path; or the address with the port that it has.
    const std::string& address() const { return address_; }

private:
    std::string listen(const Opened& bound);
    void accept_all();

    boost::asio::io_context& context_;
    OnAccepted on_accepted_;
    std::string address_;
    std::string path_to_remove_;
    std::unique_ptr<DescriptorWatch> watch_;
    boost::asio::steady_timer retry_; ///< until descriptors may be there again
};

} // namespace nwp::endpoint
