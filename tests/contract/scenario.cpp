// SPDX-License-Identifier: Apache-2.0
#include "tests/contract/scenario.h"

#include "tests/contract/skip_list.h"

#include <arpa/inet.h>
#include <fcntl.h>

#include <algorithm>
#include <chrono>
#include <cstring>

namespace nwp::contract {

std::string reason_to_skip(Way way, const std::string& suite, const std::string& scenario) {
    for (const SkipLine& line : skip_list()) {
        if (line.world == name_of(way) && line.covers(suite, scenario)) return line.reason;
    }
    return {};
}

void Scenario::SetUp() {
    const auto* const info = ::testing::UnitTest::GetInstance()->current_test_info();
    const std::string reason =
        reason_to_skip(GetParam(), plain_suite(info->test_suite_name()), plain_scenario(info->name()));
    if (!reason.empty()) GTEST_SKIP() << reason;
    world_ = &World::get(GetParam());
    call_ = &world_->calls();
}

void Scenario::TearDown() {
    for (const int socket : sockets_) call().close(socket);
}

int Scenario::make_socket(int type, int protocol) { return make_socket_of(AF_INET, type, protocol); }

void Scenario::close(int socket) {
    EXPECT_EQ(call().close(socket), 0) << errno_text();
    std::erase(sockets_, socket);
}

sockaddr_in Scenario::at(std::uint8_t address, std::uint16_t port) const {
    sockaddr_in name{};
    name.sin_family = AF_INET;
    name.sin_addr.s_addr = htonl(world_->address_of(address));
    name.sin_port = htons(port);
    return name;
}

sockaddr_in Scenario::at_address(std::uint32_t address, std::uint16_t port) {
    sockaddr_in name{};
    name.sin_family = AF_INET;
    name.sin_addr.s_addr = htonl(address);
    name.sin_port = htons(port);
    return name;
}

int Scenario::keep(int socket) {
    EXPECT_GE(socket, 0) << errno_text();
    if (socket >= 0) sockets_.push_back(socket);
    return socket;
}

int Scenario::make_socket_of(int family, int type, int protocol) {
    return keep(call().socket(family, type | SOCK_CLOEXEC, protocol));
}

int Scenario::listening(int backlog, int type) {
    const int socket = make_socket(type);
    EXPECT_EQ(bind_to(socket, at_any()), 0) << errno_text();
    EXPECT_EQ(call().listen(socket, backlog), 0) << errno_text();
    return socket;
}

std::uint16_t Scenario::port_of(int socket) { return ntohs(name_of(socket).sin_port); }

sockaddr_in Scenario::name_of(int socket) {
    sockaddr_in name{};
    socklen_t length = sizeof name;
    EXPECT_EQ(call().getsockname(socket, reinterpret_cast<sockaddr*>(&name), &length), 0) << errno_text();
    return name;
}

sockaddr_in Scenario::peer_of(int socket) {
    sockaddr_in name{};
    socklen_t length = sizeof name;
    EXPECT_EQ(call().getpeername(socket, reinterpret_cast<sockaddr*>(&name), &length), 0) << errno_text();
    return name;
}

int Scenario::accepted(int listener, sockaddr_in* peer) {
    socklen_t length = sizeof *peer;
    return keep(
        call().accept(listener, reinterpret_cast<sockaddr*>(peer), peer != nullptr ? &length : nullptr));
}

int Scenario::connect_to(int socket, const sockaddr_in& name) {
    return call().connect(socket, reinterpret_cast<const sockaddr*>(&name), sizeof name);
}

void Scenario::set_nonblocking(int socket, bool on) {
    const int flags = call().fcntl(socket, F_GETFL);
    ASSERT_GE(flags, 0) << errno_text();
    ASSERT_EQ(call().fcntl(socket, F_SETFL, on ? flags | O_NONBLOCK : flags & ~O_NONBLOCK), 0)
        << errno_text();
}

void Scenario::send_all(int socket, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t sent = send(socket, bytes, MSG_NOSIGNAL);
        ASSERT_GT(sent, 0) << errno_text();
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
}

std::string Scenario::receive(int socket, std::size_t size) {
    std::string bytes(size, '\0');
    std::size_t done = 0;
    while (done < size) {
        const ssize_t got = call().recv(socket, bytes.data() + done, size - done, 0);
        EXPECT_GE(got, 0) << errno_text();
        if (got <= 0) break;
        done += static_cast<std::size_t>(got);
    }
    bytes.resize(done);
    return bytes;
}

std::string Scenario::receive_all(int socket, int* error) {
    std::string all;
    std::vector<char> some(65536);
    for (;;) {
        const ssize_t got = call().recv(socket, some.data(), some.size(), 0);
        if (got <= 0) {
            if (error != nullptr) *error = got < 0 ? errno : 0;
            return all;
        }
        all.append(some.data(), static_cast<std::size_t>(got));
    }
}

short Scenario::ready(int socket, short events) {
    pollfd set{socket, events, 0};
    EXPECT_GE(call().poll(&set, 1, 0), 0) << errno_text();
    return set.revents;
}

short Scenario::wait_ready(int socket, short events) {
    pollfd set{socket, events, 0};
    EXPECT_EQ(call().poll(&set, 1, kLongMs), 1) << errno_text();
    return set.revents;
}

bool Scenario::wait_for(int socket, short events) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(kLongMs);
    short missing = events;
    while (missing != 0 && std::chrono::steady_clock::now() < end) {
        wait_ready(socket, missing);
        missing = static_cast<short>(events & ~ready(socket, events));
    }
    return missing == 0;
}

int Scenario::socket_error(int socket) { return option(socket, SOL_SOCKET, SO_ERROR); }

int Scenario::option(int socket, int level, int option) {
    int value = -1;
    socklen_t size = sizeof value;
    EXPECT_EQ(call().getsockopt(socket, level, option, &value, &size), 0) << errno_text();
    EXPECT_EQ(size, sizeof value);
    return value;
}

std::string Scenario::errno_text() { return std::strerror(errno); }

} // namespace nwp::contract
