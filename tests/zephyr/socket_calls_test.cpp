// SPDX-License-Identifier: Apache-2.0
// Every operation of Zephyr's table of socket calls, and every option.
#include "tests/zephyr/offload_fixture.h"
#include <sockets_internal.h>

#include <atomic>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>

namespace nwp {
namespace {

using shim::Taken;

constexpr int kDescriptors = 8; // of the board

sockaddr_in address_of(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(0x0A4D0050); // 10.77.0.80
    return address;
}

class SocketCalls : public Offload {
protected:
    ~SocketCalls() override {
        const Processor running;
        for (int fd = 0; fd < kDescriptors; ++fd) shim::close(fd);
    }

    int open_datagrams(int protocol = 0) { return last_ = opennwp_socket(AF_INET, SOCK_DGRAM, protocol); }
    /// Calls with one address.
    template <typename Call>
    static auto with(const sockaddr_in& address, Call call) {
        return call(reinterpret_cast<const sockaddr*>(&address), static_cast<socklen_t>(sizeof address));
    }
    static std::uint16_t port_told(const sockaddr_in& address) { return ntohs(address.sin_port); }
};

TEST_F(SocketCalls, read_and_write_as_recv_and_send_do) {
    const Processor running;
    const int fd = connected_to(peer::echoes);
    char heard[4] = {};
    {
        const Taken of{fd};
        EXPECT_EQ(of->fd_vtable.write(of.object(), "ping", 4), 4);
        EXPECT_EQ(of->fd_vtable.read(of.object(), heard, 1), 1);
        EXPECT_EQ(of->fd_vtable.read(of.object(), heard, 0), 0);
    }
    EXPECT_EQ(received(fd, 3, MSG_WAITALL), "ing");
    shim::close(fd);
}

TEST_F(SocketCalls, shut_down_one_half_or_say_what_is_wrong) {
    const Processor running;
    const int fd = connected_to(peer::echoes);
    {
        const Taken of{fd};
        EXPECT_EQ(of->shutdown(of.object(), 3), -1);
        EXPECT_EQ(errno, EINVAL);
        EXPECT_EQ(of->shutdown(of.object(), SHUT_WR), 0);
    }
    EXPECT_EQ(shim::send(fd, "x", 1, 0), -1);
    EXPECT_EQ(errno, EPIPE);
    char byte = 0;
    EXPECT_EQ(shim::recv(fd, &byte, 1, 0), 0) << "the peer has finished too";
    shim::close(fd);
}

TEST_F(SocketCalls, bind_listen_and_accept_a_connection_with_a_descriptor_of_its_own) {
    const Processor running;
    const int fd = open_socket();
    const Taken of{fd};
    EXPECT_EQ(with(address_of(80), [&](auto* at, auto size) { return of->bind(of.object(), at, size); }), 0);
    EXPECT_EQ(of->listen(of.object(), 2), 0);
    nwp.call_in(1);
    sockaddr_in caller{};
    socklen_t size = sizeof caller;
    const int accepted = of->accept(of.object(), reinterpret_cast<sockaddr*>(&caller), &size);
    ASSERT_GE(accepted, 0) << strerror(errno);
    EXPECT_NE(accepted, fd);
    EXPECT_EQ(port_told(caller), 40000);
    EXPECT_EQ(shim::send(accepted, "hi", 2, 0), 2);
    EXPECT_EQ(received(accepted, 2, MSG_WAITALL), "hi");
    shim::close(accepted);
    shim::fcntl(fd, F_SETFL, O_NONBLOCK);
    EXPECT_EQ(of->accept(of.object(), nullptr, nullptr), -1);
    EXPECT_EQ(errno, EAGAIN);
}

TEST_F(SocketCalls, tell_both_names) {
    const Processor running;
    const int fd = connected_to(peer::echoes);
    const Taken of{fd};
    sockaddr_in name{};
    socklen_t size = sizeof name;
    EXPECT_EQ(of->getpeername(of.object(), reinterpret_cast<sockaddr*>(&name), &size), 0);
    EXPECT_EQ(port_told(name), peer::echoes);
    EXPECT_EQ(of->getsockname(of.object(), reinterpret_cast<sockaddr*>(&name), &size), 0);
    EXPECT_EQ(port_told(name), 50000);
}

TEST_F(SocketCalls, gather_pieces_in_sendmsg) {
    const Processor running;
    const int fd = connected_to(peer::echoes);
    char first[] = "one ";
    char second[] = "message";
    iovec pieces[] = {{first, 4}, {second, 7}};
    msghdr message{};
    message.msg_iov = pieces;
    message.msg_iovlen = 2;
    {
        const Taken of{fd};
        EXPECT_EQ(of->sendmsg(of.object(), &message, 0), 11);
        EXPECT_EQ(of->sendmsg(of.object(), nullptr, 0), -1);
        EXPECT_EQ(errno, EFAULT);
    }
    EXPECT_EQ(received(fd, 11, MSG_WAITALL), "one message");
    shim::close(fd);
}

TEST_F(SocketCalls, carry_datagrams_with_their_addresses) {
    const Processor running;
    const int fd = open_datagrams();
    const Taken of{fd};
    const auto send = [&](const char* text) {
        return with(address_of(peer::echoes), [&](auto* to, auto size) {
            return of->sendto(of.object(), text, strlen(text), 0, to, size);
        });
    };
    EXPECT_EQ(send("datagram"), 8);
    char heard[16] = {};
    sockaddr_in from{};
    socklen_t size = sizeof from;
    const auto receive = [&](std::size_t room, int flags) {
        return of->recvfrom(of.object(), heard, room, flags, reinterpret_cast<sockaddr*>(&from), &size);
    };
    EXPECT_EQ(receive(sizeof heard, MSG_PEEK), 8);
    EXPECT_EQ(port_told(from), peer::echoes);
    EXPECT_EQ(receive(4, MSG_TRUNC), 8) << "its whole length";
    EXPECT_EQ(receive(4, MSG_DONTWAIT), -1);
    EXPECT_EQ(errno, EAGAIN);
    EXPECT_EQ(send("next"), 4);
    EXPECT_EQ(receive(2, 0), 2) << "the rest of a datagram is lost";
    EXPECT_EQ(receive(2, MSG_DONTWAIT), -1);
}

TEST_F(SocketCalls, look_at_bytes_drop_them_and_wait_for_all) {
    const Processor running;
    const int fd = connected_to(peer::speaks_later);
    nwp.speak("abcdef");
    EXPECT_EQ(received(fd, 6, MSG_PEEK | MSG_WAITALL), "abcdef");
    int there = 0;
    {
        const Taken of{fd};
        EXPECT_EQ(of.control(FIONREAD, &there), 0);
        EXPECT_EQ(of->recvfrom(of.object(), nullptr, 2, MSG_TRUNC, nullptr, nullptr), 2);
    }
    EXPECT_EQ(there, 6);
    EXPECT_EQ(received(fd, 4, MSG_WAITALL), "cdef");
    shim::close(fd);
}

TEST_F(SocketCalls, take_the_requests_of_ioctl_that_there_are) {
    const Processor running;
    const int fd = connected_to(peer::echoes);
    const Taken of{fd};
    int yes = 1;
    EXPECT_EQ(of.control(FIONBIO, &yes), 0);
    EXPECT_NE(of.control(F_GETFL) & O_NONBLOCK, 0);
    EXPECT_EQ(of.control(F_SETFL, 0), 0);
    EXPECT_EQ(of.control(F_GETFL) & O_NONBLOCK, 0);
    for (const unsigned unknown :
         {0x100U /* fsync */, 0x101U /* lseek */, 0x104U /* poll offload */, 7777U}) {
        errno = 0;
        EXPECT_EQ(of.control(unknown, nullptr), -1) << unknown;
        EXPECT_EQ(errno, EOPNOTSUPP) << unknown;
    }
}

/// The mutex of a descriptor begins anew with it, so nobody may still be about to take it.
TEST_F(SocketCalls, have_ended_before_their_descriptor_is_opened_anew) {
    const Processor running;
    const int fd = connected_to(peer::echoes);
    const unsigned opened = shim::openings(fd);
    std::atomic<bool> waits{false};
    unsigned opened_at_its_end = 0;
    std::thread listener{[&] {
        const Processor its{Processor::Turn::last};
        waits = true;
        char byte = 0;
        EXPECT_EQ(shim::recv(fd, &byte, 1, 0), -1);
        EXPECT_EQ(errno, EBADF);
        opened_at_its_end = shim::openings(fd);
    }};
    while (!waits) {
        const shim::Idle idle;
        std::this_thread::yield();
    }
    EXPECT_EQ(shim::close(fd), 0);
    EXPECT_EQ(open_socket(), fd);
    {
        const shim::Idle idle;
        listener.join();
    }
    EXPECT_EQ(opened_at_its_end, opened);
    shim::close(fd);
}

TEST_F(SocketCalls, of_a_dtls_server_bring_its_credentials_to_the_first_handshake) {
    const Processor running;
    const int fd = open_datagrams(IPPROTO_DTLS_1_2);
    const int tags[] = {78};
    ASSERT_EQ(shim::setsockopt(fd, SOL_TLS, TLS_SEC_TAG_LIST, tags, sizeof tags), 0);
    static const char key[] = "-----BEGIN PRIVATE KEY-----";
    constexpr int kPrivateKeyType = 3;
    shim::add_credential(tags[0], kPrivateKeyType, as_bytes({key, sizeof key}));
    const Taken of{fd};
    EXPECT_EQ(with(address_of(5684), [&](auto* at, auto size) { return of->bind(of.object(), at, size); }),
              0);
    EXPECT_EQ(nwp.credential(tags[0], CredentialType::private_key), std::string(key, sizeof key));
}

/// A thread that waits in recv() as the dispatcher calls it does not keep another from send().
TEST_F(SocketCalls, release_a_mutex_as_often_as_it_was_taken) {
    const Processor running;
    const int fd = connected_to(peer::echoes);
    std::atomic<bool> waits{false};
    char heard = 0;
    std::thread listener{[&] {
        const Processor its;
        const Taken of{fd, 2};
        waits = true;
        of->recvfrom(of.object(), &heard, 1, 0, nullptr, nullptr);
    }};
    while (!waits) {
        const shim::Idle idle;
        std::this_thread::yield();
    }
    EXPECT_EQ(shim::send(fd, "x", 1, 0), 1);
    {
        const shim::Idle idle;
        listener.join();
    }
    EXPECT_EQ(heard, 'x');
    shim::close(fd);
}

TEST_F(SocketCalls, leave_a_mutex_alone_that_was_not_taken) {
    const Processor running;
    const int fd = connected_to(peer::echoes);
    EXPECT_EQ((Taken{fd, 0}.control(F_SETFL, 0)), 0);
    std::thread other{[&] {
        const Processor its;
        EXPECT_EQ(shim::send(fd, "x", 1, 0), 1);
    }};
    {
        const shim::Idle idle;
        other.join();
    }
    shim::close(fd);
}

// ---- Options ----------------------------------------------------------------------------------------------

const int kNumber = 1;
const int kTags[] = {1, 2};
const char* const kProtocols[] = {"h2", "third", "more than there is room for"};
const timeval kTime{2, 500000};
const linger kLinger{1, 3};

/// One option: its value, whether it travels, and in which directions it goes.
struct OptionRow {
    int level;
    int option;
    const void* value;
    socklen_t size;
    SocketOption travels; ///< {}: kept at this side
    bool sets;
    bool gets;
};
constexpr SocketOption kStays{};

const OptionRow kStreamOptions[] = {
    {SOL_TLS, TLS_SEC_TAG_LIST, kTags, sizeof kTags, SocketOption::tls_sec_tag_list, true, true},
    {SOL_TLS, TLS_HOSTNAME, "www.nwp.test", 0, SocketOption::tls_host_name, true, false},
    {SOL_TLS, TLS_CIPHERSUITE_LIST, kTags, sizeof kTags, SocketOption::tls_cipher_list, true, true},
    {SOL_TLS, TLS_CIPHERSUITE_USED, &kNumber, sizeof kNumber, SocketOption::tls_cipher_used, false, true},
    {SOL_TLS, TLS_PEER_VERIFY, &kNumber, sizeof kNumber, SocketOption::tls_peer_verify, true, false},
    {SOL_TLS, TLS_DTLS_ROLE, &kNumber, sizeof kNumber, SocketOption::tls_dtls_role, true, false},
    {SOL_TLS, TLS_ALPN_LIST, kProtocols, 2 * sizeof *kProtocols, SocketOption::tls_alpn_list, true, true},
    {SOL_TLS, TLS_DTLS_HANDSHAKE_TIMEOUT_MIN, &kNumber, 4, SocketOption::tls_timeout_min, true, true},
    {SOL_TLS, TLS_DTLS_HANDSHAKE_TIMEOUT_MAX, &kNumber, 4, SocketOption::tls_timeout_max, true, true},
    {SOL_TLS, TLS_CERT_NOCOPY, &kNumber, sizeof kNumber, SocketOption::tls_cert_no_copy, true, false},
    {SOL_TLS, TLS_NATIVE, &kNumber, sizeof kNumber, SocketOption::tls_native, true, false},
    {SOL_TLS, TLS_SESSION_CACHE, &kNumber, sizeof kNumber, SocketOption::tls_session_cache, true, true},
    {SOL_TLS, TLS_SESSION_CACHE_PURGE, nullptr, 0, SocketOption::tls_session_purge, true, false},
    {SOL_TLS, 14, &kNumber, sizeof kNumber, kStays, false, false},
    {SOL_TLS, 18, &kNumber, sizeof kNumber, kStays, false, false},
    {SOL_SOCKET, SO_KEEPALIVE, &kNumber, sizeof kNumber, SocketOption::keep_alive, true, true},
    {SOL_SOCKET, SO_REUSEADDR, &kNumber, sizeof kNumber, SocketOption::reuse_address, true, true},
    {SOL_SOCKET, SO_BROADCAST, &kNumber, sizeof kNumber, SocketOption::broadcast, true, true},
    {SOL_SOCKET, SO_SNDBUF, &kNumber, sizeof kNumber, SocketOption::send_buffer, true, true},
    {SOL_SOCKET, SO_RCVBUF, &kNumber, sizeof kNumber, SocketOption::receive_buffer, true, true},
    {SOL_SOCKET, SO_LINGER, &kLinger, sizeof kLinger, kStays, true, true},
    {SOL_SOCKET, SO_RCVTIMEO, &kTime, sizeof kTime, kStays, true, true},
    {SOL_SOCKET, SO_SNDTIMEO, &kTime, sizeof kTime, kStays, true, true},
    {SOL_SOCKET, SO_PRIORITY, &kNumber, sizeof kNumber, kStays, false, false},
    {SOL_SOCKET, SO_TIMESTAMPING, &kNumber, sizeof kNumber, kStays, false, false},
    {IPPROTO_TCP, TCP_NODELAY, &kNumber, sizeof kNumber, SocketOption::no_delay, true, true},
};

/// Where the value is one of several, an error names the row.
class Option {
public:
    Option(int fd, const OptionRow& row) : fd_(fd), row_(row) {}

