// SPDX-License-Identifier: Apache-2.0
// socket(), its options and its flags.
#include "tests/contract/scenario.h"

#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>

namespace nwp::contract {
namespace {

SCENARIOS(Making);

TEST_P(Making, of_a_socket_with_flags_sets_them) {
    const int socket = make_socket(SOCK_STREAM | SOCK_NONBLOCK);
    EXPECT_EQ(call().fcntl(socket, F_GETFL) & O_NONBLOCK, O_NONBLOCK);
    EXPECT_EQ(call().fcntl(socket, F_GETFL) & O_ACCMODE, O_RDWR);
    EXPECT_EQ(call().fcntl(socket, F_GETFD), FD_CLOEXEC);
    ASSERT_EQ(call().fcntl(socket, F_SETFD, 0), 0);
    EXPECT_EQ(call().fcntl(socket, F_GETFD), 0);
}

TEST_P(Making, by_FIONBIO_toggles_what_F_GETFL_shows) {
    const int socket = make_socket();
    int on = 1;
    ASSERT_EQ(call().ioctl(socket, FIONBIO, &on), 0) << errno_text();
    EXPECT_EQ(call().fcntl(socket, F_GETFL) & O_NONBLOCK, O_NONBLOCK);
    on = 0;
    ASSERT_EQ(call().ioctl(socket, FIONBIO, &on), 0) << errno_text();
    EXPECT_EQ(call().fcntl(socket, F_GETFL) & O_NONBLOCK, 0);
}

TEST_P(Making, of_an_unknown_family_is_EAFNOSUPPORT) {
    EXPECT_FAILS(call().socket(255, SOCK_STREAM, 0), EAFNOSUPPORT);
}

TEST_P(Making, of_an_unknown_type_is_EINVAL) { EXPECT_FAILS(call().socket(AF_INET, 100, 0), EINVAL); }

TEST_P(Making, of_an_unknown_protocol_is_EPROTONOSUPPORT) {
    EXPECT_FAILS(call().socket(AF_INET, SOCK_STREAM, 254), EPROTONOSUPPORT);
}

TEST_P(Making, of_a_stream_with_the_protocol_of_datagrams_is_EPROTONOSUPPORT) {
    EXPECT_FAILS(call().socket(AF_INET, SOCK_STREAM, IPPROTO_UDP), EPROTONOSUPPORT);
}

TEST_P(Making, gives_each_socket_a_number_of_its_own) {
    const int one = make_socket();
    const int two = make_socket();
    EXPECT_NE(one, two);
    close(one);
    EXPECT_FAILS(call().fcntl(one, F_GETFL), EBADF);
    EXPECT_GE(call().fcntl(two, F_GETFL), 0);
}

TEST_P(Making, numbers_sockets_beside_the_systems_descriptors) {
    const int pipe_before = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    const int socket = make_socket();
    const int pipe_after = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    EXPECT_NE(socket, pipe_before);
    EXPECT_NE(socket, pipe_after);
    kernel_calls().close(pipe_before);
    kernel_calls().close(pipe_after);
}

SCENARIOS(Options);

TEST_P(Options, tell_what_the_socket_is) {
    const int socket = make_socket();
    EXPECT_EQ(option(socket, SOL_SOCKET, SO_TYPE), SOCK_STREAM);
    EXPECT_EQ(option(socket, SOL_SOCKET, SO_PROTOCOL), IPPROTO_TCP);
    EXPECT_EQ(option(socket, SOL_SOCKET, SO_DOMAIN), AF_INET);
    EXPECT_EQ(option(socket, SOL_SOCKET, SO_ACCEPTCONN), 0);
    EXPECT_EQ(option(socket, SOL_SOCKET, SO_ERROR), 0);
}

TEST_P(Options, that_only_tell_cannot_be_set) {
    const int socket = make_socket();
    const int value = 1;
    for (const int name : {SO_TYPE, SO_PROTOCOL, SO_DOMAIN, SO_ERROR, SO_ACCEPTCONN}) {
        EXPECT_FAILS(call().setsockopt(socket, SOL_SOCKET, name, &value, sizeof value), ENOPROTOOPT);
    }
}

TEST_P(Options, that_switch_keep_what_was_set) {
    const int socket = make_socket();
    struct Switch {
        int level;
        int name;
    };
    for (const Switch& one : {Switch{SOL_SOCKET, SO_KEEPALIVE}, Switch{SOL_SOCKET, SO_REUSEADDR},
                              Switch{SOL_SOCKET, SO_BROADCAST}, Switch{IPPROTO_TCP, TCP_NODELAY}}) {
        EXPECT_EQ(option(socket, one.level, one.name), 0) << one.name;
        const int on = 1;
        ASSERT_EQ(call().setsockopt(socket, one.level, one.name, &on, sizeof on), 0) << errno_text();
        EXPECT_EQ(option(socket, one.level, one.name), 1) << one.name;
        const int off = 0;
        ASSERT_EQ(call().setsockopt(socket, one.level, one.name, &off, sizeof off), 0) << errno_text();
        EXPECT_EQ(option(socket, one.level, one.name), 0) << one.name;
    }
}

TEST_P(Options, of_buffers_hold_at_least_what_was_asked_for) {
    const int socket = make_socket();
    for (const int name : {SO_RCVBUF, SO_SNDBUF}) {
        const int wanted = 20000;
        ASSERT_EQ(call().setsockopt(socket, SOL_SOCKET, name, &wanted, sizeof wanted), 0) << errno_text();
        EXPECT_GE(option(socket, SOL_SOCKET, name), wanted)
            << "Linux says twice as much: a listed difference";
    }
}

TEST_P(Options, of_linger_keep_what_was_set) {
    const int socket = make_socket();
    const linger wanted{1, 7};
    ASSERT_EQ(call().setsockopt(socket, SOL_SOCKET, SO_LINGER, &wanted, sizeof wanted), 0) << errno_text();
    linger kept{};
    socklen_t size = sizeof kept;
    ASSERT_EQ(call().getsockopt(socket, SOL_SOCKET, SO_LINGER, &kept, &size), 0) << errno_text();
    EXPECT_EQ(kept.l_onoff, 1);
    EXPECT_EQ(kept.l_linger, 7);
    EXPECT_EQ(size, sizeof kept);
}

TEST_P(Options, that_are_unknown_are_ENOPROTOOPT) {
    const int socket = make_socket();
    int value = 0;
    socklen_t size = sizeof value;
    for (const int level : {SOL_SOCKET, int{IPPROTO_TCP}, int{IPPROTO_IP}}) {
        EXPECT_FAILS(call().setsockopt(socket, level, 9999, &value, size), ENOPROTOOPT);
        EXPECT_FAILS(call().getsockopt(socket, level, 9999, &value, &size), ENOPROTOOPT);
    }
}

TEST_P(Options, of_an_unknown_level_are_ENOPROTOOPT_to_set_and_EOPNOTSUPP_to_get) {
    const int socket = make_socket();
    int value = 0;
    socklen_t size = sizeof value;
    for (const int level : {4711, int{IPPROTO_IPV6}}) {
        EXPECT_FAILS(call().setsockopt(socket, level, 1, &value, size), ENOPROTOOPT);
        EXPECT_FAILS(call().getsockopt(socket, level, 1, &value, &size), EOPNOTSUPP);
    }
}

TEST_P(Options, of_a_wrong_size_are_EINVAL) {
    const int socket = make_socket();
    const char byte = 1;
    EXPECT_FAILS(call().setsockopt(socket, SOL_SOCKET, SO_KEEPALIVE, &byte, 1), EINVAL);
    EXPECT_FAILS(call().setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &byte, 1), EINVAL);
    EXPECT_FAILS(call().setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &byte, 1), EINVAL);
    EXPECT_FAILS(call().setsockopt(socket, SOL_SOCKET, SO_LINGER, &byte, 1), EINVAL);
}

