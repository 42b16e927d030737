// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/contract/internet.h"
#include "tests/contract/world.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace nwp::contract {

/// What every scenario stands on: written once, run in every world but those that skipped.txt names.
class Scenario : public ::testing::TestWithParam<Way> {
protected:
    void SetUp() override;
    void TearDown() override;

    World& world() { return *world_; }
    const World& world() const { return *world_; }
    const Calls& call() const { return *call_; }

    /// A socket that is closed at the end. EXPECTs that there is one.
    int make_socket(int type = SOCK_STREAM, int protocol = 0);
    void close(int socket);

    sockaddr_in at(std::uint8_t address, std::uint16_t port) const;
    template <typename Peer>
    sockaddr_in at(const Peer& peer) const {
        return at(peer.address(), peer.port());
    }
    sockaddr_in at_any(std::uint16_t port = 0) const { return at_address(INADDR_ANY, port); }
    /// In host byte order.
    static sockaddr_in at_address(std::uint32_t address, std::uint16_t port);
    /// Another socket of the application's: it is closed at the end.
    int keep(int socket);
    int make_socket_of(int family, int type, int protocol = 0);

    /// bind() as it is: 0, or -1 and errno.
    template <typename Name>
    int bind_to(int socket, const Name& name) {
        return call().bind(socket, reinterpret_cast<const sockaddr*>(&name), sizeof name);
    }
    /// A socket that listens on a free port.
    int listening(int backlog = 16, int type = SOCK_STREAM);
    std::uint16_t port_of(int socket);
    sockaddr_in name_of(int socket);
    sockaddr_in peer_of(int socket);
    /// accept() that must succeed; `peer` may be null.
    int accepted(int listener, sockaddr_in* peer = nullptr);

    /// connect() as it is: 0, or -1 and errno.
    int connect_to(int socket, const sockaddr_in& name);
    template <typename Peer>
    int connect_to(int socket, const Peer& peer) {
        return connect_to(socket, at(peer));
    }
    /// A connected, blocking socket.
    template <typename Peer>
    int connected(const Peer& peer) {
        const int socket = make_socket();
        EXPECT_EQ(connect_to(socket, peer), 0) << errno_text();
        return socket;
    }

    void set_nonblocking(int socket, bool on);
    /// Blocking: all of it, as the calls take it.
    void send_all(int socket, std::string_view bytes);
    /// Blocking: so many, fewer only at the end or an error.
    std::string receive(int socket, std::size_t size);
    /// Blocking: until the end; `error` 0 or errno.
    std::string receive_all(int socket, int* error = nullptr);
    ssize_t send(int socket, std::string_view bytes, int flags = 0) {
        return call().send(socket, bytes.data(), bytes.size(), flags);
    }
    /// One byte, to see what recv() says.
    ssize_t receive_byte(int socket, int flags = 0) {
        char byte = 0;
        return call().recv(socket, &byte, 1, flags);
    }

    static constexpr short kEverything = POLLIN | POLLOUT | POLLRDHUP;
    static constexpr int kLongMs = 60000; ///< for what must happen
    /// What poll() says at once.
    short ready(int socket, short events = kEverything);
    /// What poll() says when it first says anything.
    short wait_ready(int socket, short events);
    /// Until the socket is ready for all of `events` at once. False: it was not within 60 s.
    bool wait_for(int socket, short events);

    int socket_error(int socket);
    int option(int socket, int level, int option);
    static std::string errno_text();

private:
    World* world_ = nullptr;
    const Calls* call_ = nullptr;
    std::vector<int> sockets_;
};

/// EXPECT_FAILS(call, ECONNRESET): it returns -1 and sets that errno.
#define EXPECT_FAILS(expression, wanted)                                                                     \
    do {                                                                                                     \
        errno = 0;                                                                                           \
        EXPECT_EQ((expression), -1);                                                                         \
        EXPECT_STREQ(::strerrorname_np(errno), #wanted);                                                     \
    } while (false)

/// Why this scenario is left out in that world; empty: it is not.
std::string reason_to_skip(Way way, const std::string& suite, const std::string& scenario);

inline std::string way_name(const ::testing::TestParamInfo<Way>& info) { return name_of(info.param); }

/// A suite of scenarios and all its worlds.
#define SCENARIOS(suite)                                                                                     \
    class suite : public ::nwp::contract::Scenario {};                                                       \
    SCENARIOS_OF(suite)
#define SCENARIOS_OF(suite)                                                                                  \
    INSTANTIATE_TEST_SUITE_P(over, suite, ::testing::ValuesIn(::nwp::contract::all_ways()),                  \
                             ::nwp::contract::way_name)

} // namespace nwp::contract
