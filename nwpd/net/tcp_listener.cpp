// SPDX-License-Identifier: Apache-2.0
#include "nwpd/net/tcp_listener.h"

#include "nwpd/net/errno_map.h"
#include "nwpd/net/gated_socket.h"
#include "nwpd/net/kernel_socket.h"
#include "nwpd/net/sockaddr.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <utility>

namespace nwp::net {
namespace {

Result<void> apply(int socket, Family family, const ListenOptions& options) {
    if (auto set = set_kernel_option(socket, SOL_SOCKET, SO_REUSEADDR, options.reuse_address ? 1 : 0); !set)
        return set;
    if (auto set = set_kernel_option(socket, SOL_SOCKET, SO_REUSEPORT, options.reuse_port ? 1 : 0); !set)
        return set;
    if (family != Family::ipv6) return {};
    return set_kernel_option(socket, IPPROTO_IPV6, IPV6_V6ONLY, options.ipv6_only ? 1 : 0);
}

/// accept(2): these tell of a connection that broke before it was taken; the next one may be sound.
bool is_of_one_connection(int number) {
    switch (number) {
        case ECONNABORTED:
        case ENETDOWN:
        case EPROTO:
        case ENOPROTOOPT:
        case EHOSTDOWN:
        case ENONET:
        case EHOSTUNREACH:
        case EOPNOTSUPP:
        case ENETUNREACH:
        case EINTR: return true;
        default: return false;
    }
}

} // namespace

TcpListener::TcpListener(boost::asio::io_context& context, Gate& gate)
    : socket_(std::make_shared<GatedSocket>(context, gate)) {}

TcpListener::~TcpListener() { socket_->close(); }

Result<void> TcpListener::bind(const Address& local, const ListenOptions& options) {
    const auto made = make_kernel_socket(local.family, SOCK_STREAM);
    if (!made) return made.error();
    if (auto assigned = socket_->assign(*made); !assigned) return assigned;
    if (auto set = apply(*made, local.family, options); !set) return set;
    return bind_kernel_socket(*made, local);
}

Result<void> TcpListener::listen(int backlog) {
    if (!socket_->is_open()) return Error::bad_handle;
    if (::listen(socket_->get(), backlog) != 0) return last_error();
    return {};
}

Result<void> TcpListener::set_options(const TcpOptions& options) {
    if (!socket_->is_open()) return Error::bad_handle;
    return apply_tcp_options(socket_->get(), options);
}

Result<std::unique_ptr<TcpStream>> TcpListener::accept() {
    if (!socket_->is_open()) return Error::bad_handle;
    if (!socket_->passes()) return Error::would_block;
    for (;;) {
        SocketAddress peer;
        const int taken = accept4(socket_->get(), peer.get(), &peer.size, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (taken >= 0)
            return std::make_unique<TcpStream>(socket_->context(), socket_->gate(), taken, peer.address());
        if (!is_of_one_connection(errno)) return last_error();
    }
}

void TcpListener::wait_acceptable(std::function<void()> handler) {
    socket_->wait(GatedSocket::Direction::read, std::move(handler));
}

void TcpListener::close() { socket_->close(); }

int TcpListener::release() { return socket_->release(); }

Address TcpListener::local() const { return socket_->is_open() ? local_of(socket_->get()) : Address{}; }

} // namespace nwp::net
