// SPDX-License-Identifier: Apache-2.0
// What socket calls answer, against a scripted network processor. The contract suite runs the same promises
// against the kernel and the real one.
#include "tests/kit/socket_world.h"

#include <sys/un.h>

namespace nwp::c {
namespace {

using Sockets = kit::SocketWorld;
namespace peer = kit::peer;

#define EXPECT_ERRNO(call, number)                                                                           \
    do {                                                                                                     \
        errno = 0;                                                                                           \
        EXPECT_EQ((call), -1);                                                                               \
        EXPECT_EQ(errno, number) << strerror(errno);                                                         \
    } while (false)

TEST_F(Sockets, say_which_kinds_there_are_as_linux_does) {
    EXPECT_ERRNO(nwp_socket(AF_INET, SOCK_DGRAM, IPPROTO_TCP), EPROTONOSUPPORT);
    EXPECT_ERRNO(nwp_socket(AF_INET, SOCK_DGRAM, IPPROTO_TLS_1_2), EPROTONOSUPPORT);
    EXPECT_ERRNO(nwp_socket(AF_INET, SOCK_RAW, 1), EPERM);
    EXPECT_ERRNO(nwp_socket(AF_INET, 0, 0), EINVAL);
    EXPECT_ERRNO(nwp_socket(AF_INET, 11, 0), EINVAL);
    EXPECT_ERRNO(nwp_socket(AF_UNIX, SOCK_STREAM, 0), EAFNOSUPPORT);
    EXPECT_ERRNO(nwp_socket(AF_INET, SOCK_STREAM, IPPROTO_UDP), EPROTONOSUPPORT);
    EXPECT_ERRNO(nwp_socket(AF_INET, SOCK_STREAM, IPPROTO_DTLS_1_2), EPROTONOSUPPORT);
    EXPECT_ERRNO(nwp_socket(AF_INET, SOCK_STREAM, -1), EINVAL);
}

TEST_F(Sockets, of_a_full_pool_are_EMFILE_and_come_back_with_close) {
    int open[4];
    for (int& socket : open) ASSERT_GE(socket = open_socket(), 0);
    EXPECT_ERRNO(open_socket(), EMFILE);
    ASSERT_EQ(nwp_close(open[2]), 0);
    int again = -1;
    while ((again = open_socket()) < 0) ASSERT_EQ(errno, EMFILE); // until the close is confirmed
    EXPECT_EQ(nwp_close(again), 0);
    EXPECT_ERRNO(nwp_close(again), EBADF);
}

TEST_F(Sockets, exchange_bytes_with_an_echo_and_end_in_order) {
    const int socket = connected_to(peer::echoes);
    ASSERT_EQ(nwp_send(socket, "hello", 5, 0), 5);
    EXPECT_EQ(received(socket, 5, MSG_WAITALL), "hello");
    ASSERT_EQ(nwp_shutdown(socket, SHUT_WR), 0);
    EXPECT_EQ(nwp_recv(socket, nullptr, 0, 0), 0);
    char byte = 0;
    EXPECT_EQ(nwp_recv(socket, &byte, 1, 0), 0);
    EXPECT_ERRNO(nwp_send(socket, "x", 1, 0), EPIPE);
    EXPECT_EQ(nwp_close(socket), 0);
}

TEST_F(Sockets, send_more_than_the_credit_by_waiting_for_it) {
    const int socket = connected_to(peer::discards);
    const std::string much(3 * kit::ScriptedNwp::kWindow, 'x');
    EXPECT_EQ(nwp_send(socket, much.data(), much.size(), 0), static_cast<ssize_t>(much.size()));
    nwp_close(socket);
}

TEST_F(Sockets, send_what_the_credit_allows_when_they_may_not_wait) {
    const int socket = connected_to(peer::takes_nothing);
    const std::string much(3 * kit::ScriptedNwp::kWindow, 'x');
    std::size_t sent = 0;
    while (sent < kit::ScriptedNwp::kWindow) {
        ASSERT_NE(events(socket, POLLOUT, 5000), 0);
        const ssize_t count = nwp_send(socket, much.data(), much.size() - sent, MSG_DONTWAIT);
        ASSERT_GT(count, 0);
        sent += static_cast<std::size_t>(count);
    }
    EXPECT_EQ(sent, kit::ScriptedNwp::kWindow);
    EXPECT_ERRNO(nwp_send(socket, "x", 1, MSG_DONTWAIT), EAGAIN);
    EXPECT_EQ(events(socket, POLLOUT), 0);
    const timeval brief{0, 20000};
    ASSERT_EQ(nwp_setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &brief, sizeof brief), 0);
    EXPECT_ERRNO(nwp_send(socket, "x", 1, 0), EAGAIN);
    nwp_close(socket);
}

TEST_F(Sockets, that_are_refused_say_so_once) {
    const int socket = open_socket();
    EXPECT_ERRNO(connect_to(socket, peer::refuses), ECONNREFUSED);
    nwp_close(socket);

    const int nonblocking = open_socket(0, SOCK_NONBLOCK);
    EXPECT_ERRNO(connect_to(nonblocking, peer::refuses), EINPROGRESS);
    EXPECT_EQ(events(nonblocking, POLLIN | POLLOUT, 5000), POLLIN | POLLOUT | POLLERR | POLLHUP);
    int error = 0;
    socklen_t size = sizeof error;
    ASSERT_EQ(nwp_getsockopt(nonblocking, SOL_SOCKET, SO_ERROR, &error, &size), 0);
    EXPECT_EQ(error, ECONNREFUSED);
    ASSERT_EQ(nwp_getsockopt(nonblocking, SOL_SOCKET, SO_ERROR, &error, &size), 0);
    EXPECT_EQ(error, 0);
    nwp_close(nonblocking);
}

TEST_F(Sockets, that_tls_refuses_are_ECONNABORTED_with_a_verdict_in_words) {
    const int socket = open_socket(IPPROTO_TLS_1_2);
    EXPECT_ERRNO(connect_to(socket, peer::distrusted), ECONNABORTED);
    nwp_tls_verdict verdict{};
    socklen_t size = sizeof verdict;
    ASSERT_EQ(nwp_getsockopt(socket, SOL_TLS, NWP_TLS_VERDICT, &verdict, &size), 0);
    EXPECT_EQ(verdict.rules, unsigned{NWP_TLS_WRONG_HOST_NAME | NWP_TLS_EXPIRED});

    char text[512];
    const std::size_t length = nwp_tls_verdict_text(&verdict, text, sizeof text);
    EXPECT_EQ(length, strlen(text));
    EXPECT_NE(std::string{text}.find("wrong_host_name: "), std::string::npos) << text;
    EXPECT_NE(std::string{text}.find("certificate 0: CN=www.nwp.test\nTLS alert 42"), std::string::npos)
        << text;
    char cut[8];
    EXPECT_EQ(nwp_tls_verdict_text(&verdict, cut, sizeof cut), length);
    EXPECT_STREQ(cut, "expired");
    nwp_close(socket);
}

TEST_F(Sockets, whose_blocking_connect_runs_out_of_time_go_on_connecting) {
    const int socket = open_socket();
    const timeval brief{0, 30000};
    ASSERT_EQ(nwp_setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &brief, sizeof brief), 0);
    EXPECT_ERRNO(connect_to(socket, peer::silent), EINPROGRESS);
    EXPECT_EQ(events(socket, POLLIN | POLLOUT), 0);
    EXPECT_ERRNO(connect_to(socket, peer::silent), EALREADY);
    char byte = 0;
    EXPECT_ERRNO(nwp_recv(socket, &byte, 1, MSG_DONTWAIT), EAGAIN);
    nwp_close(socket);
}