TEST_P(Options, of_time_with_too_many_microseconds_are_EDOM) {
    const int socket = make_socket();
    const timeval wrong{0, 1000000};
    EXPECT_FAILS(call().setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &wrong, sizeof wrong), EDOM);
    EXPECT_FAILS(call().setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &wrong, sizeof wrong), EDOM);
}

TEST_P(Options, without_memory_are_EFAULT) {
    const int socket = make_socket();
    socklen_t size = 4;
    EXPECT_FAILS(call().setsockopt(socket, SOL_SOCKET, SO_KEEPALIVE, nullptr, size), EFAULT);
    EXPECT_FAILS(call().getsockopt(socket, SOL_SOCKET, SO_KEEPALIVE, nullptr, &size), EFAULT);
}

TEST_P(Options, are_cut_to_the_room_there_is) {
    const int socket = make_socket();
    unsigned char value[2] = {0xAA, 0xAA};
    socklen_t size = 1;
    ASSERT_EQ(call().getsockopt(socket, SOL_SOCKET, SO_TYPE, value, &size), 0) << errno_text();
    EXPECT_EQ(size, 1U);
    EXPECT_EQ(value[0], SOCK_STREAM);
    EXPECT_EQ(value[1], 0xAA);
}

TEST_P(Options, of_a_closed_socket_are_EBADF) {
    const int socket = make_socket();
    close(socket);
    int value = 0;
    socklen_t size = sizeof value;
    EXPECT_FAILS(call().getsockopt(socket, SOL_SOCKET, SO_TYPE, &value, &size), EBADF);
    EXPECT_FAILS(call().setsockopt(socket, SOL_SOCKET, SO_KEEPALIVE, &value, size), EBADF);
    EXPECT_FAILS(call().ioctl(socket, FIONREAD, &value), EBADF);
    EXPECT_FAILS(call().fcntl(socket, F_GETFL), EBADF);
}

} // namespace
} // namespace nwp::contract
