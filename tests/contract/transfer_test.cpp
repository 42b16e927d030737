// SPDX-License-Identifier: Apache-2.0
// Bytes out and in: flags, timeouts, both directions at once, much.
#include "tests/contract/scenario.h"

#include <sys/ioctl.h>
#include <sys/uio.h>

#include <chrono>
#include <thread>

namespace nwp::contract {
namespace {

using Clock = std::chrono::steady_clock;

SCENARIOS(Transfer);

TEST_P(Transfer, of_nothing_is_nothing) {
    Server server([](Connection& peer) { peer.receive_all(); });
    const int socket = connected(server);
    EXPECT_EQ(send(socket, ""), 0);
    EXPECT_EQ(call().write(socket, "", 0), 0);
    EXPECT_EQ(call().read(socket, nullptr, 0), 0);
}

TEST_P(Transfer, by_read_and_write_is_the_same) {
    Server server([](Connection& peer) { peer.echo(); });
    const int socket = connected(server);
    EXPECT_EQ(call().write(socket, "hello", 5), 5);
    char some[5];
    std::size_t done = 0;
    while (done < 5) {
        const ssize_t got = call().read(socket, some + done, 5 - done);
        ASSERT_GT(got, 0) << errno_text();
        done += static_cast<std::size_t>(got);
    }
    EXPECT_EQ((std::string_view{some, 5}), "hello");
}

TEST_P(Transfer, by_pieces_keeps_their_order) {
    Server server([](Connection& peer) { peer.echo(); });
    const int socket = connected(server);
    char one[] = "one";
    char two[] = "twenty";
    iovec out[] = {{one, 3}, {nullptr, 0}, {two, 6}};
    msghdr message{};
    message.msg_iov = out;
    message.msg_iovlen = 3;
    ASSERT_EQ(call().sendmsg(socket, &message, MSG_NOSIGNAL), 9) << errno_text();
    ASSERT_EQ(call().recv(socket, one, 3, MSG_WAITALL), 3);
    char a[2] = {};
    char b[4] = {};
    iovec in[] = {{a, 2}, {b, 4}};
    message = {};
    message.msg_iov = in;
    message.msg_iovlen = 2;
    ASSERT_EQ(call().recvmsg(socket, &message, MSG_WAITALL), 6) << errno_text();
    EXPECT_EQ((std::string_view{a, 2}), "tw");
    EXPECT_EQ((std::string_view{b, 4}), "enty");
    EXPECT_EQ(message.msg_flags, 0);
}

TEST_P(Transfer, peeks_without_taking) {
    Server server([](Connection& peer) { peer.echo(); });
    const int socket = connected(server);
    send_all(socket, "hello");
    char some[8] = {};
    EXPECT_EQ(call().recv(socket, some, 5, MSG_PEEK | MSG_WAITALL), 5);
    EXPECT_EQ(call().recv(socket, some, 2, MSG_PEEK), 2);
    EXPECT_EQ((std::string_view{some, 5}), "hello");
    EXPECT_EQ(receive(socket, 5), "hello");
    EXPECT_FAILS(receive_byte(socket, MSG_PEEK | MSG_DONTWAIT), EAGAIN);
}

TEST_P(Transfer, peeks_into_several_pieces_of_memory) {
    Server server([](Connection& peer) { peer.echo(); });
    const int socket = connected(server);
    const std::string sent = pattern(5000);
    send_all(socket, sent);
    std::string a(3, 0);
    std::string b(4000, 0);
    std::string c(2000, 0);
    iovec pieces[] = {{a.data(), a.size()}, {nullptr, 0}, {b.data(), b.size()}, {c.data(), c.size()}};
    msghdr message{};
    message.msg_iov = pieces;
    message.msg_iovlen = 3;
    ASSERT_EQ(call().recvmsg(socket, &message, MSG_PEEK | MSG_WAITALL), 4003) << errno_text();
    EXPECT_EQ(hash(a + b), hash(sent.substr(0, 4003)));
    EXPECT_EQ(receive(socket, 4990), sent.substr(0, 4990));
    message.msg_iovlen = 4;
    ASSERT_EQ(call().recvmsg(socket, &message, MSG_PEEK), 10) << errno_text();
    EXPECT_EQ(a + b.substr(0, 7), sent.substr(4990)) << "what is there, and no more";
    EXPECT_EQ(receive(socket, 10), sent.substr(4990));
}

TEST_P(Transfer, drops_bytes_with_MSG_TRUNC) {
    Server server([](Connection& peer) { peer.send("hello world"); });
    const int socket = connected(server);
    EXPECT_EQ(call().recv(socket, nullptr, 6, MSG_TRUNC | MSG_WAITALL), 6) << errno_text();
    EXPECT_EQ(receive_all(socket), "world");
}

TEST_P(Transfer, does_not_wait_with_MSG_DONTWAIT) {
    Server server([](Connection& peer) { peer.receive_all(); });
    const int socket = connected(server);
    EXPECT_FAILS(receive_byte(socket, MSG_DONTWAIT), EAGAIN);
}

TEST_P(Transfer, does_not_wait_with_O_NONBLOCK_by_fcntl) {
    Server server([](Connection& peer) { peer.receive_all(); });
    const int socket = connected(server);
    set_nonblocking(socket, true);
    EXPECT_FAILS(receive_byte(socket), EAGAIN);
}

TEST_P(Transfer, waits_for_all_with_MSG_WAITALL) {
    Event half_is_there;
    Server server([&](Connection& peer) {
        peer.send("first half, ");
        peer.wait(half_is_there);
        peer.send("second half");
        peer.receive_all();
    });
    const int socket = connected(server);
    ASSERT_TRUE(wait_for(socket, POLLIN));
    half_is_there.happen();
    std::string all(23, '\0');
    EXPECT_EQ(call().recv(socket, all.data(), all.size(), MSG_WAITALL), 23);
    EXPECT_EQ(all, "first half, second half");
}

TEST_P(Transfer, gives_with_MSG_WAITALL_what_came_before_the_end) {
    Server server([](Connection& peer) { peer.send("short"); });
    const int socket = connected(server);
    char some[100];
    EXPECT_EQ(call().recv(socket, some, sizeof some, MSG_WAITALL), 5);
    EXPECT_EQ(receive_byte(socket), 0);
}

TEST_P(Transfer, gives_up_receiving_after_SO_RCVTIMEO) {
    Server server([](Connection& peer) { peer.receive_all(); });
    const int socket = connected(server);
    const timeval soon{0, 80000};
    ASSERT_EQ(call().setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &soon, sizeof soon), 0) << errno_text();
    timeval kept{};
    socklen_t size = sizeof kept;
    ASSERT_EQ(call().getsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &kept, &size), 0) << errno_text();
    EXPECT_EQ(kept.tv_usec, soon.tv_usec);
    const auto begin = Clock::now();
    EXPECT_FAILS(receive_byte(socket), EAGAIN);
    EXPECT_GE(Clock::now() - begin, std::chrono::milliseconds(75));
}