TEST_F(Sockets, without_a_connection_answer_as_linux_does) {
    const int socket = open_socket();
    char byte = 0;
    EXPECT_ERRNO(nwp_recv(socket, &byte, 1, 0), ENOTCONN);
    EXPECT_ERRNO(nwp_send(socket, &byte, 1, 0), EPIPE);
    EXPECT_ERRNO(nwp_shutdown(socket, SHUT_RDWR), ENOTCONN);
    EXPECT_ERRNO(nwp_shutdown(socket, 7), EINVAL);
    EXPECT_EQ(events(socket, POLLIN | POLLOUT), POLLOUT | POLLHUP);
    sockaddr_in address{};
    socklen_t length = sizeof address;
    EXPECT_ERRNO(nwp_getpeername(socket, reinterpret_cast<sockaddr*>(&address), &length), ENOTCONN);
    ASSERT_EQ(nwp_getsockname(socket, reinterpret_cast<sockaddr*>(&address), &length), 0);
    EXPECT_EQ(address.sin_addr.s_addr, 0U);
    EXPECT_ERRNO(nwp_connect(socket, reinterpret_cast<sockaddr*>(&address), 4), EINVAL);
    address.sin_family = AF_INET6;
    EXPECT_ERRNO(nwp_connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address), EAFNOSUPPORT);
    EXPECT_ERRNO(nwp_connect(socket, nullptr, sizeof address), EFAULT);
    nwp_close(socket);
    EXPECT_ERRNO(nwp_recv(socket, &byte, 1, 0), EBADF);
    EXPECT_ERRNO(nwp_recv(-1, &byte, 1, 0), EBADF);
}

