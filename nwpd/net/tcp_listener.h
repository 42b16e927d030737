// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/net/tcp.h"

#include <boost/asio/io_context.hpp>

#include <functional>
#include <memory>

namespace nwp::net {

class GatedSocket;

struct ListenOptions {
    bool reuse_address = false;
    bool reuse_port = false;
    bool ipv6_only = false;
};

/// A bound TCP socket that may listen, or may become a stream; handlers run on `context`. While the gate is
/// closed it accepts nothing.
class TcpListener {
public:
    TcpListener(boost::asio::io_context& context, Gate& gate);
    ~TcpListener();
    TcpListener(const TcpListener&) = delete;
    TcpListener& operator=(const TcpListener&) = delete;

    /// Once. Errors are the kernel's (address_in_use, address_not_available, access_denied, ...).
    Result<void> bind(const Address& local, const ListenOptions& options);
    /// Again: another backlog. What is accepted from now on has these options.
    Result<void> listen(int backlog);
    Result<void> set_options(const TcpOptions& options);
    /// The next connection, its handlers on the same context.
    ///   would_block   none waits; wait_acceptable tells when
    ///   too_many_files_in_system, no_buffers, ...   as the kernel says; it goes on waiting
    Result<std::unique_ptr<TcpStream>> accept();
    /// Calls `handler` once when accept() may have something new to say. A second call replaces the first.
    void wait_acceptable(std::function<void()> handler);
    /// What waits for accept() is reset.
    void close();

    /// The kernel's socket, bound and not listening, for TcpStream::use_socket(); -1 when it was closed. This
    /// object is over then.
    int release();

    Address local() const; ///< as the kernel has it

private:
    std::shared_ptr<GatedSocket> socket_;
};

} // namespace nwp::net
