// SPDX-License-Identifier: Apache-2.0
// Sockets: back-pressure both ways, large transfers, closing.
#include "nwpd/service/test_world.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <future>
#include <thread>

using namespace nwp;
using namespace nwp::service;
using namespace nwp::service::test;

namespace {

class SocketsFlowTest : public World {
protected:
    explicit SocketsFlowTest(int receive_buffer = 0) : peer(receive_buffer) { lead_to(peer.port()); }

    /// Writes all of `bytes` in pieces as fast as the socket takes them.
    void write_all(SocketId socket, std::string_view bytes) {
        while (!bytes.empty()) {
            const std::size_t room = Sockets::kSendRoom - sockets.waiting(client, socket);
            const std::string_view piece = bytes.substr(0, room);
            ASSERT_TRUE(sockets.write(client, socket, as_bytes(piece)));
            bytes.remove_prefix(piece.size());
            const int before = told.taken[socket];
            if (sockets.waiting(client, socket) == 0) continue;
            ASSERT_TRUE(until([&] { return told.taken[socket] != before; }));
        }
    }

    TcpPeer peer;
};

TEST_F(SocketsFlowTest, a_client_that_does_not_read_closes_the_tcp_window) {
    const SocketId socket = connected();
    const int there = peer.accept();
    ASSERT_TRUE(sockets.set_receive_room(client, socket, 4096));
    fcntl(there, F_SETFL, O_NONBLOCK);
    const std::string piece = pattern(65536);
    std::string sent;
    // The peer is blocked when it cannot send and nothing moves at our end either.
    for (int idle = 0; idle < 20;) {
        const ssize_t count = send(there, piece.data(), piece.size(), MSG_NOSIGNAL);
        if (count > 0) sent.append(piece.data(), static_cast<std::size_t>(count));
        idle = count > 0 ? 0 : idle + 1;
        ASSERT_LT(sent.size(), 64U << 20U) << "the window never closed";
        context.restart();
        context.run_for(std::chrono::milliseconds(5));
        ASSERT_LE(held(socket).size(), 4096U);
    }
    EXPECT_EQ(held(socket).size(), 4096U);
    pollfd writable{there, POLLOUT, 0};
    EXPECT_EQ(poll(&writable, 1, 0), 0) << "the peer's send blocks";

    shutdown(there, SHUT_WR);
    EXPECT_TRUE(receive(socket, sent.size()) == sent) << "and nothing was lost";
    ASSERT_TRUE(until([&] { return sockets.ended(client, socket); }));
}

TEST_F(SocketsFlowTest, what_one_sees_who_looks_at_all_sockets) {
    const SocketId idle = open(other);
    const SocketId busy = connected();
    const int there = peer.accept();
    ASSERT_TRUE(sockets.set_receive_room(client, busy, 10));
    send_all(there, "sixteen bytes in");
    ASSERT_TRUE(until([&] { return held(busy).size() == 10; }));
    ASSERT_TRUE(sockets.consume(client, busy, 5));
    ASSERT_TRUE(until([&] { return held(busy).size() == 10; }));
    ASSERT_TRUE(sockets.consume(client, busy, 6));
    ASSERT_TRUE(sockets.write(client, busy, as_bytes("out")));
    EXPECT_EQ(receive_exactly(there, 3), "out");
    ASSERT_TRUE(until([&] { return held(busy).size() == 5; }));

    const auto all = sockets.list_all();
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all[0].summary.socket, idle);
    EXPECT_EQ(all[0].client, &other);
    EXPECT_EQ(all[0].local.family, Family::unspecified);
    EXPECT_EQ(all[1].client, &client);
    EXPECT_EQ(all[1].summary.peer, server_address());
    EXPECT_EQ(all[1].local.family, Family::ipv4);
    EXPECT_EQ(all[1].bytes_in, 16U);
    EXPECT_EQ(all[1].bytes_out, 3U);
    EXPECT_EQ(all[1].unread, 5U);
    EXPECT_EQ(all[1].unsent, 0U);
    EXPECT_EQ(all[1].credit, 5U);
    EXPECT_EQ(all[1].tls_version, Protocol::any);
}

TEST_F(SocketsFlowTest, without_room_nothing_is_read) {
    const SocketId socket = connected();
    ASSERT_TRUE(sockets.set_receive_room(client, socket, 0));
    send_all(peer.accept(), "waits");
    kit::run_ready(context);
    EXPECT_EQ(held(socket), "");
    ASSERT_TRUE(sockets.set_receive_room(client, socket, 2));
    ASSERT_TRUE(until([&] { return held(socket) == "wa"; }));
    kit::run_ready(context);
    EXPECT_EQ(held(socket), "wa");
    ASSERT_TRUE(sockets.consume(client, socket, 1));
    ASSERT_TRUE(until([&] { return held(socket) == "ai"; }));
    EXPECT_EQ(sockets.consume(client, socket, 3).error(), Error::invalid_argument);
}

TEST_F(SocketsFlowTest, sixty_four_mebibytes_arrive_equal_both_ways) {
    const std::string bytes = pattern(64U << 20U);
    const SocketId down = connected();
    const int sender = peer.accept();
    ASSERT_TRUE(sockets.set_receive_room(client, down, 256 * std::size_t{1024}));
    std::thread feeding([&] { send_all(sender, bytes); });
    std::size_t came = 0;
    bool equal_so_far = true;
    while (came < bytes.size() && equal_so_far) {
        if (!until([&] { return !sockets.received(client, down)->empty(); })) break;
        const auto view = *sockets.received(client, down);
        equal_so_far = as_text(view) == std::string_view{bytes}.substr(came, view.size());
        came += view.size();
        ASSERT_TRUE(sockets.consume(client, down, view.size()));
    }
    feeding.join();
    EXPECT_EQ(came, bytes.size());
    EXPECT_TRUE(equal_so_far);

    const SocketId up = connected();
    const int receiver = peer.accept();
    int end = -1;
    auto received = std::async(std::launch::async, [&] { return receive_all(receiver, end); });
    write_all(up, bytes);
    ASSERT_TRUE(sockets.shutdown(client, up, Shutdown::send));
    ASSERT_TRUE(until([&] { return sockets.waiting(client, up) == 0; }));
    EXPECT_TRUE(received.get() == bytes);
    EXPECT_EQ(end, 0);
}

