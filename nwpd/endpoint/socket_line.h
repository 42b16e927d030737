// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/endpoint/descriptor_stream.h"
#include "nwpd/endpoint/hang_up_watch.h"
#include "nwpd/endpoint/host_line.h"
#include "nwpd/endpoint/listening_socket.h"

#include <memory>
#include <string>

namespace nwp::endpoint {

/// A line over a stream socket: a connection is power, its end is the end of power, also when the host ends
/// only its own direction. Who connects while a host is there is closed at once.
class SocketLine final : public HostLine, private DescriptorStream::Listener {
public:
    enum class Kind { unix_stream, loopback_tcp };

    /// `address`: a path; a loopback_address().
    SocketLine(boost::asio::io_context& context, Kind kind, std::string address);
    ~SocketLine() override;

    std::string start(HostLineListener& listener) override;
    ByteView read() override;
    void write(ByteView bytes) override;
    std::size_t unsent() const override;
    void set_rate(unsigned) override {} // a socket has none

    /// After start() with the port that the system chose.
    std::string place() const override { return listening_.address(); }

private:
    struct Connection;
    void on_accepted(int descriptor);
    void on_hung_up();
    void on_input() override { listener_->on_readable(); }
    void on_drained() override { listener_->on_drained(); }

    boost::asio::io_context& context_;
    Kind kind_;
    std::string given_;
    ListeningSocket listening_;
    HostLineListener* listener_ = nullptr;
    std::unique_ptr<Connection> connection_;
};

} // namespace nwp::endpoint
