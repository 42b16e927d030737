// SPDX-License-Identifier: Apache-2.0
#include "tests/contract/internet.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <stdexcept>

namespace nwp::contract {
namespace {

constexpr auto kLongest = std::chrono::seconds(60);

void require(bool holds, const char* what) {
    if (!holds) throw std::runtime_error(std::string("the fake internet: ") + what);
}

sockaddr_in name_of(std::uint32_t real, std::uint16_t port) {
    sockaddr_in name{};
    name.sin_family = AF_INET;
    name.sin_addr.s_addr = htonl(real);
    name.sin_port = htons(port);
    return name;
}

/// A socket bound to a free port of that host.
int bound_socket(std::uint8_t address, std::uint16_t& port, int type = SOCK_STREAM) {
    const int descriptor = ::socket(AF_INET, SOCK_CLOEXEC | type, 0);
    sockaddr_in name = name_of(real_address(address), 0);
    socklen_t size = sizeof name;
    auto* const generic = reinterpret_cast<sockaddr*>(&name);
    require(::bind(descriptor, generic, size) == 0, "bind");
    require(::getsockname(descriptor, generic, &size) == 0, "getsockname");
    port = ntohs(name.sin_port);
    return descriptor;
}

} // namespace

// ---- Events -----------------------------------------------------------------------------------------------

void Event::happen() {
    const std::scoped_lock lock(mutex_);
    happened_ = true;
    changed_.notify_all();
}

bool Event::wait() {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kLongest, [this] { return happened_; });
}

bool Event::happened() {
    const std::scoped_lock lock(mutex_);
    return happened_;
}

std::uint32_t real_address(std::uint8_t number) {
    const auto process = static_cast<std::uint32_t>(::getpid());
    const std::uint32_t a = 128 + (process >> 8) % 100;
    const std::uint32_t b = process & 0xFF;
    return 127U << 24 | a << 16 | b << 8 | number;
}

// ---- One connection ---------------------------------------------------------------------------------------

void Connection::send(std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
}

std::string Connection::receive(std::size_t size) {
    std::string bytes(size, '\0');
    std::size_t done = 0;
    while (done < size) {
        const ssize_t got = ::recv(descriptor_, bytes.data() + done, size - done, 0);
        if (got <= 0) break;
        done += static_cast<std::size_t>(got);
    }
    bytes.resize(done);
    return bytes;
}

std::string Connection::receive_all(int* error) {
    std::string all;
    std::vector<char> some(65536);
    for (;;) {
        const ssize_t got = ::recv(descriptor_, some.data(), some.size(), 0);
        if (got <= 0) {
            if (error != nullptr) *error = got < 0 ? errno : 0;
            return all;
        }
        all.append(some.data(), static_cast<std::size_t>(got));
    }
}

void Connection::echo() {
    std::vector<char> some(65536);
    for (;;) {
        const ssize_t got = ::recv(descriptor_, some.data(), some.size(), 0);
        if (got <= 0) return;
        send({some.data(), static_cast<std::size_t>(got)});
    }
}

void Connection::finish() { ::shutdown(descriptor_, SHUT_WR); }

void Connection::reset() {
    const linger now{1, 0};
    ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

void Connection::wait(Event& event) {
    std::unique_lock lock(event.mutex_);
    while (!event.happened_ && !server_ends_) event.changed_.wait_for(lock, std::chrono::milliseconds(20));
}

// ---- Servers ----------------------------------------------------------------------------------------------

Server::Server(Script script, ServerOptions options) : script_(std::move(script)), options_(options) {
    listener_ = bound_socket(options_.address, port_);
    if (options_.receive_buffer != 0) {
        ::setsockopt(listener_, SOL_SOCKET, SO_RCVBUF, &options_.receive_buffer,
                     sizeof options_.receive_buffer);
    }
    require(::listen(listener_, 128) == 0, "listen");
    thread_ = std::thread([this] { serve(); });
}

Server::~Server() {
    ends_ = true;
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    {
        const std::scoped_lock lock(mutex_);
        for (const int descriptor : open_) ::shutdown(descriptor, SHUT_RDWR);
    }
    for (std::thread& thread : threads_) thread.join();
    ::close(listener_);
}

void Server::serve() {
    for (;;) {
        const int descriptor = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (descriptor < 0) return;
        {
            const std::scoped_lock lock(mutex_);
            open_.push_back(descriptor);
        }
        threads_.emplace_back([this, descriptor] {
            Connection connection{descriptor, ends_};
            script_(connection);
            const std::scoped_lock lock(mutex_);
            std::erase(open_, descriptor);
            ::close(descriptor);
            ++served_;
            changed_.notify_all();
        });
    }
}

bool Server::wait_served(int count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kLongest, [&] { return served_ >= count; });
}

