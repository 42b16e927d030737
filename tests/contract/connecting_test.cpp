// SPDX-License-Identifier: Apache-2.0
// connect() and what a socket says before, while and after.
#include "tests/contract/scenario.h"

#include <netinet/tcp.h>

#include <vector>

namespace nwp::contract {
namespace {

SCENARIOS(Connecting);

TEST_P(Connecting, reaches_the_peer) {
    Server server([](Connection& peer) { peer.echo(); });
    const int socket = connected(server);
    send_all(socket, "hello");
    EXPECT_EQ(receive(socket, 5), "hello");
}

TEST_P(Connecting, twice_is_EISCONN) {
    Server server([](Connection& peer) { peer.receive_all(); });
    const int socket = connected(server);
    EXPECT_FAILS(connect_to(socket, server), EISCONN);
    EXPECT_EQ(ready(socket), POLLOUT);
}

// ---- AF_UNSPEC (connect(2): "dissolve the association")

class Disconnecting : public Scenario {
protected:
    int disconnect(int socket) {
        sockaddr name{};
        name.sa_family = AF_UNSPEC;
        return call().connect(socket, &name, sizeof name);
    }
};
SCENARIOS_OF(Disconnecting);

TEST_P(Disconnecting, resets_the_connection_and_another_may_follow) {
    Event ended;
    Server first([&](Connection& peer) {
        peer.send("of the first");
        int error = 0;
        peer.receive_all(&error);
        EXPECT_EQ(error, ECONNRESET);
        ended.happen();
    });
    Server second([](Connection& peer) { peer.echo(); });
    const int socket = connected(first);
    EXPECT_TRUE(wait_for(socket, POLLIN));
    ASSERT_EQ(disconnect(socket), 0) << errno_text();
    EXPECT_TRUE(ended.wait());
    EXPECT_EQ(socket_error(socket), ECONNRESET);
    EXPECT_EQ(socket_error(socket), 0);
    EXPECT_EQ(ready(socket), POLLOUT | POLLHUP);
    EXPECT_FAILS(receive_byte(socket), ENOTCONN);
    EXPECT_FAILS(send(socket, "x", MSG_NOSIGNAL), EPIPE);
    sockaddr_in name{};
    socklen_t size = sizeof name;
    EXPECT_FAILS(call().getpeername(socket, reinterpret_cast<sockaddr*>(&name), &size), ENOTCONN);

    ASSERT_EQ(connect_to(socket, second), 0) << errno_text();
    send_all(socket, "of the second");
    EXPECT_EQ(receive(socket, 13), "of the second") << "nothing of the first is left";
}

TEST_P(Disconnecting, gives_back_all_credit_both_ways) {
    const std::string much = pattern(world().much() / 4);
    Event read;
    Server silent([&](Connection& peer) {
        peer.send(much);
        peer.wait(read);
    });
    Server echo([&](Connection& peer) {
        peer.send(peer.receive(much.size()));
        peer.receive_all();
    });
    const int socket = connected(silent);
    set_nonblocking(socket, true);
    for (ssize_t sent = 1; sent > 0;) sent = send(socket, much); // until nobody takes any more
    EXPECT_TRUE(wait_for(socket, POLLIN));
    ASSERT_EQ(disconnect(socket), 0) << errno_text();
    read.happen();

    set_nonblocking(socket, false);
    ASSERT_EQ(connect_to(socket, echo), 0) << errno_text();
    send_all(socket, much);
    EXPECT_EQ(hash(receive(socket, much.size())), hash(much));
}

TEST_P(Disconnecting, ends_an_attempt) {
    BusyServer busy;
    Server server([](Connection& peer) { peer.echo(); });
    const int socket = make_socket(SOCK_STREAM | SOCK_NONBLOCK);
    EXPECT_FAILS(connect_to(socket, busy), EINPROGRESS);
    ASSERT_EQ(disconnect(socket), 0) << errno_text();
    EXPECT_EQ(socket_error(socket), ECONNRESET);
    EXPECT_FAILS(connect_to(socket, server), EINPROGRESS);
    EXPECT_EQ(wait_ready(socket, kEverything), POLLOUT);
}

TEST_P(Disconnecting, of_a_fresh_socket_changes_nothing) {
    const int socket = make_socket();
    EXPECT_EQ(disconnect(socket), 0) << errno_text();
    EXPECT_EQ(socket_error(socket), 0);
    EXPECT_EQ(ready(socket), POLLOUT | POLLHUP);
}

TEST_P(Disconnecting, stops_listening_and_keeps_the_port_that_bind_chose) {
    const int finder = listening();
    const std::uint16_t port = port_of(finder);
    close(finder);
    const int socket = make_socket();
    ASSERT_EQ(bind_to(socket, at_any(port)), 0) << errno_text();
    ASSERT_EQ(call().listen(socket, 4), 0) << errno_text();
    ASSERT_EQ(disconnect(socket), 0) << errno_text();
    EXPECT_FAILS(call().accept(socket, nullptr, nullptr), EINVAL);
    EXPECT_FALSE(Caller::is_answered(world().real_own_address(), port));
    EXPECT_EQ(port_of(socket), port);

    Server server([](Connection& peer) { peer.echo(); });
    ASSERT_EQ(connect_to(socket, server), 0) << errno_text();
    EXPECT_EQ(port_of(socket), port);
    ASSERT_EQ(disconnect(socket), 0) << errno_text();
    EXPECT_EQ(call().listen(socket, 4), 0) << errno_text();
    EXPECT_TRUE(Caller::is_answered(world().real_own_address(), port));
}

TEST_P(Connecting, to_a_port_where_nobody_listens_is_refused) {
    SilentPort nobody;
    const int socket = make_socket();
    EXPECT_FAILS(connect_to(socket, nobody), ECONNREFUSED);
    EXPECT_EQ(socket_error(socket), 0) << "connect() told it";
}

TEST_P(Connecting, may_be_tried_again_elsewhere_after_a_refusal) {
    SilentPort nobody;
    Server server([](Connection& peer) { peer.echo(); });
    const int socket = make_socket();
    EXPECT_FAILS(connect_to(socket, nobody), ECONNREFUSED);
    ASSERT_EQ(connect_to(socket, server), 0) << errno_text();
    send_all(socket, "hello");
    EXPECT_EQ(receive(socket, 5), "hello");
}

TEST_P(Connecting, to_an_address_that_no_route_leads_to_is_unreachable) {
    const int socket = make_socket();
    sockaddr_in broadcast = at(1, 80);
    broadcast.sin_addr.s_addr = INADDR_BROADCAST;
    EXPECT_FAILS(connect_to(socket, broadcast), ENETUNREACH);
}

TEST_P(Connecting, refuses_an_address_of_another_family) {
    const int socket = make_socket();
    sockaddr_in name = at(1, 80);
    name.sin_family = AF_INET6;
    EXPECT_FAILS(connect_to(socket, name), EAFNOSUPPORT);
}

TEST_P(Connecting, refuses_an_address_that_is_too_short) {
    const int socket = make_socket();
    const sockaddr_in name = at(1, 80);
    EXPECT_FAILS(call().connect(socket, reinterpret_cast<const sockaddr*>(&name), 8), EINVAL);
}

TEST_P(Connecting, of_a_number_that_is_no_socket_is_EBADF) {
    const int socket = make_socket();
    close(socket);
    EXPECT_FAILS(connect_to(socket, at(1, 80)), EBADF);
}

TEST_P(Connecting, was_not_begun_yet) {
    const int socket = make_socket();
    EXPECT_EQ(ready(socket), POLLOUT | POLLHUP);
    EXPECT_FAILS(receive_byte(socket), ENOTCONN);
    EXPECT_FAILS(send(socket, "x", MSG_NOSIGNAL), EPIPE);
    EXPECT_FAILS(call().shutdown(socket, SHUT_WR), ENOTCONN);
    sockaddr_in name{};
    socklen_t size = sizeof name;
    EXPECT_FAILS(call().getpeername(socket, reinterpret_cast<sockaddr*>(&name), &size), ENOTCONN);
    EXPECT_EQ(socket_error(socket), 0);
}

TEST_P(Connecting, without_blocking_is_pending_until_the_peer_answers) {
    BusyServer server;
    const int socket = make_socket(SOCK_STREAM | SOCK_NONBLOCK);
    EXPECT_FAILS(connect_to(socket, server), EINPROGRESS);
    EXPECT_FAILS(connect_to(socket, server), EALREADY);
    EXPECT_EQ(ready(socket), 0);
    EXPECT_FAILS(receive_byte(socket), EAGAIN);
    EXPECT_FAILS(send(socket, "x", MSG_NOSIGNAL), EAGAIN);
    EXPECT_EQ(socket_error(socket), 0);

    server.admit();
    EXPECT_EQ(wait_ready(socket, kEverything), POLLOUT);
    EXPECT_EQ(socket_error(socket), 0);
    EXPECT_EQ(connect_to(socket, server), 0) << "the attempt's success, told once: " << errno_text();
    EXPECT_FAILS(connect_to(socket, server), EISCONN);
}

TEST_P(Connecting, without_blocking_tells_a_refusal_once) {
    SilentPort nobody;
    const int socket = make_socket(SOCK_STREAM | SOCK_NONBLOCK);
    EXPECT_FAILS(connect_to(socket, nobody), EINPROGRESS);
    EXPECT_EQ(wait_ready(socket, kEverything), POLLIN | POLLOUT | POLLERR | POLLHUP | POLLRDHUP);
    EXPECT_EQ(socket_error(socket), ECONNREFUSED);
    EXPECT_EQ(socket_error(socket), 0);
    EXPECT_EQ(ready(socket), POLLIN | POLLOUT | POLLHUP | POLLRDHUP);
    EXPECT_EQ(receive_byte(socket), 0);
    EXPECT_FAILS(send(socket, "x", MSG_NOSIGNAL), EPIPE);
}

TEST_P(Connecting, again_after_a_refusal_tells_the_unread_error_first) {
    SilentPort nobody;
    Server server([](Connection& peer) { peer.receive_all(); });
    const int socket = make_socket(SOCK_STREAM | SOCK_NONBLOCK);
    EXPECT_FAILS(connect_to(socket, nobody), EINPROGRESS);
    EXPECT_TRUE(wait_for(socket, POLLOUT));
    EXPECT_FAILS(connect_to(socket, server), ECONNREFUSED);
    EXPECT_FAILS(connect_to(socket, server), EINPROGRESS);
    EXPECT_EQ(wait_ready(socket, kEverything), POLLOUT);
    EXPECT_EQ(connect_to(socket, server), 0) << errno_text();
}

TEST_P(Connecting, again_after_the_error_was_read_says_ECONNABORTED_first) {
    SilentPort nobody;
    Server server([](Connection& peer) { peer.receive_all(); });
    const int socket = make_socket(SOCK_STREAM | SOCK_NONBLOCK);
    EXPECT_FAILS(connect_to(socket, nobody), EINPROGRESS);
    EXPECT_TRUE(wait_for(socket, POLLOUT));
    EXPECT_EQ(socket_error(socket), ECONNREFUSED);
    EXPECT_FAILS(connect_to(socket, server), ECONNABORTED);
    EXPECT_FAILS(connect_to(socket, server), EINPROGRESS);
    EXPECT_EQ(wait_ready(socket, kEverything), POLLOUT);
}

TEST_P(Connecting, goes_on_when_its_time_is_over) {
    BusyServer server;
    const int socket = make_socket();
    const timeval soon{0, 50000};
    ASSERT_EQ(call().setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &soon, sizeof soon), 0);
    EXPECT_FAILS(connect_to(socket, server), EINPROGRESS);
    server.admit();
    EXPECT_EQ(wait_ready(socket, kEverything), POLLOUT);
    EXPECT_EQ(connect_to(socket, server), 0) << errno_text();
    EXPECT_FAILS(connect_to(socket, server), EISCONN);
}

TEST_P(Connecting, is_given_up_by_shutdown) {
    for (const int how : {SHUT_RD, SHUT_WR, SHUT_RDWR}) {
        BusyServer server;
        const int socket = make_socket(SOCK_STREAM | SOCK_NONBLOCK);
        EXPECT_FAILS(connect_to(socket, server), EINPROGRESS);
        EXPECT_EQ(call().shutdown(socket, how), 0) << errno_text();
        EXPECT_TRUE(wait_for(socket, POLLERR | POLLHUP));
        EXPECT_EQ(socket_error(socket), ECONNRESET);
        Server willing([](Connection& peer) { peer.send("hello"); });
        set_nonblocking(socket, false);
        if (connect_to(socket, willing) != 0) { // where the attempt's own end is told first
            EXPECT_EQ(connect_to(socket, willing), 0) << errno_text();
        }
        EXPECT_EQ(receive_all(socket), "hello");
    }
}

TEST_P(Connecting, is_given_up_by_close) {
    BusyServer server;
    const int socket = make_socket(SOCK_STREAM | SOCK_NONBLOCK);
    EXPECT_FAILS(connect_to(socket, server), EINPROGRESS);
    close(socket);
    EXPECT_FAILS(connect_to(socket, server), EBADF);
}

TEST_P(Connecting, works_for_64_sockets_at_once) {
    Server server([](Connection& peer) { peer.echo(); });
    constexpr std::size_t kCount = 64;
    std::vector<pollfd> set;
    for (std::size_t i = 0; i < kCount; ++i) {
        const int socket = make_socket(SOCK_STREAM | SOCK_NONBLOCK);
        ASSERT_GE(socket, 0);
        EXPECT_FAILS(connect_to(socket, server), EINPROGRESS);
        set.push_back({socket, POLLOUT, 0});
    }
    for (const pollfd& entry : set) {
        ASSERT_TRUE(wait_for(entry.fd, POLLOUT));
        EXPECT_EQ(socket_error(entry.fd), 0);
        set_nonblocking(entry.fd, false);
        send_all(entry.fd, std::to_string(entry.fd) + ".");
    }
    for (pollfd& entry : set) entry.events = POLLIN;
    std::size_t answered = 0;
    while (answered < kCount) {
        ASSERT_GT(call().poll(set.data(), set.size(), kLongMs), 0) << errno_text();
        for (pollfd& entry : set) {
            if ((entry.revents & POLLIN) == 0) continue;
            const std::string wanted = std::to_string(entry.fd) + ".";
            EXPECT_EQ(receive(entry.fd, wanted.size()), wanted);
            entry.fd = -1;
            ++answered;
        }
    }
}

SCENARIOS(EndNames);

TEST_P(EndNames, of_both_ends_are_known) {
    Server server([](Connection& peer) { peer.receive_all(); });
    const int socket = connected(server);

    sockaddr_in name{};
    socklen_t size = sizeof name;
    ASSERT_EQ(call().getpeername(socket, reinterpret_cast<sockaddr*>(&name), &size), 0) << errno_text();
    const sockaddr_in wanted = at(server);
    EXPECT_EQ(size, sizeof name);
    EXPECT_EQ(name.sin_family, AF_INET);
    EXPECT_EQ(name.sin_addr.s_addr, wanted.sin_addr.s_addr);
    EXPECT_EQ(name.sin_port, wanted.sin_port);

    size = sizeof name;
    ASSERT_EQ(call().getsockname(socket, reinterpret_cast<sockaddr*>(&name), &size), 0) << errno_text();
    EXPECT_EQ(size, sizeof name);
    EXPECT_EQ(name.sin_family, AF_INET);
    EXPECT_EQ(ntohl(name.sin_addr.s_addr), world().own_address());
    EXPECT_NE(name.sin_port, 0);
}

TEST_P(EndNames, are_cut_to_the_room_there_is_and_tell_their_length) {
    Server server([](Connection& peer) { peer.receive_all(); });
    const int socket = connected(server);
    sockaddr_in name{};
    name.sin_addr.s_addr = 0x01020304;
    socklen_t size = 4;
    ASSERT_EQ(call().getpeername(socket, reinterpret_cast<sockaddr*>(&name), &size), 0) << errno_text();
    EXPECT_EQ(size, sizeof name);
    EXPECT_EQ(name.sin_port, at(server).sin_port);
    EXPECT_EQ(name.sin_addr.s_addr, 0x01020304U) << "beyond the room";
}

} // namespace
} // namespace nwp::contract
