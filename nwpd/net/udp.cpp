// SPDX-License-Identifier: Apache-2.0
#include "nwpd/net/udp.h"

#include "nwpd/net/errno_map.h"
#include "nwpd/net/gated_socket.h"
#include "nwpd/net/kernel_socket.h"
#include "nwpd/net/sockaddr.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <cstring>
#include <utility>

namespace nwp::net {
namespace {

struct KernelOption {
    int level;
    int name;
    std::optional<int> value;
};

template <std::size_t Count>
Result<void> apply(int socket, const KernelOption (&wanted)[Count]) {
    for (const KernelOption& option : wanted) {
        if (!option.value) continue;
        if (auto set = set_kernel_option(socket, option.level, option.name, *option.value); !set) return set;
    }
    return {};
}

std::optional<int> number_of(std::optional<bool> flag) {
    return flag ? std::optional<int>{*flag ? 1 : 0} : std::nullopt;
}

in_addr ipv4_part(const Address& address) {
    in_addr ip{};
    if (address.family == Family::ipv4) std::memcpy(&ip, address.ip, sizeof ip);
    return ip;
}

template <typename Value>
Result<void> set_struct(int socket, int level, int name, const Value& value) {
    if (setsockopt(socket, level, name, &value, sizeof value) != 0) return last_error();
    return {};
}

} // namespace

UdpSocket::UdpSocket(boost::asio::io_context& context, Gate& gate)
    : socket_(std::make_shared<GatedSocket>(context, gate)) {}

UdpSocket::~UdpSocket() { socket_->close(); }

Result<void> UdpSocket::open(Family family, const UdpOptions& options) {
    const auto made = make_kernel_socket(family, SOCK_DGRAM);
    if (!made) return made.error();
    if (auto assigned = socket_->assign(*made); !assigned) return assigned;
    family_ = family;
    if (family == Family::ipv6) {
        const int only = options.ipv6_only ? 1 : 0;
        if (auto set = set_kernel_option(*made, IPPROTO_IPV6, IPV6_V6ONLY, only); !set) return set;
    }
    return set_options(options);
}

Result<void> UdpSocket::set_options(const UdpOptions& options) {
    if (!socket_->is_open()) return Error::bad_handle;
    const KernelOption common[] = {{SOL_SOCKET, SO_BROADCAST, options.broadcast ? 1 : 0},
                                   {SOL_SOCKET, SO_REUSEADDR, options.reuse_address ? 1 : 0},
                                   {SOL_SOCKET, SO_REUSEPORT, options.reuse_port ? 1 : 0},
                                   {SOL_SOCKET, SO_RCVBUF, options.receive_buffer},
                                   {SOL_SOCKET, SO_SNDBUF, options.send_buffer},
                                   // On IPv6 sockets too: IPv4-mapped traffic has these.
                                   {IPPROTO_IP, IP_MULTICAST_TTL, options.multicast_hops},
                                   {IPPROTO_IP, IP_MULTICAST_LOOP, number_of(options.multicast_loop)}};
    if (auto set = apply(socket_->get(), common); !set) return set;
    if (options.hop_limit)
        if (auto set = set_hop_limit(socket_->get(), *options.hop_limit); !set) return set;
    if (family_ != Family::ipv6) return {};
    const KernelOption of_ipv6[] = {{IPPROTO_IPV6, IPV6_MULTICAST_HOPS, options.multicast_hops},
                                    {IPPROTO_IPV6, IPV6_MULTICAST_LOOP, number_of(options.multicast_loop)}};
    return apply(socket_->get(), of_ipv6);
}

Result<void> UdpSocket::bind(const Address& local) {
    if (!socket_->is_open()) return Error::bad_handle;
    return bind_kernel_socket(socket_->get(), local);
}

Result<void> UdpSocket::connect(const Address& peer) {
    if (!socket_->is_open()) return Error::bad_handle;
    SocketAddress to{peer};
    if (peer.family == Family::unspecified) {
        to.storage.ss_family = AF_UNSPEC;
        to.size = sizeof(sockaddr_in);
    }
    if (::connect(socket_->get(), to.get(), to.size) != 0) return last_error();
    return {};
}

// ---- groups

Result<void> UdpSocket::change_membership(const Address& group, const Address& interface, bool member) {
    if (!socket_->is_open()) return Error::bad_handle;
    if (group.family == Family::ipv4) {
        ip_mreqn request{};
        request.imr_multiaddr = ipv4_part(group);
        request.imr_address = ipv4_part(interface);
        return set_struct(socket_->get(), IPPROTO_IP, member ? IP_ADD_MEMBERSHIP : IP_DROP_MEMBERSHIP,
                          request);
    }
    ipv6_mreq request{};
    std::memcpy(&request.ipv6mr_multiaddr, group.ip, sizeof request.ipv6mr_multiaddr);
    request.ipv6mr_interface = interface.scope != 0 ? interface.scope : group.scope;
    return set_struct(socket_->get(), IPPROTO_IPV6, member ? IPV6_JOIN_GROUP : IPV6_LEAVE_GROUP, request);
}

Result<void> UdpSocket::join(const Address& group, const Address& interface) {
    return change_membership(group, interface, true);
}

Result<void> UdpSocket::leave(const Address& group, const Address& interface) {
    return change_membership(group, interface, false);
}

Result<void> UdpSocket::set_multicast_interface(const Address& interface) {
    if (!socket_->is_open()) return Error::bad_handle;
    if (interface.family == Family::ipv6)
        return set_kernel_option(socket_->get(), IPPROTO_IPV6, IPV6_MULTICAST_IF,
                                 static_cast<int>(interface.scope));
    return set_struct(socket_->get(), IPPROTO_IP, IP_MULTICAST_IF, ipv4_part(interface));
}

// ---- datagrams

Result<void> UdpSocket::send(ByteView datagram, const Address& to) {
    if (!socket_->is_open()) return Error::bad_handle;
    if (!socket_->passes()) return Error::would_block;
    const SocketAddress peer{to};
    const bool named = to.family != Family::unspecified;
    if (sendto(socket_->get(), datagram.data(), datagram.size(), MSG_NOSIGNAL, named ? peer.get() : nullptr,
               named ? peer.size : 0) < 0)
        return last_error();
    socket_->gate().count_sent(datagram.size());
    return {};
}

Result<DatagramInfo> UdpSocket::receive(Bytes into) {
    if (!socket_->is_open()) return Error::bad_handle;
    if (!socket_->passes()) return Error::would_block;
    SocketAddress from;
    // MSG_TRUNC: the size of the datagram, not of what there was room for (recv(2)).
    const ssize_t size =
        recvfrom(socket_->get(), into.data(), into.size(), MSG_TRUNC, from.get(), &from.size);
    if (size < 0) return last_error();
    socket_->gate().count_received(static_cast<std::size_t>(size));
    return DatagramInfo{static_cast<std::size_t>(size), from.address()};
}

void UdpSocket::wait_readable(std::function<void()> handler) {
    socket_->wait(GatedSocket::Direction::read, std::move(handler));
}

void UdpSocket::wait_writable(std::function<void()> handler) {
    socket_->wait(GatedSocket::Direction::write, std::move(handler));
}

void UdpSocket::close() { socket_->close(); }

Address UdpSocket::local() const { return socket_->is_open() ? local_of(socket_->get()) : Address{}; }

Address UdpSocket::peer() const {
    SocketAddress name;
    if (!socket_->is_open() || getpeername(socket_->get(), name.get(), &name.size) != 0) return {};
    return name.address();
}

} // namespace nwp::net
