// SPDX-License-Identifier: Apache-2.0
// How streams end: FIN, half-close, reset, close().
#include "tests/contract/scenario.h"
#include "tests/kit/falls_asleep.h"

#include <unistd.h>

#include <csignal>
#include <future>
#include <thread>

namespace nwp::contract {
namespace {

SCENARIOS(Ending);

TEST_P(Ending, by_the_peer_gives_all_data_and_then_0) {
    Server server([](Connection& peer) { peer.send("the end"); });
    const int socket = connected(server);
    EXPECT_EQ(receive(socket, 7), "the end");
    EXPECT_EQ(receive_byte(socket), 0);
    EXPECT_EQ(receive_byte(socket), 0) << "and stays so";
}

TEST_P(Ending, by_the_peer_shows_in_poll) {
    Event go;
    Server server([&](Connection& peer) {
        peer.wait(go);
        peer.finish();
        peer.receive_all();
    });
    const int socket = connected(server);
    EXPECT_EQ(ready(socket), POLLOUT);
    go.happen();
    ASSERT_TRUE(wait_for(socket, POLLRDHUP));
    EXPECT_EQ(ready(socket), POLLIN | POLLOUT | POLLRDHUP);
}

TEST_P(Ending, our_half_leaves_the_other_open) {
    std::string heard;
    Server server([&](Connection& peer) {
        heard = peer.receive_all();
        peer.send("heard you");
    });
    const int socket = connected(server);
    send_all(socket, "all I have to say");
    ASSERT_EQ(call().shutdown(socket, SHUT_WR), 0) << errno_text();
    EXPECT_FAILS(send(socket, "x", MSG_NOSIGNAL), EPIPE);
    EXPECT_EQ(receive_all(socket), "heard you");
    ASSERT_TRUE(server.wait_served());
    EXPECT_EQ(heard, "all I have to say");
    EXPECT_EQ(ready(socket), POLLIN | POLLOUT | POLLRDHUP | POLLHUP) << "both halves are closed";
}

TEST_P(Ending, the_peers_half_leaves_ours_open) {
    std::string heard;
    Server server([&](Connection& peer) {
        peer.finish();
        heard = peer.receive_all();
    });
    const int socket = connected(server);
    EXPECT_EQ(receive_byte(socket), 0);
    send_all(socket, "still talking");
    ASSERT_EQ(call().shutdown(socket, SHUT_WR), 0) << errno_text();
    ASSERT_TRUE(server.wait_served());
    EXPECT_EQ(heard, "still talking");
}

TEST_P(Ending, our_reading_half_leaves_what_comes_readable) {
    Event go;
    Server server([&](Connection& peer) {
        peer.send("first");
        peer.wait(go);
        peer.send("second");
        peer.receive_all();
    });
    const int socket = connected(server);
    ASSERT_TRUE(wait_for(socket, POLLIN));
    ASSERT_EQ(call().shutdown(socket, SHUT_RD), 0) << errno_text();
    EXPECT_EQ(receive(socket, 5), "first");
    EXPECT_EQ(receive_byte(socket), 0) << "it does not wait any more";
    EXPECT_EQ(ready(socket), POLLIN | POLLOUT | POLLRDHUP);
    go.happen();
    std::string second;
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (second.size() < 6 && std::chrono::steady_clock::now() < end) {
        char byte = 0;
        const ssize_t got = call().recv(socket, &byte, 1, 0);
        ASSERT_GE(got, 0) << errno_text();
        if (got == 1) second += byte;
        if (got == 0) std::this_thread::yield();
    }
    EXPECT_EQ(second, "second");
}

TEST_P(Ending, by_shutdown_of_both_halves_hangs_up) {
    Server server([](Connection& peer) { peer.receive_all(); });
    const int socket = connected(server);
    ASSERT_EQ(call().shutdown(socket, SHUT_RDWR), 0) << errno_text();
    EXPECT_EQ(receive_byte(socket), 0);
    EXPECT_FAILS(send(socket, "x", MSG_NOSIGNAL), EPIPE);
    EXPECT_TRUE(server.wait_served());
}

TEST_P(Ending, by_a_shutdown_that_does_not_exist_is_EINVAL) {
    Server server([](Connection& peer) { peer.receive_all(); });
    const int socket = connected(server);
    EXPECT_FAILS(call().shutdown(socket, 3), EINVAL);
}

TEST_P(Ending, by_a_reset_is_told_once) {
    Event go;
    Server server([&](Connection& peer) {
        peer.wait(go);
        peer.reset();
    });
    const int socket = connected(server);
    go.happen();
    ASSERT_TRUE(wait_for(socket, POLLERR));
    EXPECT_EQ(ready(socket), POLLIN | POLLOUT | POLLERR | POLLHUP | POLLRDHUP);
    EXPECT_FAILS(receive_byte(socket), ECONNRESET);
    EXPECT_EQ(receive_byte(socket), 0);
    EXPECT_EQ(ready(socket), POLLIN | POLLOUT | POLLHUP | POLLRDHUP);
    EXPECT_FAILS(send(socket, "x", MSG_NOSIGNAL), EPIPE);
}

TEST_P(Ending, by_a_reset_ends_a_waiting_recv) {
    Server server([&](Connection& peer) {
        peer.receive(1);
        peer.reset();
    });
    const int socket = connected(server);
    send_all(socket, "!");
    EXPECT_FAILS(receive_byte(socket), ECONNRESET);
    EXPECT_FAILS(connect_to(socket, server), EISCONN);
}

TEST_P(Ending, by_a_reset_can_be_read_as_SO_ERROR) {
    Event go;
    Server server([&](Connection& peer) {
        peer.wait(go);
        peer.reset();
    });
    const int socket = connected(server);
    go.happen();
    ASSERT_TRUE(wait_for(socket, POLLERR));
    EXPECT_EQ(socket_error(socket), ECONNRESET);
    EXPECT_EQ(socket_error(socket), 0);
    EXPECT_EQ(receive_byte(socket), 0);
}

TEST_P(Ending, makes_send_to_a_closed_peer_EPIPE_without_a_signal) {
    Server server([](Connection&) {});
    const int socket = connected(server);
    EXPECT_EQ(receive_byte(socket), 0);
    ASSERT_TRUE(server.wait_served());
    ssize_t sent = 1;
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (sent > 0 && std::chrono::steady_clock::now() < end) {
        sent = send(socket, "x", MSG_NOSIGNAL);
        std::this_thread::yield();
    }
    EXPECT_EQ(sent, -1);
    EXPECT_STREQ(::strerrorname_np(errno), "EPIPE");
}

TEST_P(Ending, by_close_lets_what_was_sent_arrive) {
    std::string heard;
    int error = -1;
    const std::string bytes = pattern(200000);
    Server server([&](Connection& peer) { heard = peer.receive_all(&error); });
    const int socket = connected(server);
    send_all(socket, bytes);
    close(socket);
    ASSERT_TRUE(server.wait_served());
    EXPECT_EQ(error, 0);
    EXPECT_TRUE(heard == bytes);
}

TEST_P(Ending, by_close_with_linger_0_resets) {
    int error = -1;
    Server server([&](Connection& peer) { peer.receive_all(&error); });
    const int socket = connected(server);
    const linger now{1, 0};
    ASSERT_EQ(call().setsockopt(socket, SOL_SOCKET, SO_LINGER, &now, sizeof now), 0) << errno_text();
    close(socket);
    ASSERT_TRUE(server.wait_served());
    EXPECT_EQ(error, ECONNRESET);
}

TEST_P(Ending, by_close_makes_the_number_unknown) {
    Event
        accepted; // the kernel's own world has one set of numbers for all threads: accept() takes the lowest
    Server server([&](Connection& peer) {
        accepted.happen();
        peer.receive_all();
    });
    const int socket = connected(server);
    ASSERT_TRUE(accepted.wait());
    close(socket);
    EXPECT_FAILS(receive_byte(socket), EBADF);
    EXPECT_FAILS(send(socket, "x", MSG_NOSIGNAL), EBADF);
    EXPECT_FAILS(call().close(socket), EBADF);
    EXPECT_FAILS(call().shutdown(socket, SHUT_WR), EBADF);
    pollfd set{socket, POLLIN, 0};
    EXPECT_EQ(call().poll(&set, 1, 0), 1);
    EXPECT_EQ(set.revents, POLLNVAL);
}

TEST_P(Ending, by_close_in_another_thread_ends_a_waiting_recv) {
    Event finish;
    Server server([&](Connection& peer) {
        peer.wait(finish);
        peer.finish();
    });
    const int socket = connected(server);
    std::promise<pid_t> reading;
    ssize_t got = 1;
    int error = 0;
    std::thread reader([&] {
        char byte = 0;
        reading.set_value(::gettid());
        got = call().recv(socket, &byte, 1, 0);
        error = got < 0 ? errno : 0;
    });
    EXPECT_TRUE(kit::falls_asleep(reading.get_future().get()));
    close(socket);
    // A difference that the contracts list: the kernel lets the recv() go on.
    if (GetParam() == Way::kernel) finish.happen();
    reader.join();
    if (GetParam() != Way::kernel) {
        EXPECT_EQ(got, -1);
        EXPECT_EQ(error, EBADF);
    }
}

} // namespace
} // namespace nwp::contract
