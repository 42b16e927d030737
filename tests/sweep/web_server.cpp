// SPDX-License-Identifier: Apache-2.0
#include "tests/sweep/web_server.h"

#include "base/expect.h"

#include <linux/sockios.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

namespace nwp::sweep {
namespace {

// States of a connection (Linux's net/tcp_states.h); <netinet/tcp.h> has them, but an older tcp_info.
enum : std::uint8_t {
    kEstablished = 1,
    kSynSent = 2,
    kFinWait1 = 4,
    kFinWait2 = 5,
    kClose = 7,
    kLastAck = 9,
    kListen = 10,
};

/// Numbers are given from below: behind so many free ones in a row there are no more.
constexpr int kFreeInARow = 6;

struct TcpSocket {
    int descriptor = -1;
    tcp_info info{};
    in_port_t own_port = 0;
    in_port_t peer_port = 0;
};

/// All of this process that have a peer.
std::vector<TcpSocket> tcp_sockets() {
    std::vector<TcpSocket> sockets;
    int free = 0;
    for (int descriptor = 3; free < kFreeInARow; ++descriptor) {
        TcpSocket socket{.descriptor = descriptor};
        socklen_t size = sizeof socket.info;
        const bool is_tcp = ::getsockopt(descriptor, IPPROTO_TCP, TCP_INFO, &socket.info, &size) == 0;
        free = !is_tcp && errno == EBADF ? free + 1 : 0;
        if (!is_tcp) continue;
        sockaddr_in name{};
        size = sizeof name;
        if (socket.info.tcpi_state == kListen || socket.info.tcpi_state == kClose) continue;
        if (::getsockname(descriptor, reinterpret_cast<sockaddr*>(&name), &size) != 0) continue;
        socket.own_port = name.sin_port;
        size = sizeof name;
        if (::getpeername(descriptor, reinterpret_cast<sockaddr*>(&name), &size) == 0)
            socket.peer_port = name.sin_port;
        sockets.push_back(socket);
    }
    return sockets;
}

} // namespace

WebServer::WebServer(std::string page)
    : page_(std::move(page)), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {
    sockaddr_in name{};
    name.sin_family = AF_INET;
    name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof name;
    NWP_EXPECT(::bind(listener_, reinterpret_cast<sockaddr*>(&name), size) == 0);
    NWP_EXPECT(::listen(listener_, 16) == 0);
    NWP_EXPECT(::getsockname(listener_, reinterpret_cast<sockaddr*>(&name), &size) == 0);
    address_ = Address::ipv4(127, 0, 0, 1, ntohs(name.sin_port));
}

WebServer::~WebServer() {
    hang_up();
    ::close(listener_);
}

void WebServer::hang_up() {
    for (const Connection& connection : connections_) ::close(connection.descriptor);
    connections_.clear();
}

bool WebServer::turn() {
    bool moved = false;
    for (Connection& connection : connections_) moved = turn(connection) || moved;
    std::erase_if(connections_, [](const Connection& connection) { return connection.descriptor < 0; });
    const int descriptor = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (descriptor < 0) return moved;
    connections_.push_back({descriptor, {}, false});
    return true;
}

bool WebServer::turn(Connection& connection) {
    std::array<char, 512> bytes;
    const ssize_t got = ::recv(connection.descriptor, bytes.data(), bytes.size(), 0);
    if (got < 0 && errno == EAGAIN) return false;
    if (got <= 0) {
        ::close(std::exchange(connection.descriptor, -1));
        return true;
    }
    connection.request.append(bytes.data(), static_cast<std::size_t>(got));
    if (connection.answered || !connection.request.ends_with("\r\n\r\n")) return true;
    connection.answered = true;
    // A page fits into any socket's buffer.
    NWP_EXPECT(::send(connection.descriptor, page_.data(), page_.size(), MSG_NOSIGNAL) ==
               static_cast<ssize_t>(page_.size()));
    ::shutdown(connection.descriptor, SHUT_WR);
    return true;
}

bool loopback_is_busy() {
    const std::vector<TcpSocket> sockets = tcp_sockets();
    const auto is_busy = [&](const TcpSocket& socket) {
        if (socket.info.tcpi_state == kSynSent) return true;
        int unacknowledged = 0;
        if (::ioctl(socket.descriptor, SIOCOUTQ, &unacknowledged) != 0 || unacknowledged == 0) return false;
        // What is there may be acknowledged a while later.
        const auto peer = std::find_if(sockets.begin(), sockets.end(), [&](const TcpSocket& other) {
            return other.own_port == socket.peer_port && other.peer_port == socket.own_port;
        });
        if (peer == sockets.end()) return true;
        const bool sent_end = socket.info.tcpi_state == kFinWait1 || socket.info.tcpi_state == kLastAck;
        const bool end_came = peer->info.tcpi_state != kEstablished && peer->info.tcpi_state != kFinWait1 &&
                              peer->info.tcpi_state != kFinWait2;
        return peer->info.tcpi_bytes_received < socket.info.tcpi_bytes_sent || (sent_end && !end_came);
    };
    return std::any_of(sockets.begin(), sockets.end(), is_busy);
}

} // namespace nwp::sweep
