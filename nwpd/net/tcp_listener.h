// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/net/tcp.h"

#include <boost/asio/io_context.hpp>

#include <functional>
#include <memory>

namespace nwp::net {

struct ListenOptions {
    bool reuse_address = false;
    bool reuse_port = false;
    bool ipv6_only = false;
};

/// A bound TCP socket that may listen; handlers run on `context`. While the gate is closed it accepts
/// nothing.
class TcpListener {
public:
    TcpListener(boost::asio::io_context& context, Gate& gate);
    ~TcpListener();
    TcpListener(const TcpListener&) = delete;
    TcpListener& operator=(const TcpListener&) = delete;

    /// Errors are the kernel's (address_in_use, address_not_available, access_denied, ...).
    Result<void> bind(const Address& local, const ListenOptions& options);
    Result<void> listen(int backlog);
    /// The next connection, its handlers on the same context.
    ///   would_block   none waits; wait_acceptable tells when
    ///   too_many_files_in_system, no_buffers, ...   as the kernel says; it goes on waiting
    Result<std::unique_ptr<TcpStream>> accept();
    /// Calls `handler` once when accept() may have something new to say. A second call replaces the first.
    void wait_acceptable(std::function<void()> handler);
    void close();

    Address local() const; ///< as the kernel has it

private:
    struct Impl;
    std::shared_ptr<Impl> impl_;
};

} // namespace nwp::net
