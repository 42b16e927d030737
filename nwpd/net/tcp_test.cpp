// SPDX-License-Identifier: Apache-2.0
#include "nwpd/net/tcp.h"

#include "base/text.h"
#include "nwpd/net/sockaddr.h"
#include "tests/kit/pki/loop.h"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <string>

using namespace nwp;
using namespace nwp::net;
using kit::run_ready;
using kit::run_until;

namespace {

/// A listening kernel socket on a free loopback port, and the connections it took.
class Listener {
public:
    Listener() {
        socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        const SocketAddress any{Address::ipv4(127, 0, 0, 1)};
        EXPECT_EQ(bind(socket_, any.get(), any.size), 0);
        EXPECT_EQ(listen(socket_, 8), 0);
    }
    ~Listener() { stop(); }
    void stop() {
        if (socket_ >= 0) ::close(socket_);
        socket_ = -1;
    }
    Address address() const {
        SocketAddress name;
        getsockname(socket_, name.get(), &name.size);
        return name.address();
    }
    int accept() { return ::accept4(socket_, nullptr, nullptr, SOCK_CLOEXEC); }

private:
    int socket_ = -1;
};

class Tcp : public ::testing::Test {
protected:
    ~Tcp() override {
        if (peer >= 0) ::close(peer);
    }
    Result<void> connect(const Address& to) {
        std::optional<Result<void>> outcome;
        stream->connect(to, {}, [&](Result<void> result) { outcome = result; });
        EXPECT_FALSE(outcome) << "done came from inside connect()";
        EXPECT_TRUE(run_until(context, [&] { return outcome.has_value(); }));
        return *outcome;
    }
    void connected() {
        ASSERT_TRUE(connect(listener.address()));
        peer = listener.accept();
        ASSERT_GE(peer, 0);
    }
    bool becomes_readable() {
        bool ready = false;
        stream->wait_readable([&] { ready = true; });
        return run_until(context, [&] { return ready; });
    }
    Result<std::size_t> read() { return stream->read(buffer); }

    Gate gate;
    boost::asio::io_context context;
    Listener listener;
    std::unique_ptr<TcpStream> stream = std::make_unique<TcpStream>(context, gate);
    int peer = -1;
    Byte buffer[64] = {};
};

} // namespace

TEST_F(Tcp, carries_bytes_both_ways) {
    connected();
    EXPECT_EQ(read().error(), Error::would_block);
    ASSERT_EQ(send(peer, "hello", 5, 0), 5);
    ASSERT_TRUE(becomes_readable());
    EXPECT_EQ(*read(), 5U);
    EXPECT_EQ(*stream->write(as_bytes("hi")), 2U);
    char got[8];
    EXPECT_EQ(recv(peer, got, sizeof got, 0), 2);
}

TEST_F(Tcp, knows_both_addresses) {
    connected();
    EXPECT_EQ(stream->peer(), listener.address());
    SocketAddress name;
    getpeername(peer, name.get(), &name.size);
    EXPECT_EQ(stream->local(), name.address());
}

TEST_F(Tcp, reports_a_refused_connection_as_the_kernel_does) {
    const Address to = listener.address();
    listener.stop();
    EXPECT_EQ(connect(to).error(), Error::connection_refused);
    EXPECT_EQ(read().error(), Error::not_connected);
}

TEST_F(Tcp, reports_an_unreachable_network_as_the_kernel_does) {
    Address multicast = Address::ipv4(255, 255, 255, 255, 80);
    EXPECT_EQ(connect(multicast).error(), Error::network_unreachable);
}

TEST_F(Tcp, binds_where_it_is_told) {
    std::optional<Result<void>> outcome;
    stream->connect(listener.address(), Address::ipv4(127, 77, 0, 9), [&](auto result) { outcome = result; });
    ASSERT_TRUE(run_until(context, [&] { return outcome.has_value(); }));
    ASSERT_TRUE(*outcome);
    EXPECT_EQ(stream->local().ip[1], 77);
}

TEST_F(Tcp, says_closed_after_the_peers_fin_and_can_still_send) {
    connected();
    ASSERT_EQ(send(peer, "x", 1, 0), 1);
    ASSERT_EQ(shutdown(peer, SHUT_WR), 0);
    ASSERT_TRUE(becomes_readable());
    EXPECT_EQ(*read(), 1U);
    ASSERT_TRUE(becomes_readable());
    EXPECT_EQ(read().error(), Error::closed);
    EXPECT_EQ(*stream->write(as_bytes("still")), 5U);
    char got[8];
    EXPECT_EQ(recv(peer, got, sizeof got, 0), 5);
}

