// SPDX-License-Identifier: Apache-2.0
#include "tests/kit/pki/socket_stream.h"

#include "base/expect.h"
#include "nwpd/net/errno_map.h"
#include "nwpd/net/sockaddr.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>

namespace nwp::kit {
namespace {

Address name_of(int socket, int (*ask)(int, sockaddr*, socklen_t*)) {
    net::SocketAddress name;
    return ask(socket, name.get(), &name.size) == 0 ? name.address() : Address{};
}

} // namespace

SocketStream::SocketStream(boost::asio::io_context& context, int socket) : descriptor_(context, socket) {
    descriptor_.non_blocking(true);
}

SocketStream::~SocketStream() = default;

Result<std::size_t> SocketStream::read(Bytes into) {
    if (!descriptor_.is_open()) return Error::bad_handle;
    const ssize_t got =
        ::recv(descriptor_.native_handle(), into.data(), std::min(into.size(), most_read_), MSG_DONTWAIT);
    if (got < 0) return net::last_error();
    if (got == 0) return Error::closed;
    bytes_read_ += static_cast<std::size_t>(got);
    return static_cast<std::size_t>(got);
}

Result<std::size_t> SocketStream::write(ByteView bytes) {
    if (!descriptor_.is_open()) return Error::bad_handle;
    const ssize_t sent =
        ::send(descriptor_.native_handle(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent < 0) return net::last_error();
    return static_cast<std::size_t>(sent);
}

void SocketStream::wait(boost::asio::posix::stream_descriptor::wait_type kind,
                        std::weak_ptr<std::function<void()>> handler) {
    if (!descriptor_.is_open()) return;
    descriptor_.async_wait(kind, [handler = std::move(handler)](boost::system::error_code error) {
        const auto call = handler.lock();
        if (!call || error) return;
        if (auto once = std::exchange(*call, nullptr)) once();
    });
}

void SocketStream::wait_readable(std::function<void()> handler) {
    *readable_ = std::move(handler);
    wait(boost::asio::posix::stream_descriptor::wait_read, readable_);
}

void SocketStream::wait_writable(std::function<void()> handler) {
    *writable_ = std::move(handler);
    wait(boost::asio::posix::stream_descriptor::wait_write, writable_);
}

Result<void> SocketStream::shutdown_send() {
    if (!descriptor_.is_open()) return Error::bad_handle;
    if (::shutdown(descriptor_.native_handle(), SHUT_WR) != 0) return net::last_error();
    return {};
}

void SocketStream::close(bool abort) {
    if (!descriptor_.is_open()) return;
    *readable_ = nullptr;
    *writable_ = nullptr;
    const linger reset{.l_onoff = 1, .l_linger = 0};
    if (abort) setsockopt(descriptor_.native_handle(), SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    boost::system::error_code ignored;
    descriptor_.close(ignored);
}

Address SocketStream::local() const {
    return name_of(const_cast<SocketStream*>(this)->descriptor_.native_handle(), getsockname);
}
Address SocketStream::peer() const {
    return name_of(const_cast<SocketStream*>(this)->descriptor_.native_handle(), getpeername);
}

Listener::Listener() : socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in name{};
    name.sin_family = AF_INET;
    name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    NWP_EXPECT(bind(socket, reinterpret_cast<sockaddr*>(&name), sizeof name) == 0);
    NWP_EXPECT(listen(socket, 64) == 0);
    address = name_of(socket, getsockname);
}

Listener::~Listener() { ::close(socket); }

int Listener::accept() {
    pollfd waiting{.fd = socket, .events = POLLIN, .revents = 0};
    if (poll(&waiting, 1, 20000) != 1) return -1;
    return ::accept4(socket, nullptr, nullptr, SOCK_CLOEXEC);
}

std::pair<int, int> Listener::connected_pair() {
    const int client = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const net::SocketAddress name{address};
    NWP_EXPECT(::connect(client, name.get(), name.size) == 0);
    return {client, accept()};
}

} // namespace nwp::kit
