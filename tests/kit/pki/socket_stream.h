// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/net/stream.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include <array>
#include <memory>
#include <utility>

namespace nwp::kit {

/// A connected kernel socket as a stream, for tests: any socket, at either end.
class SocketStream final : public net::Stream {
public:
    /// Takes the socket over and makes it non-blocking.
    SocketStream(boost::asio::io_context& context, int socket);
    ~SocketStream() override;

    Result<std::size_t> read(Bytes into) override;
    Result<std::size_t> write(ByteView bytes) override;
    void wait_readable(std::function<void()> handler) override;
    void wait_writable(std::function<void()> handler) override;
    Result<void> shutdown_send() override;
    void close(bool abort) override;
    Address local() const override;
    Address peer() const override;

    std::size_t bytes_read() const { return bytes_read_; }
    /// From now on each read brings at most so many bytes.
    void set_most_read(std::size_t most) { most_read_ = most; }

private:
    using Handler = std::shared_ptr<std::function<void()>>;
    void wait(boost::asio::posix::stream_descriptor::wait_type kind,
              std::weak_ptr<std::function<void()>> handler);

    boost::asio::posix::stream_descriptor descriptor_;
    Handler readable_ = std::make_shared<std::function<void()>>();
    Handler writable_ = std::make_shared<std::function<void()>>();
    std::size_t bytes_read_ = 0;
    std::size_t most_read_ = static_cast<std::size_t>(-1);
};

/// A listening TCP socket on a free loopback port.
struct Listener {
    Listener();
    ~Listener();
    Listener(const Listener&) = delete;
    /// Waits for a connection; -1 after 20 s without one.
    int accept();
    /// Two ends of one connection: who connected, who accepted.
    std::pair<int, int> connected_pair();

    int socket = -1;
    Address address;
};

} // namespace nwp::kit
