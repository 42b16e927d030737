// SPDX-License-Identifier: Apache-2.0
#include "nwpd/net/tcp_listener.h"

#include "base/text.h"
#include "nwpd/net/kernel_socket.h"
#include "nwpd/net/sockaddr.h"
#include "tests/kit/pki/loop.h"

#include <gtest/gtest.h>

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <utility>

using namespace nwp;
using namespace nwp::net;
using kit::run_ready;
using kit::run_until;

namespace {

/// A blocking kernel socket that connects.
class Caller {
public:
    explicit Caller(const Address& to)
        : socket_(::socket(to.family == Family::ipv6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        const SocketAddress name{to};
        if (::connect(socket_, name.get(), name.size) != 0) error_ = errno;
    }
    ~Caller() { ::close(socket_); }
    Caller(const Caller&) = delete;
    Caller& operator=(const Caller&) = delete;

    int get() const { return socket_; }
    int error() const { return error_; }
    Address local() const { return local_of(socket_); }

private:
    int socket_;
    int error_ = 0;
};

Address loopback(Family family) {
    if (family == Family::ipv4) return Address::ipv4(127, 0, 0, 1);
    Address address;
    address.family = Family::ipv6;
    address.ip[15] = 1;
    return address;
}

class Listeners : public ::testing::TestWithParam<Family> {
protected:
    Result<std::unique_ptr<TcpStream>> accept() {
        bool ready = false;
        listener.wait_acceptable([&] { ready = true; });
        EXPECT_TRUE(run_until(context, [&] { return ready; }));
        return listener.accept();
    }
    void listening() {
        ASSERT_TRUE(listener.bind(loopback(GetParam()), {}));
        ASSERT_TRUE(listener.listen(4));
    }

    Gate gate;
    boost::asio::io_context context;
    TcpListener listener{context, gate};
};

TEST_P(Listeners, accepts_a_stream_that_carries_bytes_both_ways) {
    listening();
    EXPECT_EQ(listener.accept().error(), Error::would_block);
    const Caller caller(listener.local());
    ASSERT_EQ(caller.error(), 0);
    const auto stream = accept();
    ASSERT_TRUE(stream);
    EXPECT_EQ((*stream)->peer(), caller.local());
    EXPECT_EQ((*stream)->local(), listener.local());
    EXPECT_EQ(*(*stream)->write(as_bytes("hello")), 5U);
    char got[8];
    ASSERT_EQ(recv(caller.get(), got, sizeof got, 0), 5);
    ASSERT_EQ(send(caller.get(), "hi", 2, 0), 2);
    bool readable = false;
    (*stream)->wait_readable([&] { readable = true; });
    ASSERT_TRUE(run_until(context, [&] { return readable; }));
    Byte bytes[8];
    EXPECT_EQ(*(*stream)->read(bytes), 2U);
}

TEST_P(Listeners, accepts_nothing_while_the_gate_is_closed) {
    listening();
    const Caller caller(listener.local());
    gate.set(false);
    bool ready = false;
    listener.wait_acceptable([&] { ready = true; });
    run_ready(context);
    EXPECT_FALSE(ready);
    EXPECT_EQ(listener.accept().error(), Error::would_block);
    gate.set(true);
    EXPECT_TRUE(run_until(context, [&] { return ready; }));
    EXPECT_TRUE(listener.accept());
}

TEST_P(Listeners, resets_what_waits_when_it_closes) {
    listening();
    const Caller caller(listener.local());
    ASSERT_EQ(caller.error(), 0);
    listener.close();
    char byte = 0;
    EXPECT_EQ(recv(caller.get(), &byte, 1, 0), -1);
    EXPECT_EQ(errno, ECONNRESET);
}

TEST_P(Listeners, says_what_the_kernel_says_of_an_address) {
    listening();
    TcpListener second{context, gate};
    EXPECT_EQ(second.bind(listener.local(), {}).error(), Error::address_in_use);
    TcpListener third{context, gate};
    EXPECT_EQ(third.bind(Address::ipv4(192, 0, 2, 1), {}).error(), Error::address_not_available);
}

TEST_P(Listeners, two_share_a_port_where_both_say_so) {
    ASSERT_TRUE(listener.bind(loopback(GetParam()), {.reuse_port = true}));
    ASSERT_TRUE(listener.listen(1));
    TcpListener second{context, gate};
    ASSERT_TRUE(second.bind(listener.local(), {.reuse_port = true}));
    EXPECT_TRUE(second.listen(1));
}

TEST_P(Listeners, becomes_a_stream_that_connects_from_its_address) {
    listening();
    TcpListener bound{context, gate};
    ASSERT_TRUE(bound.bind(loopback(GetParam()), {}));
    const Address from = bound.local();
    TcpStream stream{context, gate};
    ASSERT_TRUE(stream.use_socket(bound.release()));
    std::optional<Result<void>> outcome;
    stream.connect(listener.local(), {}, [&](Result<void> result) { outcome = result; });
    ASSERT_TRUE(run_until(context, [&] { return outcome.has_value(); }));
    ASSERT_TRUE(*outcome);
    EXPECT_EQ(stream.local(), from);
    const auto accepted = accept();
    ASSERT_TRUE(accepted);
    EXPECT_EQ((*accepted)->peer(), from);
}

INSTANTIATE_TEST_SUITE_P(Families, Listeners, ::testing::Values(Family::ipv4, Family::ipv6),
                         [](const auto& with) { return with.param == Family::ipv4 ? "ipv4" : "ipv6"; });

TEST(DualStack, takes_both_families_unless_told_otherwise) {
    Gate gate;
    boost::asio::io_context context;
    Address any;
    any.family = Family::ipv6;
    for (const bool only : {false, true}) {
        TcpListener listener{context, gate};
        ASSERT_TRUE(listener.bind(any, {.ipv6_only = only}));
        ASSERT_TRUE(listener.listen(4));
        Address ipv4 = loopback(Family::ipv4);
        ipv4.port = listener.local().port;
        EXPECT_EQ(Caller(ipv4).error(), only ? ECONNREFUSED : 0);
        Address ipv6 = loopback(Family::ipv6);
        ipv6.port = ipv4.port;
        EXPECT_EQ(Caller(ipv6).error(), 0);
    }
}

} // namespace