/// Sends until the socket is not writable for half a second; how much that was. More than `most` is a
/// failure.
std::size_t fill(const Calls& call, int socket, std::string_view bytes) {
    std::size_t done = 0;
    pollfd set{socket, POLLOUT, 0};
    while (done < bytes.size() && call.poll(&set, 1, 500) == 1) {
        const std::string_view part = bytes.substr(done, 16384);
        const ssize_t sent = call.send(socket, part.data(), part.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent > 0) done += static_cast<std::size_t>(sent);
    }
    return done;
}

TEST_P(Transfer, to_a_peer_that_does_not_read_stops_and_loses_nothing) {
    Event read;
    std::uint64_t heard = 0;
    std::size_t count = 0;
    Server server(
        [&](Connection& peer) {
            peer.wait(read);
            const std::string all = peer.receive_all();
            count = all.size();
            heard = hash(all);
        },
        {.receive_buffer = 16384});
    const int socket = connected(server);
    const std::string bytes = pattern(12U << 20);
    const std::size_t sent = fill(call(), socket, bytes);
    EXPECT_LT(sent, bytes.size()) << "the window of a peer that does not read is closed";
    read.happen();
    EXPECT_TRUE(wait_for(socket, POLLOUT)) << "and opens again";
    ASSERT_EQ(call().shutdown(socket, SHUT_WR), 0) << errno_text();
    ASSERT_TRUE(server.wait_served());
    EXPECT_EQ(count, sent);
    EXPECT_EQ(heard, hash(std::string_view{bytes}.substr(0, sent)));
}