TEST_F(Sockets, connected_twice_are_EISCONN_and_know_both_ends) {
    const int socket = connected_to(peer::echoes);
    EXPECT_ERRNO(connect_to(socket, peer::echoes), EISCONN);
    sockaddr_in address{};
    socklen_t length = sizeof address;
    ASSERT_EQ(nwp_getpeername(socket, reinterpret_cast<sockaddr*>(&address), &length), 0);
    EXPECT_EQ(ntohs(address.sin_port), peer::echoes);
    EXPECT_EQ(length, sizeof address);
    length = 4;
    ASSERT_EQ(nwp_getsockname(socket, reinterpret_cast<sockaddr*>(&address), &length), 0);
    EXPECT_EQ(ntohs(address.sin_port), 50000);
    EXPECT_EQ(length, sizeof address) << "the whole length, though it was cut";
    nwp_close(socket);
}

TEST_F(Sockets, that_were_reset_give_what_came_before_and_then_the_error) {
    const int socket = connected_to(peer::resets);
    char bytes[8];
    EXPECT_EQ(nwp_recv(socket, bytes, sizeof bytes, MSG_WAITALL), 3);
    EXPECT_ERRNO(nwp_recv(socket, bytes, sizeof bytes, 0), ECONNRESET);
    EXPECT_ERRNO(nwp_send(socket, bytes, 1, 0), EPIPE);
    nwp_close(socket);
}

TEST_F(Sockets, peek_drop_and_count_what_waits) {
    const int socket = connected_to(peer::greets);
    char bytes[8] = {};
    EXPECT_EQ(nwp_recv(socket, bytes, 5, MSG_PEEK | MSG_WAITALL), 5);
    int waiting = 0;
    ASSERT_EQ(nwp_ioctl(socket, FIONREAD, &waiting), 0);
    EXPECT_EQ(waiting, 5);
    EXPECT_EQ(nwp_recv(socket, bytes, 2, MSG_PEEK), 2);
    EXPECT_EQ(nwp_recv(socket, nullptr, 0, MSG_PEEK), 0);
    EXPECT_EQ(nwp_recv(socket, bytes, 3, MSG_TRUNC), 3) << "dropped";
    EXPECT_EQ(received(socket, 8), "lo");
    EXPECT_EQ(nwp_recv(socket, bytes, 8, MSG_PEEK), 0);
    EXPECT_EQ(nwp_read(socket, bytes, 8), 0);
    nwp_close(socket);
}

TEST_F(Sockets, scatter_and_gather) {
    const int socket = connected_to(peer::echoes);
    char one[] = "ab";
    char two[] = "cdef";
    iovec out[] = {{one, 2}, {nullptr, 0}, {two, 4}};
    msghdr message{};
    message.msg_iov = out;
    message.msg_iovlen = 3;
    ASSERT_EQ(nwp_sendmsg(socket, &message, 0), 6);

    char first[4] = {};
    char second[4] = {};
    iovec in[] = {{first, 3}, {second, 3}};
    message.msg_iov = in;
    message.msg_iovlen = 2;
    message.msg_flags = -1;
    ASSERT_EQ(nwp_recvmsg(socket, &message, MSG_WAITALL), 6);
    EXPECT_STREQ(first, "abc");
    EXPECT_STREQ(second, "def");
    EXPECT_EQ(message.msg_flags, 0);
    EXPECT_ERRNO(nwp_recvmsg(socket, nullptr, 0), EFAULT);
    nwp_close(socket);
}

TEST_F(Sockets, wait_no_longer_than_SO_RCVTIMEO) {
    const int socket = connected_to(peer::echoes);
    const timeval brief{0, 20000};
    ASSERT_EQ(nwp_setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &brief, sizeof brief), 0);
    char byte = 0;
    const Instant before = driver.port().now();
    EXPECT_ERRNO(nwp_recv(socket, &byte, 1, 0), EAGAIN);
    EXPECT_GE(driver.port().now() - before, milliseconds(20));
    timeval read{};
    socklen_t size = sizeof read;
    ASSERT_EQ(nwp_getsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &read, &size), 0);
    EXPECT_EQ(read.tv_usec, 20000);
    const timeval wrong{0, 1000000};
    EXPECT_ERRNO(nwp_setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &wrong, sizeof wrong), EDOM);
    EXPECT_ERRNO(nwp_setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &brief, 4), EINVAL);
    nwp_close(socket);
}

