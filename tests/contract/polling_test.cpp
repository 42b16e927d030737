// SPDX-License-Identifier: Apache-2.0
// poll() and select(), over sockets and the system's descriptors.
#include "tests/contract/scenario.h"

#include "nwp/host.h"

#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <thread>

namespace nwp::contract {
namespace {

using Clock = std::chrono::steady_clock;

/// A pipe of the system.
struct SystemPipe {
    SystemPipe() { EXPECT_EQ(::pipe2(ends, O_CLOEXEC), 0); }
    ~SystemPipe() {
        ::close(ends[0]);
        ::close(ends[1]);
    }
    int ends[2] = {-1, -1};
};

SCENARIOS(Polling);

TEST_P(Polling, gives_only_what_was_asked_for_and_errors) {
    Server server([](Connection& peer) {
        peer.send("x");
        peer.receive_all();
    });
    const int socket = connected(server);
    EXPECT_EQ(wait_ready(socket, POLLIN), POLLIN);
    EXPECT_EQ(ready(socket, POLLOUT), POLLOUT);
    EXPECT_EQ(ready(socket, 0), 0);
    EXPECT_EQ(ready(socket, POLLIN | POLLRDNORM | POLLOUT | POLLWRNORM),
              POLLIN | POLLRDNORM | POLLOUT | POLLWRNORM);
}

TEST_P(Polling, is_over_after_its_time) {
    Server server([](Connection& peer) { peer.receive_all(); });
    const int socket = connected(server);
    pollfd set{socket, POLLIN, 0};
    const auto begin = Clock::now();
    EXPECT_EQ(call().poll(&set, 1, 60), 0);
    EXPECT_GE(Clock::now() - begin, std::chrono::milliseconds(59));
}

TEST_P(Polling, skips_negative_numbers_and_tells_unknown_ones) {
    Server server([](Connection& peer) { peer.receive_all(); });
    const int socket = connected(server);
    const int gone = make_socket();
    close(gone);
    pollfd set[] = {{-1, POLLIN, 7}, {socket, POLLOUT, 0}, {gone, POLLIN, 0}};
    EXPECT_EQ(call().poll(set, 3, -1), 2);
    EXPECT_EQ(set[0].revents, 0);
    EXPECT_EQ(set[1].revents, POLLOUT);
    EXPECT_EQ(set[2].revents, POLLNVAL);
}

TEST_P(Polling, of_nothing_waits) {
    const auto begin = Clock::now();
    EXPECT_EQ(call().poll(nullptr, 0, 30), 0);
    EXPECT_GE(Clock::now() - begin, std::chrono::milliseconds(29));
}

TEST_P(Polling, sees_a_pipe_become_ready_beside_a_socket) {
    Server server([](Connection& peer) { peer.receive_all(); });
    const int socket = connected(server);
    SystemPipe pipe;
    pollfd set[] = {{socket, POLLIN, 0}, {pipe.ends[0], POLLIN, 0}};
    EXPECT_EQ(call().poll(set, 2, 0), 0);
    std::thread writer([&] { EXPECT_EQ(::write(pipe.ends[1], "x", 1), 1); });
    EXPECT_EQ(call().poll(set, 2, kLongMs), 1);
    writer.join();
    EXPECT_EQ(set[0].revents, 0);
    EXPECT_EQ(set[1].revents, POLLIN);
}

TEST_P(Polling, sees_a_socket_become_ready_beside_a_pipe) {
    Event go;
    Server server([&](Connection& peer) {
        peer.wait(go);
        peer.send("x");
        peer.receive_all();
    });
    const int socket = connected(server);
    SystemPipe pipe;
    pollfd set[] = {{pipe.ends[0], POLLIN, 0}, {socket, POLLIN, 0}, {pipe.ends[1], 0, 0}};
    EXPECT_EQ(call().poll(set, 3, 0), 0);
    std::thread sender([&] { go.happen(); });
    EXPECT_EQ(call().poll(set, 3, kLongMs), 1);
    sender.join();
    EXPECT_EQ(set[0].revents, 0);
    EXPECT_EQ(set[1].revents, POLLIN);
}

TEST_P(Polling, in_two_threads_sees_the_same) {
    Event go;
    Server server([&](Connection& peer) {
        peer.wait(go);
        peer.send("x");
        peer.receive_all();
    });
    const int socket = connected(server);
    short seen[2] = {};
    std::thread threads[2];
    for (int i = 0; i < 2; ++i) threads[i] = std::thread([&, i] { seen[i] = wait_ready(socket, POLLIN); });
    go.happen();
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(seen[0], POLLIN);
    EXPECT_EQ(seen[1], POLLIN);
}

TEST_P(Polling, by_select_sees_each_set) {
    Server server([](Connection& peer) {
        peer.send("x");
        peer.receive_all();
    });
    const int talks = connected(server);
    Server silent([](Connection& peer) { peer.receive_all(); });
    const int silence = connected(silent);
    ASSERT_TRUE(wait_for(talks, POLLIN));
    fd_set readable;
    fd_set writable;
    FD_ZERO(&readable);
    FD_ZERO(&writable);
    FD_SET(talks, &readable);
    FD_SET(silence, &readable);
    FD_SET(silence, &writable);
    timeval timeout{60, 0};
    EXPECT_EQ(call().select(std::max(talks, silence) + 1, &readable, &writable, nullptr, &timeout), 2)
        << errno_text();
    EXPECT_TRUE(FD_ISSET(talks, &readable));
    EXPECT_FALSE(FD_ISSET(silence, &readable));
    EXPECT_TRUE(FD_ISSET(silence, &writable));
}

TEST_P(Polling, by_select_is_over_after_its_time) {
    Server server([](Connection& peer) { peer.receive_all(); });
    const int socket = connected(server);
    fd_set readable;
    FD_ZERO(&readable);
    FD_SET(socket, &readable);
    timeval timeout{0, 30000};
    EXPECT_EQ(call().select(socket + 1, &readable, nullptr, nullptr, &timeout), 0);
    EXPECT_FALSE(FD_ISSET(socket, &readable));
}

TEST_P(Polling, by_select_of_a_closed_socket_is_EBADF) {
    const int socket = make_socket();
    close(socket);
    fd_set readable;
    FD_ZERO(&readable);
    FD_SET(socket, &readable);
    timeval timeout{0, 0};
    EXPECT_FAILS(call().select(socket + 1, &readable, nullptr, nullptr, &timeout), EBADF);
}

TEST_P(Polling, by_select_sees_a_refused_connect_in_both_sets) {
    SilentPort nobody;
    const int socket = make_socket(SOCK_STREAM | SOCK_NONBLOCK);
    EXPECT_FAILS(connect_to(socket, nobody), EINPROGRESS);
    ASSERT_TRUE(wait_for(socket, POLLERR));
    fd_set readable;
    fd_set writable;
    FD_ZERO(&readable);
    FD_ZERO(&writable);
    FD_SET(socket, &readable);
    FD_SET(socket, &writable);
    EXPECT_EQ(call().select(socket + 1, &readable, &writable, nullptr, nullptr), 2);
}

SCENARIOS(LinkTraffic);

TEST_P(LinkTraffic, is_not_caused_by_poll_with_timeout_0) {
    Server server([](Connection& peer) { peer.receive_all(); });
    const int socket = connected(server);
    SystemPipe pipe;
    pollfd set[] = {{socket, kEverything, 0}, {pipe.ends[0], POLLIN, 0}};
    // What connecting left behind (credit, acknowledgements) goes out first.
    session::Counters before{};
    session::Counters after{};
    const auto end = Clock::now() + std::chrono::seconds(60);
    do {
        before = world().host().statistics().session;
        for (int i = 0; i < 1000; ++i) call().poll(set, 2, 0);
        for (int i = 0; i < 1000; ++i) call().poll(set, 1, 0);
        after = world().host().statistics().session;
    } while (after.frames_out != before.frames_out && Clock::now() < end);
    EXPECT_EQ(after.frames_out, before.frames_out);
    EXPECT_EQ(after.messages_out, before.messages_out);
}

TEST_P(LinkTraffic, is_not_caused_by_messages_when_bytes_move) {
    Server server([](Connection& peer) { peer.echo(); });
    const int socket = connected(server);
    send_all(socket, "warm");
    receive(socket, 4);
    const auto before = world().host().statistics().session;
    for (int i = 0; i < 20; ++i) {
        send_all(socket, "round");
        receive(socket, 5);
    }
    const auto after = world().host().statistics().session;
    EXPECT_EQ(after.messages_out, before.messages_out) << "a send or recv is no request";
    EXPECT_EQ(after.messages_in, before.messages_in);
}

} // namespace
} // namespace nwp::contract