SilentPort::SilentPort() : descriptor_(bound_socket(address(), port_)) {}
SilentPort::~SilentPort() { ::close(descriptor_); }

BusyServer::BusyServer() : listener_(bound_socket(address(), port_)) {
    require(::listen(listener_, 0) == 0, "listen");
    sockaddr_in name{};
    name.sin_family = AF_INET;
    name.sin_addr.s_addr = htonl(real_address(address()));
    name.sin_port = htons(port_);
    // The queue has room for one; Linux drops every further SYN.
    filler_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    require(::connect(filler_, reinterpret_cast<sockaddr*>(&name), sizeof name) == 0, "connect");
}

BusyServer::~BusyServer() {
    ::close(filler_);
    if (accepted_ >= 0) ::close(accepted_);
    ::close(listener_);
}

void BusyServer::admit() { accepted_ = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC); }

// ---- Clients ----------------------------------------------------------------------------------------------

Caller::Caller(std::uint32_t real, std::uint16_t port, std::uint8_t number)
    : descriptor_(bound_socket(number, port_)), number_(number) {
    const sockaddr_in name = name_of(real, port);
    const int connected = ::connect(descriptor_, reinterpret_cast<const sockaddr*>(&name), sizeof name);
    if (connected != 0) close();
    require(connected == 0, "nobody answers a caller");
}

Caller::~Caller() { close(); }

void Caller::send(std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
}

std::string Caller::receive(std::size_t size) {
    std::string bytes(size, '\0');
    const ssize_t got = ::recv(descriptor_, bytes.data(), size, MSG_WAITALL);
    bytes.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return bytes;
}

int Caller::receive_end() {
    std::vector<char> some(65536);
    ssize_t got = 1;
    while (got > 0) got = ::recv(descriptor_, some.data(), some.size(), 0);
    return got == 0 ? 0 : errno;
}

void Caller::finish() { ::shutdown(descriptor_, SHUT_WR); }

void Caller::reset() {
    const linger now{1, 0};
    ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    close();
}

void Caller::close() {
    if (descriptor_ >= 0) ::close(descriptor_);
    descriptor_ = -1;
}

bool Caller::is_answered(std::uint32_t real, std::uint16_t port) {
    const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_in name = name_of(real, port);
    const bool answered = ::connect(descriptor, reinterpret_cast<const sockaddr*>(&name), sizeof name) == 0;
    ::close(descriptor);
    return answered;
}

// ---- Datagrams --------------------------------------------------------------------------------------------

DatagramPeer::DatagramPeer(std::uint8_t number)
    : descriptor_(bound_socket(number, port_, SOCK_DGRAM)), number_(number) {}

DatagramPeer::~DatagramPeer() { ::close(descriptor_); }

DatagramPeer::Got DatagramPeer::receive() {
    pollfd set{descriptor_, POLLIN, 0};
    require(::poll(&set, 1, 60000) == 1, "no datagram came");
    Got got;
    got.bytes.resize(65536);
    sockaddr_in name{};
    socklen_t length = sizeof name;
    const ssize_t size = ::recvfrom(descriptor_, got.bytes.data(), got.bytes.size(), 0,
                                    reinterpret_cast<sockaddr*>(&name), &length);
    require(size >= 0, "recvfrom");
    got.bytes.resize(static_cast<std::size_t>(size));
    got.from = ntohl(name.sin_addr.s_addr);
    got.port = ntohs(name.sin_port);
    return got;
}

bool DatagramPeer::is_silent(int milliseconds) {
    pollfd set{descriptor_, POLLIN, 0};
    return ::poll(&set, 1, milliseconds) == 0;
}

void DatagramPeer::send(std::uint32_t real, std::uint16_t port, std::string_view bytes) {
    const sockaddr_in name = name_of(real, port);
    require(::sendto(descriptor_, bytes.data(), bytes.size(), 0, reinterpret_cast<const sockaddr*>(&name),
                     sizeof name) == static_cast<ssize_t>(bytes.size()),
            "sendto");
}

// ---- Bytes ------------------------------------------------------------------------------------------------

std::string pattern(std::size_t size, std::uint32_t seed) {
    std::string bytes(size, '\0');
    std::uint32_t state = seed;
    for (char& byte : bytes) {
        state = state * 1664525 + 1013904223;
        byte = static_cast<char>(state >> 24);
    }
    return bytes;
}

std::uint64_t hash(std::string_view bytes, std::uint64_t so_far) {
    for (const char byte : bytes)
        so_far = (so_far ^ static_cast<unsigned char>(byte)) * 1099511628211U; // FNV-1a
    return so_far;
}

} // namespace nwp::contract
