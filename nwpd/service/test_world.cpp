// SPDX-License-Identifier: Apache-2.0
#include "nwpd/service/test_world.h"

#include "nwpd/net/kernel_socket.h"
#include "nwpd/net/sockaddr.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace nwp::service::test {

TcpPeer::TcpPeer(int receive_buffer) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (receive_buffer != 0)
        ::setsockopt(listener_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    sockaddr_in name{};
    name.sin_family = AF_INET;
    name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof name;
    EXPECT_EQ(::bind(listener_, reinterpret_cast<sockaddr*>(&name), size), 0);
    EXPECT_EQ(::listen(listener_, 16), 0);
    EXPECT_EQ(::getsockname(listener_, reinterpret_cast<sockaddr*>(&name), &size), 0);
    port_ = ntohs(name.sin_port);
}

TcpPeer::~TcpPeer() {
    for (const int descriptor : accepted_) ::close(descriptor);
    ::close(listener_);
}

int TcpPeer::accept() {
    const int descriptor = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    EXPECT_GE(descriptor, 0);
    accepted_.push_back(descriptor);
    return descriptor;
}

void TcpPeer::close(int descriptor) {
    std::erase(accepted_, descriptor);
    ::close(descriptor);
}

void TcpPeer::reset(int descriptor) {
    const linger now{1, 0};
    ::setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    close(descriptor);
}

KernelPeer::KernelPeer(int type, const Address& local)
    : socket_(::socket(local.family == Family::ipv6 ? AF_INET6 : AF_INET, type | SOCK_CLOEXEC, 0)) {
    EXPECT_TRUE(net::bind_kernel_socket(socket_, local));
}

KernelPeer::~KernelPeer() { ::close(socket_); }

Address KernelPeer::local() const { return net::local_of(socket_); }

int KernelPeer::connect(const Address& to) const {
    const net::SocketAddress name{to};
    return ::connect(socket_, name.get(), name.size) == 0 ? 0 : errno;
}

void KernelPeer::send_to(const Address& to, std::string_view bytes) const {
    const net::SocketAddress name{to};
    EXPECT_EQ(::sendto(socket_, bytes.data(), bytes.size(), 0, name.get(), name.size),
              static_cast<ssize_t>(bytes.size()));
}

std::string KernelPeer::receive_from(Address* from) const {
    std::string bytes(65536, '\0');
    net::SocketAddress name;
    const ssize_t got = ::recvfrom(socket_, bytes.data(), bytes.size(), 0, name.get(), &name.size);
    bytes.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    if (from != nullptr) *from = name.address();
    return bytes;
}

bool KernelPeer::readable(int milliseconds) const {
    pollfd entry{socket_, POLLIN, 0};
    return ::poll(&entry, 1, milliseconds) > 0;
}