TEST_F(Tcp, says_reset_after_the_peers_rst) {
    connected();
    const linger reset{.l_onoff = 1, .l_linger = 0};
    setsockopt(peer, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    ::close(std::exchange(peer, -1));
    ASSERT_TRUE(becomes_readable());
    EXPECT_EQ(read().error(), Error::connection_reset);
}

TEST_F(Tcp, sends_fin_on_shutdown_and_rst_on_abort) {
    connected();
    char got[8];
    ASSERT_TRUE(stream->shutdown_send());
    EXPECT_EQ(recv(peer, got, sizeof got, 0), 0);
    EXPECT_EQ(stream->write(as_bytes("x")).error(), Error::broken_pipe);
    stream->close(true);
    EXPECT_EQ(send(peer, "x", 1, MSG_NOSIGNAL), -1);
    EXPECT_TRUE(errno == ECONNRESET || errno == EPIPE);
    EXPECT_EQ(read().error(), Error::bad_handle);
}

TEST_F(Tcp, tells_when_there_is_room_again) {
    connected();
    const std::string block(65536, 'x');
    std::size_t sent = 0;
    for (;;) {
        const auto wrote = stream->write(as_bytes(block));
        if (!wrote) {
            EXPECT_EQ(wrote.error(), Error::would_block);
            break;
        }
        sent += *wrote;
    }
    bool writable = false;
    stream->wait_writable([&] { writable = true; });
    run_ready(context);
    EXPECT_FALSE(writable);
    std::string sink(1 << 20, 0);
    for (std::size_t got = 0; got < sent;)
        got += static_cast<std::size_t>(recv(peer, sink.data(), sink.size(), 0));
    EXPECT_TRUE(run_until(context, [&] { return writable; }));
}

TEST_F(Tcp, a_second_wait_replaces_the_first_and_each_is_called_once) {
    connected();
    int first = 0, second = 0;
    stream->wait_readable([&] { ++first; });
    stream->wait_readable([&] { ++second; });
    ASSERT_EQ(send(peer, "x", 1, 0), 1);
    ASSERT_TRUE(run_until(context, [&] { return second > 0; }));
    ASSERT_EQ(send(peer, "y", 1, 0), 1);
    run_ready(context);
    EXPECT_EQ(first, 0);
    EXPECT_EQ(second, 1);
}

TEST_F(Tcp, moves_nothing_while_the_gate_is_closed) {
    connected();
    gate.set(false);
    ASSERT_EQ(send(peer, "x", 1, 0), 1);
    bool readable = false, writable = false;
    stream->wait_readable([&] { readable = true; });
    stream->wait_writable([&] { writable = true; });
    run_ready(context);
    EXPECT_FALSE(readable || writable);
    EXPECT_EQ(read().error(), Error::would_block);
    EXPECT_EQ(stream->write(as_bytes("x")).error(), Error::would_block);
    gate.set(true);
    EXPECT_FALSE(readable || writable) << "called from inside set()";
    EXPECT_TRUE(run_until(context, [&] { return readable && writable; }));
    EXPECT_EQ(*read(), 1U);
}

TEST_F(Tcp, a_gate_that_closes_under_a_waiting_handler_holds_it_back) {
    connected();
    bool readable = false;
    stream->wait_readable([&] { readable = true; });
    run_ready(context);
    gate.set(false);
    ASSERT_EQ(send(peer, "x", 1, 0), 1);
    run_ready(context);
    EXPECT_FALSE(readable);
    gate.set(true);
    EXPECT_TRUE(run_until(context, [&] { return readable; }));
}

TEST_F(Tcp, a_connect_waits_for_the_gate) {
    gate.set(false);
    std::optional<Result<void>> outcome;
    stream->connect(listener.address(), {}, [&](auto result) { outcome = result; });
    run_ready(context);
    EXPECT_FALSE(outcome);
    gate.set(true);
    EXPECT_TRUE(run_until(context, [&] { return outcome.has_value(); }));
    EXPECT_TRUE(outcome.value_or(Error::timed_out));
}

TEST_F(Tcp, close_ends_a_pending_connect_with_cancelled) {
    gate.set(false);
    std::optional<Result<void>> outcome;
    stream->connect(listener.address(), {}, [&](auto result) { outcome = result; });
    run_ready(context);
    stream->close(false);
    EXPECT_FALSE(outcome);
    run_ready(context);
    EXPECT_EQ(outcome->error(), Error::cancelled);
}

TEST_F(Tcp, may_be_destroyed_inside_its_own_handler) {
    connected();
    bool called = false;
    stream->wait_readable([&] {
        stream.reset();
        called = true;
    });
    ASSERT_EQ(send(peer, "x", 1, 0), 1);
    EXPECT_TRUE(run_until(context, [&] { return called; }));
    run_ready(context);
}

TEST_F(Tcp, sets_options_before_and_after_the_connection_stands) {
    ASSERT_TRUE(
        stream->set_options({.no_delay = true, .keep_alive = true, .receive_buffer = 4096, .hop_limit = 9}));
    connected();
    EXPECT_TRUE(stream->set_options({}));
}