TEST_F(SocketsFlowTest, more_than_the_send_room_is_refused_whole) {
    const SocketId socket = connected();
    const int there = peer.accept();
    const std::string piece = pattern(64 * 1024);
    std::size_t accepted = 0;
    Result<void> wrote;
    while ((wrote = sockets.write(client, socket, as_bytes(piece)))) accepted += piece.size();
    EXPECT_EQ(wrote.error(), Error::no_buffers);
    EXPECT_LE(sockets.waiting(client, socket), Sockets::kSendRoom);
    EXPECT_EQ(sockets.list(client).front().taken, accepted);
    ASSERT_TRUE(sockets.shutdown(client, socket, Shutdown::send)) << "the socket is not harmed";
    EXPECT_EQ(sockets.write(client, socket, as_bytes("x")).error(), Error::broken_pipe);

    int end = -1;
    auto received = std::async(std::launch::async, [&] { return receive_all(there, end).size(); });
    ASSERT_TRUE(until([&] { return sockets.waiting(client, socket) == 0; }));
    EXPECT_EQ(received.get(), accepted) << "FIN stands behind everything written";
    EXPECT_EQ(end, 0);
    EXPECT_GT(told.taken[socket], 0);
}

TEST_F(SocketsFlowTest, close_sends_what_waits_in_the_background) {
    const SocketId socket = connected();
    const int there = peer.accept();
    const std::string piece = pattern(64 * 1024);
    std::size_t accepted = 0;
    while (sockets.write(client, socket, as_bytes(piece))) accepted += piece.size();
    ASSERT_GT(sockets.waiting(client, socket), 0U);
    send_all(there, "unread"); // which must not turn FIN into RST
    EXPECT_TRUE(close(socket, -1)) << "at once";
    EXPECT_EQ(sockets.received(client, socket).error(), Error::bad_handle);

    int end = -1;
    auto received = std::async(std::launch::async, [&] { return receive_all(there, end).size(); });
    ASSERT_TRUE(turning_until(
        [&] { return received.wait_for(std::chrono::seconds(0)) == std::future_status::ready; }));
    EXPECT_EQ(received.get(), accepted);
    EXPECT_EQ(end, 0);
}

TEST_F(SocketsFlowTest, close_with_linger_0_resets) {
    const SocketId socket = connected();
    const int there = peer.accept();
    EXPECT_TRUE(close(socket, 0));
    int end = 0;
    EXPECT_EQ(receive_all(there, end), "");
    EXPECT_EQ(end, ECONNRESET);
}

TEST_F(SocketsFlowTest, close_with_linger_answers_when_everything_is_acknowledged) {
    const SocketId socket = connected();
    const int there = peer.accept();
    const std::string piece = pattern(64 * 1024);
    while (sockets.write(client, socket, as_bytes(piece))) {
    }
    const auto closed = begin_close(socket, 20);
    kit::run_ready(context);
    EXPECT_FALSE(*closed) << "the peer has not taken it";
    int end = -1;
    auto received = std::async(std::launch::async, [&] { return receive_all(there, end).size(); });
    ASSERT_TRUE(until([&] { return closed->has_value(); }));
    EXPECT_TRUE(**closed);
    received.get();
}

TEST_F(SocketsFlowTest, close_with_linger_answers_in_time_all_the_same) {
    const SocketId socket = connected();
    const int there = peer.accept();
    const std::string piece = pattern(64 * 1024);
    while (sockets.write(client, socket, as_bytes(piece))) {
    }
    const auto begun = std::chrono::steady_clock::now();
    EXPECT_TRUE(close(socket, 1));
    EXPECT_GE(std::chrono::steady_clock::now() - begun, std::chrono::milliseconds(990));
    static_cast<void>(there);
}

TEST_F(SocketsFlowTest, a_peer_that_never_takes_the_rest_gets_a_reset_at_the_bound) {
    sockets.set_close_bound(seconds(1));
    const SocketId socket = connected();
    const int there = peer.accept();
    const std::string piece = pattern(64 * 1024);
    while (sockets.write(client, socket, as_bytes(piece))) {
    }
    EXPECT_TRUE(close(socket, -1));
    pollfd reset{there, 0, 0};
    ASSERT_TRUE(turning_until([&] { return poll(&reset, 1, 0) == 1; }));
    EXPECT_NE(reset.revents & POLLERR, 0);
}

TEST_F(SocketsFlowTest, bytes_of_the_last_connection_can_be_dropped_before_the_next) {
    const SocketId socket = connected();
    const int first = peer.accept();
    send_all(first, "oldest,old");
    ASSERT_TRUE(until([&] { return held(socket) == "oldest,old"; }));
    peer.reset(first);
    ASSERT_TRUE(until([&] { return !told.failed.empty(); }));
    ASSERT_TRUE(sockets.drop_received(client, socket, 6));
    ASSERT_TRUE(connect(socket));
    send_all(peer.accept(), "new");
    ASSERT_TRUE(until([&] { return held(socket) == "oldestnew"; }));
}

} // namespace