TEST_F(Sockets, may_be_made_nonblocking_in_three_ways) {
    const int socket = open_socket(0, SOCK_NONBLOCK | SOCK_CLOEXEC);
    EXPECT_EQ(nwp_fcntl(socket, F_GETFL), O_RDWR | O_NONBLOCK);
    EXPECT_EQ(nwp_fcntl(socket, F_GETFD), FD_CLOEXEC);
    EXPECT_EQ(nwp_fcntl(socket, F_SETFL, 0), 0);
    EXPECT_EQ(nwp_fcntl(socket, F_GETFL), O_RDWR);
    EXPECT_EQ(nwp_fcntl(socket, F_SETFD, 0), 0);
    EXPECT_EQ(nwp_fcntl(socket, F_GETFD), 0);
    int on = 1;
    EXPECT_EQ(nwp_ioctl(socket, FIONBIO, &on), 0);
    EXPECT_EQ(nwp_fcntl(socket, F_GETFL), O_RDWR | O_NONBLOCK);
    EXPECT_ERRNO(nwp_ioctl(socket, 0x5401, &on), ENOTTY);
    EXPECT_ERRNO(nwp_fcntl(socket, F_DUPFD, 0), EBADF);
    nwp_close(socket);
    const int plain = open_socket();
    EXPECT_EQ(nwp_fcntl(plain, F_GETFL), O_RDWR);
    EXPECT_EQ(nwp_fcntl(plain, F_GETFD), 0);
    nwp_close(plain);
}

TEST_F(Sockets, linger_is_told_when_they_close) {
    const int socket = connected_to(peer::echoes);
    const linger two_seconds{1, 2};
    ASSERT_EQ(nwp_setsockopt(socket, SOL_SOCKET, SO_LINGER, &two_seconds, sizeof two_seconds), 0);
    linger read{};
    socklen_t size = sizeof read;
    ASSERT_EQ(nwp_getsockopt(socket, SOL_SOCKET, SO_LINGER, &read, &size), 0);
    EXPECT_EQ(read.l_linger, 2);
    ASSERT_EQ(nwp_close(socket), 0);
    EXPECT_EQ(nwp.last_linger(), 2) << "and close() waited for the answer";
    EXPECT_EQ(nwp.open_sockets(), 0U);
}

TEST_F(Sockets, polled_with_no_timeout_cause_no_traffic) {
    const int socket = connected_to(peer::echoes);
    const std::size_t before = nwp.messages();
    const auto frames = driver.host().statistics().session.frames_out;
    for (int i = 0; i < 1000; ++i) ASSERT_EQ(events(socket, POLLIN | POLLOUT), POLLOUT);
    EXPECT_EQ(nwp.messages(), before);
    EXPECT_EQ(driver.host().statistics().session.frames_out, frames);
    EXPECT_EQ(events(socket, POLLIN, 10), 0);
    EXPECT_EQ(events(socket, 0, 0), 0);
    EXPECT_EQ(events(9999, POLLIN, 1000), POLLNVAL);
    nwp_close(socket);
}

TEST_F(Sockets, selected_are_told_by_set) {
    const int echo = connected_to(peer::echoes);
    const int greeting = connected_to(peer::greets);
    fd_set readable;
    fd_set writable;
    FD_ZERO(&readable);
    FD_ZERO(&writable);
    FD_SET(echo, &readable);
    FD_SET(greeting, &readable);
    FD_SET(echo, &writable);
    ASSERT_NE(events(greeting, POLLIN, 5000), 0);
    timeval time{5, 0};
    EXPECT_EQ(nwp_select(std::max(echo, greeting) + 1, &readable, &writable, nullptr, &time), 2);
    EXPECT_FALSE(FD_ISSET(echo, &readable));
    EXPECT_TRUE(FD_ISSET(greeting, &readable));
    EXPECT_TRUE(FD_ISSET(echo, &writable));
    nwp_close(echo);
    FD_SET(echo, &readable);
    EXPECT_ERRNO(nwp_select(std::max(echo, greeting) + 1, &readable, nullptr, nullptr, &time), EBADF);
    nwp_close(greeting);
}

} // namespace
} // namespace nwp::c
