// SPDX-License-Identifier: Apache-2.0
#include "nwpd/net/echo_socket.h"

#include "nwpd/net/errno_map.h"
#include "nwpd/net/gated_socket.h"
#include "nwpd/net/kernel_socket.h"
#include "nwpd/net/sockaddr.h"

#include <netinet/in.h>
#include <netinet/ip.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <vector>

namespace nwp::net {
namespace {

constexpr std::size_t kHeader = 8;
constexpr Byte kAsk4 = 8;
constexpr Byte kAnswer4 = 0;
constexpr Byte kAsk6 = 128;
constexpr Byte kAnswer6 = 129;
constexpr std::size_t kLeastIpv4Header = 20;

/// RFC 1071.
std::uint16_t checksum(const std::vector<Byte>& bytes) {
    std::uint32_t sum = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i)
        sum += i % 2 == 0 ? static_cast<std::uint32_t>(bytes[i]) << 8U : bytes[i];
    while (sum >> 16U != 0) sum = (sum & 0xFFFFU) + (sum >> 16U);
    return static_cast<std::uint16_t>(~sum);
}

void put_number(Byte* to, std::uint16_t number) {
    to[0] = static_cast<Byte>(number >> 8U);
    to[1] = static_cast<Byte>(number);
}

std::uint16_t number_at(const Byte* from) { return static_cast<std::uint16_t>(from[0] << 8U | from[1]); }

int protocol_of(Family family) { return family == Family::ipv6 ? int{IPPROTO_ICMPV6} : int{IPPROTO_ICMP}; }

} // namespace

EchoSocket::EchoSocket(boost::asio::io_context& context, Gate& gate)
    : socket_(std::make_shared<GatedSocket>(context, gate)) {}

EchoSocket::~EchoSocket() { close(); }

Result<void> EchoSocket::open(Family family) {
    const int domain = family == Family::ipv6 ? AF_INET6 : AF_INET;
    constexpr int flags = SOCK_CLOEXEC | SOCK_NONBLOCK;
    int made = ::socket(domain, SOCK_DGRAM | flags, protocol_of(family));
    if (made < 0 && (errno == EACCES || errno == EPERM || errno == EPROTONOSUPPORT)) {
        made = ::socket(domain, SOCK_RAW | flags, protocol_of(family));
        raw_ = true;
    }
    if (made < 0) return errno == EACCES ? Error::not_permitted : last_error();
    family_ = family;
    if (raw_ && ::getrandom(&identifier_, sizeof identifier_, 0) != sizeof identifier_) {
        ::close(made);
        return Error::input_output;
    }
    return socket_->assign(made);
}

Result<void> EchoSocket::bind(const Address& local) {
    if (!socket_->is_open()) return Error::bad_handle;
    return bind_kernel_socket(socket_->get(), local);
}

Result<void> EchoSocket::set_dont_fragment(bool dont) {
    if (!socket_->is_open()) return Error::bad_handle;
    if (family_ == Family::ipv6)
        return set_kernel_option(socket_->get(), IPPROTO_IPV6, IPV6_DONTFRAG, dont ? 1 : 0);
    return set_kernel_option(socket_->get(), IPPROTO_IP, IP_MTU_DISCOVER,
                             dont ? IP_PMTUDISC_DO : IP_PMTUDISC_DONT);
}

Result<void> EchoSocket::send(const Address& to, std::uint16_t sequence, std::size_t data_size) {
    if (!socket_->is_open()) return Error::bad_handle;
    if (!socket_->passes()) return Error::would_block;
    std::vector<Byte> packet(kHeader + data_size);
    for (std::size_t i = 0; i < data_size; ++i) packet[kHeader + i] = static_cast<Byte>(i);
    packet[0] = family_ == Family::ipv6 ? kAsk6 : kAsk4;
    put_number(packet.data() + 4, identifier_);
    put_number(packet.data() + 6, sequence);
    // Of ICMPv6 the kernel makes it, for it covers the addresses too.
    if (family_ != Family::ipv6) put_number(packet.data() + 2, checksum(packet));
    Address peer = to;
    peer.port = 0;
    const SocketAddress name{peer};
    const ssize_t sent =
        ::sendto(socket_->get(), packet.data(), packet.size(), MSG_NOSIGNAL, name.get(), name.size);
    if (sent < 0) return last_error();
    return {};
}

Result<EchoReply> EchoSocket::receive() {
    if (!socket_->is_open()) return Error::bad_handle;
    if (!socket_->passes()) return Error::would_block;
    std::array<Byte, 128> packet{}; // the rest says nothing new
    for (;;) {
        SocketAddress from;
        const ssize_t got =
            ::recvfrom(socket_->get(), packet.data(), packet.size(), 0, from.get(), &from.size);
        if (got < 0) return last_error();
        const Byte* icmp = packet.data();
        auto size = static_cast<std::size_t>(got);
        if (raw_ && family_ == Family::ipv4) {
            const std::size_t header = std::size_t{4} * (packet[0] & 0xFU);
            if (size < kLeastIpv4Header || header < kLeastIpv4Header || size < header) continue;
            icmp += header;
            size -= header;
        }
        if (size < kHeader || icmp[0] != (family_ == Family::ipv6 ? kAnswer6 : kAnswer4)) continue;
        if (raw_ && number_at(icmp + 4) != identifier_) continue;
        EchoReply reply{from.address(), number_at(icmp + 6)};
        reply.from.port = 0;
        return reply;
    }
}

void EchoSocket::wait_readable(std::function<void()> handler) {
    socket_->wait(GatedSocket::Direction::read, std::move(handler));
}

void EchoSocket::close() { socket_->close(); }

} // namespace nwp::net
