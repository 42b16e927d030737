// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/net/gate.h"
#include "nwpd/net/stream.h"

#include <boost/asio/io_context.hpp>

#include <functional>
#include <memory>
#include <optional>

namespace nwp::net {

struct TcpOptions {
    bool no_delay = false;
    bool keep_alive = false;
    std::optional<int> keep_alive_time{}; ///< seconds without a word before a probe, and between probes, 1 to
                                          ///< 32767; unset: the kernel's own
    std::optional<int> receive_buffer{};  ///< bytes; unset: the kernel's own
    std::optional<int> send_buffer{};
    std::optional<int> hop_limit{}; ///< 1 to 255; -1: the kernel's own
};

/// For a kernel socket of TCP. Errors are the kernel's.
Result<void> apply_tcp_options(int socket, const TcpOptions& options);

/// A TCP connection being made or made; handlers run on `context`.
class TcpStream final : public Stream {
public:
    TcpStream(boost::asio::io_context& context, Gate& gate);
    /// Takes over an accepted, non-blocking kernel socket: connected from the start.
    TcpStream(boost::asio::io_context& context, Gate& gate, int accepted, const Address& peer);
    ~TcpStream() override;

    /// Takes over a bound, non-blocking kernel socket, which connect() then uses; its `bind_to` is unused.
    Result<void> use_socket(int bound);

    /// Begins to connect and calls `done` once, later: success or the kernel's own error (connection_refused,
    /// timed_out, host_unreachable, ...). close() before that ends it with `cancelled`; destroying the stream
    /// drops `done` uncalled. While the gate is closed a connect waits. `bind_to` unspecified: any. Once for
    /// each stream.
    void connect(const Address& peer, const Address& bind_to, std::function<void(Result<void>)> done);

    /// Applies now if connected or connecting, else when connect() makes the kernel socket (where a refused
    /// option fails the connect). Errors are the kernel's.
    Result<void> set_options(const TcpOptions& options);

    /// Bytes, FIN included, that were written and that the peer has not acknowledged; 0 unless connected.
    std::size_t unacknowledged() const;

    Result<std::size_t> read(Bytes into) override;
    Result<std::size_t> write(ByteView bytes) override;
    void wait_readable(std::function<void()> handler) override;
    void wait_writable(std::function<void()> handler) override;
    Result<void> shutdown_send() override;
    void close(bool abort) override;
    Address local() const override; ///< as the kernel has it, not as the lease says
    Address peer() const override;

private:
    struct Impl;
    std::shared_ptr<Impl> impl_;
};

} // namespace nwp::net