void send_all(int descriptor, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t sent = ::send(descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
}

std::string receive_all(int descriptor, int& end) {
    std::string all;
    std::vector<char> buffer(65536);
    for (;;) {
        const ssize_t got = ::recv(descriptor, buffer.data(), buffer.size(), 0);
        if (got <= 0) {
            end = got < 0 ? errno : 0;
            return all;
        }
        all.append(buffer.data(), static_cast<std::size_t>(got));
    }
}

std::string receive_exactly(int descriptor, std::size_t size) {
    std::string all(size, '\0');
    const ssize_t got = ::recv(descriptor, all.data(), size, MSG_WAITALL);
    all.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return all;
}

std::string pattern(std::size_t size) {
    std::string bytes(size, '\0');
    std::uint32_t state = 1;
    for (char& byte : bytes) {
        state = state * 1664525 + 1013904223;
        byte = static_cast<char>(state >> 24);
    }
    return bytes;
}

World::World()
    : credentials(context, std::move(*vault::Vault::open(folder / "store"))), client(ClientPolicy{}, told),
      other(ClientPolicy{}, other_told) {
    network.set_lease(lease());
}

World::~World() {
    sockets.close_all(client);
    sockets.close_all(other);
    kit::run_ready(context);
}

void World::lead_to(std::uint16_t port) {
    wifi::MapEntry entry;
    entry.network = *wifi::parse_network("10.77.0.0/24");
    entry.to = *wifi::parse_network("127.0.0.1/32");
    entry.ports = {{443, port}};
    map = wifi::AddressMap({entry});
}

void World::lead_to_network() {
    wifi::MapEntry entry;
    entry.network = *wifi::parse_network("10.77.0.0/24");
    entry.to = *wifi::parse_network("127.77.0.0/24");
    map = wifi::AddressMap({entry});
}

void World::lead_nowhere_else() {
    map = wifi::AddressMap::identity();
    network.set_lease(wifi::Lease{{}, 0, {}, {}});
}

SocketId World::open_datagrams(Client& by, Family family) {
    const auto opened = sockets.open(by, family, SocketType::datagram, Protocol::udp);
    EXPECT_TRUE(opened) << to_string(opened.error());
    return *opened;
}

SocketId World::open_stream(Client& by, Family family) {
    const auto opened = sockets.open(by, family, SocketType::stream, Protocol::tcp);
    EXPECT_TRUE(opened) << to_string(opened.error());
    EXPECT_TRUE(sockets.set_receive_room(by, *opened, 64 * std::size_t{1024}));
    return *opened;
}

Result<Address> World::connect(Client& by, SocketId socket, const Address& peer) {
    std::optional<Result<Address>> outcome;
    sockets.connect(by, socket, peer, seconds(20), [&](Result<Address> result) { outcome = result; });
    EXPECT_TRUE(until([&] { return outcome.has_value(); }));
    return outcome.value_or(Error::timed_out);
}

std::string World::receive_datagram(Client& by, SocketId socket, Address* from) {
    EXPECT_TRUE(until([&] { return sockets.datagram(by, socket).ok(); }));
    const auto got = sockets.datagram(by, socket);
    if (!got) return {};
    if (from != nullptr) *from = got->from;
    std::string bytes{as_text(got->bytes)};
    sockets.consume_datagram(by, socket, true);
    return bytes;
}

AcceptedSocket World::accept(Client& by, SocketId listener) {
    EXPECT_TRUE(until([&] { return sockets.acceptable(by, listener) > 0; }));
    const auto accepted = sockets.accept(by, listener);
    EXPECT_TRUE(accepted) << to_string(accepted.error());
    if (!accepted) return {};
    EXPECT_TRUE(sockets.set_receive_room(by, accepted->socket, 64 * std::size_t{1024}));
    return *accepted;
}

SocketId World::open(Client& by, Protocol protocol) {
    const auto opened = sockets.open(by, Family::ipv4, SocketType::stream, protocol);
    EXPECT_TRUE(opened) << to_string(opened.error());
    EXPECT_TRUE(sockets.set_receive_room(by, *opened, 64 * std::size_t{1024}));
    return *opened;
}

std::shared_ptr<std::optional<Result<Address>>> World::begin_connect(SocketId socket, Duration limit) {
    auto outcome = std::make_shared<std::optional<Result<Address>>>();
    sockets.connect(client, socket, server_address(), limit, [outcome](Result<Address> result) {
        EXPECT_FALSE(*outcome) << "told twice";
        *outcome = result;
    });
    EXPECT_FALSE(*outcome) << "told from inside the call";
    return outcome;
}

Result<Address> World::connect(SocketId socket, Duration limit) {
    const auto outcome = begin_connect(socket, limit);
    EXPECT_TRUE(until([&] { return outcome->has_value(); }));
    return outcome->value_or(Error::timed_out);
}

SocketId World::connected(Protocol protocol) {
    const SocketId socket = open(protocol);
    const auto outcome = connect(socket);
    EXPECT_TRUE(outcome) << to_string(outcome.error());
    return socket;
}

std::shared_ptr<std::optional<Result<void>>> World::begin_close(SocketId socket, std::int32_t linger_s) {
    auto outcome = std::make_shared<std::optional<Result<void>>>();
    sockets.close(client, socket, linger_s, [outcome](Result<void> result) { *outcome = result; });
    EXPECT_FALSE(*outcome) << "told from inside the call";
    return outcome;
}

Result<void> World::close(SocketId socket, std::int32_t linger_s) {
    const auto outcome = begin_close(socket, linger_s);
    EXPECT_TRUE(until([&] { return outcome->has_value(); }));
    return outcome->value_or(Error::timed_out);
}

std::string World::held(SocketId socket) {
    const auto view = sockets.received(client, socket);
    return view ? std::string{as_text(*view)} : std::string{};
}

std::string World::receive(SocketId socket, std::size_t size) {
    std::string all;
    while (all.size() < size) {
        if (!until([&] { return !held(socket).empty(); })) break;
        const std::string some = held(socket).substr(0, size - all.size());
        EXPECT_TRUE(sockets.consume(client, socket, some.size()));
        all += some;
    }
    return all;
}

} // namespace nwp::service::test
