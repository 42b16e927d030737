// SPDX-License-Identifier: Apache-2.0
// Sockets that others connect to.
#include "tests/contract/scenario.h"
#include "tests/kit/falls_asleep.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <chrono>
#include <optional>
#include <thread>

namespace nwp::contract {
namespace {

SCENARIOS(Binding);

TEST_P(Binding, to_port_0_gives_a_free_one) {
    const int socket = make_socket();
    EXPECT_EQ(port_of(socket), 0);
    ASSERT_EQ(bind_to(socket, at_any()), 0) << errno_text();
    const sockaddr_in name = name_of(socket);
    EXPECT_EQ(name.sin_family, AF_INET);
    EXPECT_EQ(name.sin_addr.s_addr, htonl(INADDR_ANY));
    EXPECT_NE(name.sin_port, 0);
}

TEST_P(Binding, to_our_own_address_shows_it) {
    const int socket = make_socket();
    ASSERT_EQ(bind_to(socket, at_address(world().own_address(), 0)), 0) << errno_text();
    EXPECT_EQ(ntohl(name_of(socket).sin_addr.s_addr), world().own_address());
}

TEST_P(Binding, twice_is_EINVAL) {
    const int socket = make_socket();
    ASSERT_EQ(bind_to(socket, at_any()), 0) << errno_text();
    EXPECT_FAILS(bind_to(socket, at_any()), EINVAL);
}

TEST_P(Binding, to_a_port_in_use_is_EADDRINUSE) {
    for (const int type : {SOCK_STREAM, SOCK_DGRAM}) {
        const int one = make_socket(type);
        ASSERT_EQ(bind_to(one, at_any()), 0) << errno_text();
        const int two = make_socket(type);
        EXPECT_FAILS(bind_to(two, at_any(port_of(one))), EADDRINUSE);
        EXPECT_FAILS(bind_to(two, at_address(world().own_address(), port_of(one))), EADDRINUSE);
        ASSERT_EQ(bind_to(two, at_any()), 0) << "after a refusal it may try another: " << errno_text();
    }
}

TEST_P(Binding, to_an_address_that_is_not_ours_is_EADDRNOTAVAIL) {
    const int socket = make_socket();
    EXPECT_FAILS(bind_to(socket, at_address(0xC6336401, 0)), EADDRNOTAVAIL); // RFC 5737: nobody's
}

TEST_P(Binding, refuses_what_is_no_address_of_its_family) {
    const int socket = make_socket();
    sockaddr_in name = at_any();
    EXPECT_FAILS(call().bind(socket, reinterpret_cast<sockaddr*>(&name), 8), EINVAL);
    name.sin_family = AF_INET6;
    EXPECT_FAILS(bind_to(socket, name), EAFNOSUPPORT);
    name.sin_family = AF_UNSPEC;
    EXPECT_EQ(bind_to(socket, name), 0) << "of any address Linux wants no family: " << errno_text();
}

TEST_P(Binding, of_a_connected_socket_is_EINVAL) {
    Server server([](Connection& peer) { peer.receive_all(); });
    const int socket = connected(server);
    EXPECT_FAILS(bind_to(socket, at_any()), EINVAL);
}

TEST_P(Binding, before_connect_chooses_our_port) {
    Server server([](Connection& peer) { peer.echo(); });
    const int socket = make_socket();
    ASSERT_EQ(bind_to(socket, at_any()), 0) << errno_text();
    const std::uint16_t port = port_of(socket);
    ASSERT_EQ(connect_to(socket, server), 0) << errno_text();
    EXPECT_EQ(port_of(socket), port);
    send_all(socket, "hello");
    EXPECT_EQ(receive(socket, 5), "hello");
}

TEST_P(Binding, again_with_SO_REUSEADDR_needs_no_pause_after_the_last_server) {
    const int on = 1;
    std::uint16_t port = 0;
    {
        const int listener = make_socket();
        ASSERT_EQ(call().setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on), 0) << errno_text();
        ASSERT_EQ(call().listen(listener, 1), 0) << errno_text();
        port = port_of(listener);
        Caller caller(world().real_own_address(), port);
        const int socket = accepted(listener);
        close(socket); // first: our side keeps the port for a while
        EXPECT_EQ(caller.receive_end(), 0);
        close(listener);
    }
    const int again = make_socket();
    ASSERT_EQ(call().setsockopt(again, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on), 0) << errno_text();
    ASSERT_EQ(bind_to(again, at_any(port)), 0) << errno_text();
    ASSERT_EQ(call().listen(again, 1), 0) << errno_text();
    Caller caller(world().real_own_address(), port);
    accepted(again);
}

SCENARIOS(Listening);

TEST_P(Listening, shows_in_its_options_and_not_in_poll) {
    const int listener = make_socket();
    EXPECT_EQ(option(listener, SOL_SOCKET, SO_ACCEPTCONN), 0);
    ASSERT_EQ(bind_to(listener, at_any()), 0);
    EXPECT_EQ(ready(listener), POLLOUT | POLLHUP);
    ASSERT_EQ(call().listen(listener, 1), 0) << errno_text();
    EXPECT_EQ(option(listener, SOL_SOCKET, SO_ACCEPTCONN), 1);
    EXPECT_EQ(ready(listener), 0);
    EXPECT_EQ(call().listen(listener, 5), 0) << "again changes the backlog: " << errno_text();
}

TEST_P(Listening, without_bind_takes_a_free_port) {
    const int listener = make_socket();
    ASSERT_EQ(call().listen(listener, 1), 0) << errno_text();
    ASSERT_NE(port_of(listener), 0);
    Caller caller(world().real_own_address(), port_of(listener));
    accepted(listener);
}

TEST_P(Listening, is_not_for_sockets_that_are_connected_or_have_no_connections) {
    Server server([](Connection& peer) { peer.receive_all(); });
    EXPECT_FAILS(call().listen(connected(server), 1), EINVAL);
    EXPECT_FAILS(call().listen(make_socket(SOCK_DGRAM), 1), EOPNOTSUPP);
    EXPECT_FAILS(call().listen(-1, 1), EBADF);
}

TEST_P(Listening, carries_no_bytes_itself) {
    Server server([](Connection& peer) { peer.receive_all(); });
    const int listener = listening();
    EXPECT_FAILS(receive_byte(listener), ENOTCONN);
    EXPECT_FAILS(send(listener, "x", MSG_NOSIGNAL), EPIPE);
    EXPECT_FAILS(connect_to(listener, server), EISCONN);
    int size = 0;
    EXPECT_FAILS(call().ioctl(listener, FIONREAD, &size), EINVAL);
    sockaddr_in name{};
    socklen_t length = sizeof name;
    EXPECT_FAILS(call().getpeername(listener, reinterpret_cast<sockaddr*>(&name), &length), ENOTCONN);
}

TEST_P(Listening, ends_with_close) {
    const int listener = listening();
    const std::uint16_t port = port_of(listener);
    Caller waits(world().real_own_address(), port);
    ASSERT_EQ(wait_ready(listener, POLLIN), POLLIN);
    close(listener);
    EXPECT_NE(waits.receive_end(), 0) << "reset";
    // An NWP hears of close() a little later.
    const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(kLongMs);
    bool answered = true;
    while (answered && std::chrono::steady_clock::now() < end) {
        answered = Caller::is_answered(world().real_own_address(), port);
    }
    EXPECT_FALSE(answered);
    EXPECT_FAILS(call().accept(listener, nullptr, nullptr), EBADF);
}

TEST_P(Listening, ends_with_shutdown_of_the_receiving_half) {
    const int listener = listening();
    ASSERT_EQ(call().shutdown(listener, SHUT_WR), 0) << errno_text();
    EXPECT_EQ(option(listener, SOL_SOCKET, SO_ACCEPTCONN), 1);
    ASSERT_EQ(call().shutdown(listener, SHUT_RD), 0) << errno_text();
    EXPECT_FAILS(call().accept(listener, nullptr, nullptr), EINVAL);
    EXPECT_EQ(ready(listener), POLLOUT | POLLHUP);
}

TEST_P(Listening, that_is_shut_ends_another_threads_accept) {
    const int listener = listening();
    std::thread other([&] {
        // It may come before accept() or behind it: both end in the same way.
        call().shutdown(listener, SHUT_RDWR);
    });
    EXPECT_FAILS(call().accept(listener, nullptr, nullptr), EINVAL);
    other.join();
}

SCENARIOS(Accepting);

TEST_P(Accepting, gives_a_connected_socket_and_who_it_is) {
    const int listener = listening();
    Caller caller(world().real_own_address(), port_of(listener));
    sockaddr_in peer{};
    const int socket = accepted(listener, &peer);
    EXPECT_EQ(peer.sin_family, AF_INET);
    EXPECT_EQ(ntohl(peer.sin_addr.s_addr), world().address_of(caller.address()));
    EXPECT_EQ(ntohs(peer.sin_port), caller.port());
    EXPECT_EQ(peer_of(socket).sin_port, peer.sin_port);
    EXPECT_EQ(peer_of(socket).sin_addr.s_addr, peer.sin_addr.s_addr);
    EXPECT_EQ(ntohl(name_of(socket).sin_addr.s_addr), world().own_address());
    EXPECT_EQ(port_of(socket), port_of(listener));
    EXPECT_EQ(option(socket, SOL_SOCKET, SO_ACCEPTCONN), 0);
    EXPECT_EQ(ready(socket), POLLOUT);
    caller.send("hello");
    EXPECT_EQ(receive(socket, 5), "hello");
    send_all(socket, "there");
    EXPECT_EQ(caller.receive(5), "there");
}

TEST_P(Accepting, cuts_the_address_to_the_room_and_tells_its_length) {
    const int listener = listening();
    Caller caller(world().real_own_address(), port_of(listener));
    sockaddr_in peer{};
    peer.sin_addr.s_addr = 0x01020304;
    socklen_t length = 4;
    keep(call().accept(listener, reinterpret_cast<sockaddr*>(&peer), &length));
    EXPECT_EQ(length, sizeof peer);
    EXPECT_EQ(ntohs(peer.sin_port), caller.port());
    EXPECT_EQ(peer.sin_addr.s_addr, 0x01020304U);
}

TEST_P(Accepting, waits_for_a_connection) {
    const int listener = listening();
    const std::uint16_t port = port_of(listener);
    std::optional<Caller> caller;
    const pid_t waiting = ::gettid();
    std::thread other([&] {
        EXPECT_TRUE(kit::falls_asleep(waiting));
        caller.emplace(world().real_own_address(), port);
        caller->send("x");
    });
    const int socket = accepted(listener);
    EXPECT_EQ(receive(socket, 1), "x");
    other.join();
}

TEST_P(Accepting, without_blocking_is_EAGAIN_until_one_waits) {
    const int listener = listening(4, SOCK_STREAM | SOCK_NONBLOCK);
    EXPECT_FAILS(call().accept(listener, nullptr, nullptr), EAGAIN);
    Caller caller(world().real_own_address(), port_of(listener));
    EXPECT_EQ(wait_ready(listener, kEverything), POLLIN);
    const int socket = accepted(listener);
    EXPECT_EQ(call().fcntl(socket, F_GETFL) & O_NONBLOCK, 0) << "Linux does not hand it down";
    EXPECT_EQ(ready(listener), 0);
    EXPECT_FAILS(call().accept(listener, nullptr, nullptr), EAGAIN);
}

TEST_P(Accepting, gives_up_after_SO_RCVTIMEO) {
    const int listener = listening();
    const timeval soon{0, 30000};
    ASSERT_EQ(call().setsockopt(listener, SOL_SOCKET, SO_RCVTIMEO, &soon, sizeof soon), 0);
    EXPECT_FAILS(call().accept(listener, nullptr, nullptr), EAGAIN);
}

TEST_P(Accepting, by_accept4_sets_the_flags) {
    const int listener = listening();
    Caller one(world().real_own_address(), port_of(listener));
    int socket = keep(call().accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    EXPECT_EQ(call().fcntl(socket, F_GETFL) & O_NONBLOCK, O_NONBLOCK);
    EXPECT_EQ(call().fcntl(socket, F_GETFD), FD_CLOEXEC);
    Caller two(world().real_own_address(), port_of(listener));
    socket = keep(call().accept4(listener, nullptr, nullptr, 0));
    EXPECT_EQ(call().fcntl(socket, F_GETFL) & O_NONBLOCK, 0);
    EXPECT_EQ(call().fcntl(socket, F_GETFD), 0);
    EXPECT_FAILS(call().accept4(listener, nullptr, nullptr, 1), EINVAL);
}

TEST_P(Accepting, is_only_for_listening_streams) {
    Server server([](Connection& peer) { peer.receive_all(); });
    EXPECT_FAILS(call().accept(make_socket(), nullptr, nullptr), EINVAL);
    EXPECT_FAILS(call().accept(connected(server), nullptr, nullptr), EINVAL);
    EXPECT_FAILS(call().accept(make_socket(SOCK_DGRAM), nullptr, nullptr), EOPNOTSUPP);
    EXPECT_FAILS(call().accept(-1, nullptr, nullptr), EBADF);
}

TEST_P(Accepting, takes_connections_in_their_order) {
    const int listener = listening(8);
    std::vector<std::unique_ptr<Caller>> callers;
    for (int i = 0; i < 6; ++i) {
        callers.push_back(std::make_unique<Caller>(world().real_own_address(), port_of(listener)));
    }
    for (const auto& caller : callers) {
        sockaddr_in peer{};
        accepted(listener, &peer);
        EXPECT_EQ(ntohs(peer.sin_port), caller->port());
    }
    EXPECT_EQ(ready(listener), 0);
}

TEST_P(Accepting, works_after_the_peer_has_closed) {
    const int listener = listening();
    {
        Caller caller(world().real_own_address(), port_of(listener));
        caller.send("bye");
    }
    sockaddr_in peer{};
    const int socket = accepted(listener, &peer);
    EXPECT_EQ(ntohl(peer.sin_addr.s_addr), world().address_of(10));
    EXPECT_EQ(receive_all(socket), "bye");
}

TEST_P(Accepting, works_after_the_peer_has_reset) {
    const int listener = listening();
    Caller caller(world().real_own_address(), port_of(listener));
    ASSERT_EQ(wait_ready(listener, POLLIN), POLLIN);
    caller.reset();
    const int socket = accepted(listener);
    int error = 0;
    EXPECT_EQ(receive_all(socket, &error), "");
    EXPECT_EQ(error, ECONNRESET);
}

TEST_P(Accepting, hands_down_the_options_of_the_listener) {
    const int listener = make_socket();
    const int on = 1;
    const linger wait{1, 3};
    const timeval time{5, 0};
    ASSERT_EQ(call().setsockopt(listener, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on), 0);
    ASSERT_EQ(call().setsockopt(listener, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on), 0);
    ASSERT_EQ(call().setsockopt(listener, SOL_SOCKET, SO_LINGER, &wait, sizeof wait), 0);
    ASSERT_EQ(call().setsockopt(listener, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time), 0);
    ASSERT_EQ(call().listen(listener, 1), 0) << errno_text();
    Caller caller(world().real_own_address(), port_of(listener));
    const int socket = accepted(listener);
    EXPECT_EQ(option(socket, IPPROTO_TCP, TCP_NODELAY), 1);
    EXPECT_EQ(option(socket, SOL_SOCKET, SO_KEEPALIVE), 1);
    linger kept{};
    socklen_t size = sizeof kept;
    ASSERT_EQ(call().getsockopt(socket, SOL_SOCKET, SO_LINGER, &kept, &size), 0);
    EXPECT_EQ(kept.l_linger, 3);
    timeval kept_time{};
    size = sizeof kept_time;
    ASSERT_EQ(call().getsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &kept_time, &size), 0);
    EXPECT_EQ(kept_time.tv_sec, 5);
    caller.close();
}

TEST_P(Accepting, in_two_threads_gives_each_connection_to_one) {
    constexpr int kEach = 8;
    const int listener = listening(32);
    std::vector<std::unique_ptr<Caller>> callers;
    std::mutex mutex;
    std::vector<std::uint16_t> ports;
    const auto serve = [&] {
        for (int i = 0; i < kEach; ++i) {
            sockaddr_in peer{};
            socklen_t length = sizeof peer;
            const int socket = call().accept(listener, reinterpret_cast<sockaddr*>(&peer), &length);
            const std::scoped_lock lock(mutex);
            keep(socket);
            ports.push_back(ntohs(peer.sin_port));
        }
    };
    std::thread one(serve);
    std::thread two(serve);
    const std::uint16_t port = port_of(listener);
    std::vector<std::uint16_t> expected;
    for (int i = 0; i < 2 * kEach; ++i) {
        callers.push_back(std::make_unique<Caller>(world().real_own_address(), port));
        expected.push_back(callers.back()->port());
    }
    one.join();
    two.join();
    std::sort(ports.begin(), ports.end());
    std::sort(expected.begin(), expected.end());
    EXPECT_EQ(ports, expected);
}

TEST_P(Accepting, is_seen_by_poll_and_select_beside_connections) {
    const int listener = listening();
    Caller first(world().real_own_address(), port_of(listener));
    const int socket = accepted(listener);
    first.send("x");
    Caller second(world().real_own_address(), port_of(listener));
    ASSERT_TRUE(wait_for(socket, POLLIN));
    ASSERT_TRUE(wait_for(listener, POLLIN));
    pollfd set[] = {{listener, POLLIN | POLLOUT, 0}, {socket, POLLIN | POLLOUT, 0}};
    EXPECT_EQ(call().poll(set, 2, 0), 2);
    EXPECT_EQ(set[0].revents, POLLIN);
    EXPECT_EQ(set[1].revents, POLLIN | POLLOUT);
    fd_set readable;
    fd_set writable;
    FD_ZERO(&readable);
    FD_ZERO(&writable);
    for (const int number : {listener, socket}) {
        FD_SET(number, &readable);
        FD_SET(number, &writable);
    }
    timeval none{};
    EXPECT_EQ(call().select(std::max(listener, socket) + 1, &readable, &writable, nullptr, &none), 3);
    EXPECT_TRUE(FD_ISSET(listener, &readable));
    EXPECT_FALSE(FD_ISSET(listener, &writable));
}

TEST_P(Accepting, serves_many_at_once) {
    constexpr std::size_t kCount = 24;
    const int listener = listening(32);
    std::vector<std::unique_ptr<Caller>> callers;
    std::vector<int> sockets;
    for (std::size_t i = 0; i < kCount; ++i) {
        callers.push_back(std::make_unique<Caller>(world().real_own_address(), port_of(listener)));
        sockets.push_back(accepted(listener));
    }
    for (std::size_t i = 0; i < kCount; ++i) callers[i]->send(std::to_string(i) + ".");
    for (std::size_t i = 0; i < kCount; ++i) {
        const std::string wanted = std::to_string(i) + ".";
        EXPECT_EQ(receive(sockets[i], wanted.size()), wanted);
        send_all(sockets[i], wanted);
        EXPECT_EQ(callers[i]->receive(wanted.size()), wanted);
    }
}

TEST_P(Accepting, of_our_own_connection_to_ourselves) {
    const int listener = listening();
    const int client = make_socket();
    ASSERT_EQ(connect_to(client, at_address(INADDR_LOOPBACK, port_of(listener))), 0) << errno_text();
    sockaddr_in peer{};
    const int server = accepted(listener, &peer);
    EXPECT_EQ(ntohl(peer.sin_addr.s_addr), INADDR_LOOPBACK);
    EXPECT_EQ(ntohs(peer.sin_port), port_of(client));
    send_all(client, "to myself");
    EXPECT_EQ(receive(server, 9), "to myself");
    ASSERT_EQ(call().shutdown(client, SHUT_WR), 0);
    EXPECT_EQ(receive_all(server), "");
    send_all(server, "and back");
    close(server);
    EXPECT_EQ(receive_all(client), "and back");
}

} // namespace
} // namespace nwp::contract