TEST_P(Transfer, gives_up_sending_after_SO_SNDTIMEO) {
    Event end;
    Server server([&](Connection& peer) { peer.wait(end); }, {.receive_buffer = 16384});
    const int socket = connected(server);
    const timeval soon{0, 80000};
    ASSERT_EQ(call().setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &soon, sizeof soon), 0) << errno_text();
    const std::string bytes = pattern(16U << 20);
    const auto sent = send(socket, bytes, MSG_NOSIGNAL);
    EXPECT_LT(sent, std::ssize(bytes)) << "a part, or nothing";
    // What the window still takes is taken; in the end nothing is, for as long as the timeout.
    ssize_t more = sent;
    for (int i = 0; i < 1000 && more > 0; ++i) more = send(socket, bytes, MSG_NOSIGNAL);
    EXPECT_EQ(more, -1);
    EXPECT_STREQ(::strerrorname_np(errno), "EAGAIN");
    end.happen();
}

TEST_P(Transfer, from_a_peer_that_sends_more_than_we_read_stops_it) {
    Event full;
    const std::string bytes = pattern(12U << 20);
    Server server([&](Connection& peer) {
        std::size_t done = 0;
        pollfd set{peer.descriptor(), POLLOUT, 0};
        while (done < bytes.size() && ::poll(&set, 1, 500) == 1) {
            const ssize_t sent =
                ::send(peer.descriptor(), bytes.data() + done, bytes.size() - done, MSG_DONTWAIT);
            if (sent > 0) done += static_cast<std::size_t>(sent);
        }
        EXPECT_LT(done, bytes.size());
        full.happen();
        peer.finish();
        peer.receive_all();
        EXPECT_GE(done, 1U);
    });
    const int socket = connected(server);
    ASSERT_TRUE(full.wait());
    const std::string all = receive_all(socket);
    EXPECT_GE(all.size(), 1U);
    EXPECT_TRUE(std::string_view{bytes}.starts_with(all)) << "what came is what was sent";
}

TEST_P(Transfer, of_much_each_way_at_once_arrives_whole) {
    const std::size_t much = world().much();
    const std::string theirs = pattern(much, 5);
    std::uint64_t heard = 0;
    Server server([&](Connection& peer) {
        std::thread sender([&] {
            peer.send(theirs);
            peer.finish();
        });
        heard = hash(peer.receive_all());
        sender.join();
    });
    const int socket = connected(server);
    const std::string ours = pattern(much, 9);
    std::thread sender([&] {
        send_all(socket, ours);
        EXPECT_EQ(call().shutdown(socket, SHUT_WR), 0) << errno_text();
    });
    int error = -1;
    const std::string got = receive_all(socket, &error);
    sender.join();
    ASSERT_TRUE(server.wait_served());
    EXPECT_EQ(error, 0);
    EXPECT_EQ(got.size(), much);
    EXPECT_EQ(hash(got), hash(theirs));
    EXPECT_EQ(heard, hash(ours));
}

TEST_P(Transfer, on_two_threads_does_not_let_a_waiting_recv_block_a_send) {
    Server server([](Connection& peer) {
        const std::string ask = peer.receive(4);
        peer.send("answer to " + ask);
    });
    const int socket = connected(server);
    Event waits;
    std::string got;
    std::thread reader([&] {
        waits.happen();
        got = receive_all(socket);
    });
    EXPECT_TRUE(waits.wait());
    send_all(socket, "this");
    reader.join();
    EXPECT_EQ(got, "answer to this");
}

TEST_P(Transfer, tells_with_FIONREAD_how_much_is_there) {
    Server server([](Connection& peer) {
        peer.send(pattern(100));
        peer.receive_all();
    });
    const int socket = connected(server);
    char some[100];
    ASSERT_EQ(call().recv(socket, some, sizeof some, MSG_PEEK | MSG_WAITALL), 100);
    int count = -1;
    ASSERT_EQ(call().ioctl(socket, FIONREAD, &count), 0) << errno_text();
    EXPECT_EQ(count, 100);
    receive(socket, 40);
    ASSERT_EQ(call().ioctl(socket, FIONREAD, &count), 0) << errno_text();
    EXPECT_EQ(count, 60);
}

TEST_P(Transfer, refuses_urgent_data_that_is_not_there) {
    Server server([](Connection& peer) { peer.receive_all(); });
    const int socket = connected(server);
    EXPECT_FAILS(receive_byte(socket, MSG_OOB), EINVAL);
}

} // namespace
} // namespace nwp::contract