    int set(const void* value, socklen_t size) const {
        errno = 0;
        return shim::setsockopt(fd_, row_.level, row_.option, value, size);
    }
    /// The error, or 0 and the value.
    int get(std::string& value) const {
        socklen_t size = static_cast<socklen_t>(value.size());
        errno = 0;
        const int got = shim::getsockopt(fd_, row_.level, row_.option, value.data(), &size);
        value.resize(got == 0 ? size : 0);
        return got == 0 ? 0 : errno;
    }

private:
    int fd_;
    const OptionRow& row_;
};

class Options : public SocketCalls {
protected:
    void check(int fd, const OptionRow& row) {
        SCOPED_TRACE("level " + std::to_string(row.level) + " option " + std::to_string(row.option));
        const Option option{fd, row};
        const bool set = option.set(row.value, row.size) == 0;
        EXPECT_EQ(set, row.sets) << strerror(errno);
        if (!row.sets) {
            EXPECT_EQ(errno, ENOPROTOOPT);
        } else if (row.travels != kStays) {
            EXPECT_EQ(nwp.options().count(row.travels), 1U);
        }
        std::string told(row.size != 0 ? row.size : sizeof(int), '\0');
        const int error = option.get(told);
        if (!row.gets) {
            EXPECT_EQ(error, ENOPROTOOPT);
        } else if (row.sets) {
            EXPECT_EQ(error, 0);
            EXPECT_EQ(told, std::string(static_cast<const char*>(row.value), row.size));
        } else {
            EXPECT_EQ(error, ENOTCONN);
        }
    }
    void check_sizes(int fd, const OptionRow& row) {
        SCOPED_TRACE("option " + std::to_string(row.option));
        if (row.size < sizeof(int)) return; // any size is right
        const Option option{fd, row};
        if (row.sets) {
            EXPECT_EQ(option.set(row.value, sizeof(int) - 1), -1);
            EXPECT_EQ(errno, EINVAL);
        }
        std::string little(1, '\0');
        if (row.gets) {
            EXPECT_EQ(option.get(little), EINVAL);
        }
    }
};

TEST_F(Options, go_in_their_directions_to_the_network_processor_and_back) {
    const Processor running;
    const int fd = open_socket(IPPROTO_TLS_1_2);
    for (const OptionRow& row : kStreamOptions) check(fd, row);
    shim::close(fd);
}

TEST_F(Options, of_tls_have_strict_sizes) {
    const Processor running;
    const int fd = open_socket(IPPROTO_TLS_1_2);
    for (const OptionRow& row : kStreamOptions) {
        if (row.level == SOL_TLS && row.option <= TLS_SESSION_CACHE_PURGE) check_sizes(fd, row);
    }
    EXPECT_EQ(shim::setsockopt(fd, SOL_TLS, TLS_ALPN_LIST, kProtocols, sizeof kProtocols), -1);
    EXPECT_EQ(errno, EINVAL);
    shim::close(fd);
}

TEST_F(Options, of_tls_belong_to_tls_sockets) {
    const Processor running;
    for (const int fd : {open_socket(), open_datagrams()}) {
        for (const OptionRow& row : kStreamOptions) {
            if (row.level != SOL_TLS) continue;
            EXPECT_EQ(shim::setsockopt(fd, SOL_TLS, row.option, row.value, row.size), -1);
            EXPECT_EQ(errno, ENOPROTOOPT) << row.option;
        }
        shim::close(fd);
    }
}

TEST_F(Options, tell_what_the_socket_is) {
    const Processor running;
    const int fd = open_datagrams(IPPROTO_DTLS_1_2);
    const std::pair<int, int> facts[] = {
        {SO_TYPE, SOCK_DGRAM}, {SO_DOMAIN, AF_INET}, {SO_PROTOCOL, IPPROTO_DTLS_1_2}, {SO_ERROR, 0}};
    for (const auto& [option, wanted] : facts) {
        int told = -1;
        socklen_t size = sizeof told;
        EXPECT_EQ(shim::getsockopt(fd, SOL_SOCKET, option, &told, &size), 0);
        EXPECT_EQ(told, wanted) << option;
        EXPECT_EQ(shim::setsockopt(fd, SOL_SOCKET, option, &told, size), -1);
        EXPECT_EQ(errno, ENOPROTOOPT) << option;
    }
    shim::close(fd);
}

} // namespace
} // namespace nwp
