// SPDX-License-Identifier: Apache-2.0
#include "nwpd/endpoint/socket_line.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <spdlog/spdlog.h>
#include <sys/socket.h>
#include <unistd.h>

#include <utility>

namespace nwp::endpoint {

struct SocketLine::Connection {
    Connection(SocketLine& line, int descriptor)
        : stream(line.context_, descriptor, line),
          hang_up(line.context_, descriptor, Callback<void()>::to<&SocketLine::on_hung_up>(line)) {}

    DescriptorStream stream;
    HangUpWatch hang_up;
};

SocketLine::SocketLine(boost::asio::io_context& context, Kind kind, std::string address)
    : context_(context), kind_(kind), given_(std::move(address)),
      listening_(context, [this](int descriptor) { on_accepted(descriptor); }) {}

SocketLine::~SocketLine() = default;

std::string SocketLine::start(HostLineListener& listener) {
    listener_ = &listener;
    return kind_ == Kind::unix_stream ? listening_.listen_at_path(given_, SOCK_STREAM)
                                      : listening_.listen_on_loopback(given_);
}

void SocketLine::on_accepted(int descriptor) {
    if (connection_ && !has_hung_up(connection_->stream.descriptor())) {
        ::close(descriptor);
        spdlog::warn("{}: a second host is turned away while the first is there", place());
        return;
    }
    if (connection_) on_hung_up(); // the loop would have told later: behind its next power-on

    const int on = 1; // a host waits for each answer: none is to wait for another (RFC 1122 4.2.3.4)
    if (kind_ == Kind::loopback_tcp)
        static_cast<void>(::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on));
    connection_ = std::make_unique<Connection>(*this, descriptor);
    if (!connection_->hang_up.watches()) {
        connection_.reset();
        spdlog::error("{}: no descriptor is left, a host is turned away", place());
        return;
    }
    listener_->on_opened();
}

void SocketLine::on_hung_up() {
    connection_.reset();
    listener_->on_closed();
}

ByteView SocketLine::read() { return connection_ ? connection_->stream.read() : ByteView{}; }

void SocketLine::write(ByteView bytes) {
    if (connection_) connection_->stream.write(bytes);
}

std::size_t SocketLine::unsent() const { return connection_ ? connection_->stream.unsent() : 0; }

} // namespace nwp::endpoint
