// SPDX-License-Identifier: Apache-2.0
// Listening and datagram sockets as a host sees them on the wire: a scripted host against the whole NWP,
// wired.
#include "base/text.h"
#include "nwpd/net/kernel_socket.h"
#include "nwpd/net/sockaddr.h"
#include "tests/contract/raw_host.h"
#include "tests/kit/live_pair.h"
#include "tests/kit/nwp_in_process.h"
#include "tests/kit/pipe_pair.h"
#include "tests/kit/temporary_folder.h"

#include <gtest/gtest.h>

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <deque>
#include <memory>
#include <optional>
#include <string>

namespace nwp::contract {
namespace {

constexpr std::uint32_t kWindow = 4096;
constexpr std::uint32_t kCost = 32;

/// A kernel's socket on the machine's loopback.
class Peer {
public:
    explicit Peer(int type) : socket_(::socket(AF_INET, type | SOCK_CLOEXEC, 0)) {
        EXPECT_TRUE(net::bind_kernel_socket(socket_, Address::ipv4(127, 0, 0, 1)));
    }
    ~Peer() { ::close(socket_); }
    Peer(const Peer&) = delete;
    Peer& operator=(const Peer&) = delete;

    int get() const { return socket_; }
    Address local() const { return net::local_of(socket_); }
    bool connect(const Address& to) const {
        const net::SocketAddress name{to};
        return ::connect(socket_, name.get(), name.size) == 0;
    }
    void send(const Address& to, std::string_view bytes) const {
        const net::SocketAddress name{to};
        EXPECT_EQ(::sendto(socket_, bytes.data(), bytes.size(), 0, name.get(), name.size),
                  static_cast<ssize_t>(bytes.size()));
    }
    bool readable() const {
        pollfd entry{socket_, POLLIN, 0};
        return ::poll(&entry, 1, 0) > 0;
    }
    std::string receive() const {
        std::string bytes(65536, '\0');
        const ssize_t got = ::recv(socket_, bytes.data(), bytes.size(), 0);
        bytes.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
        return bytes;
    }

private:
    int socket_;
};

class SocketConversation : public testing::Test {
public:
    SocketConversation() {
        kit::NwpSettings settings;
        settings.store = folder_ / "store";
        nwp_ = std::make_unique<kit::NwpInProcess>(settings);
        nwp_->serve(pair_.nwp());
        host.say_hello();
    }
    wire::SocketHandle open(SocketType type, std::uint32_t window = kWindow) {
        wire::SocketOpen request{};
        request.family = Family::ipv4;
        request.type = type;
        request.cookie = 7;
        request.receive_limit = window;
        const auto opened = host.ask(request);
        EXPECT_TRUE(opened);
        return opened ? opened->socket : wire::SocketHandle::none;
    }
    Address bind(wire::SocketHandle socket) {
        const auto bound = host.ask(wire::SocketBind{socket, Address::ipv4(127, 0, 0, 1)});
        EXPECT_TRUE(bound);
        return bound ? bound->address : Address{};
    }
    wire::SocketHandle listen(Address& at) {
        const wire::SocketHandle socket = open(SocketType::stream);
        at = bind(socket);
        EXPECT_TRUE(host.ask(wire::SocketListen{socket, 4}));
        return socket;
    }
    /// What comes to `peer` while the host goes on speaking.
    std::string receive_at(const Peer& peer) {
        EXPECT_TRUE(host.until([&] { return peer.readable(); }));
        return peer.readable() ? peer.receive() : std::string{};
    }
    std::deque<RawHost::Datagram>& heard(wire::SocketHandle socket) {
        return host.datagrams[static_cast<std::uint16_t>(socket)];
    }

    kit::TemporaryFolder folder_;
    kit::LivePair pair_{std::make_unique<kit::PipePair>(kit::PipeSettings{.frame_room = 512})};
    std::unique_ptr<kit::NwpInProcess> nwp_;
    RawHost host{pair_.host()};
};

TEST_F(SocketConversation, capabilities_name_listeners_and_datagrams) {
    EXPECT_TRUE(host.agreed.capabilities & wire::capability::listeners);
    EXPECT_TRUE(host.agreed.capabilities & wire::capability::datagrams);
}

TEST_F(SocketConversation, connections_are_told_and_taken_one_by_one) {
    Address at;
    const wire::SocketHandle listener = listen(at);
    EXPECT_EQ(host.refusal(wire::SocketAccept{listener, 1, kWindow}), Error::would_block);
    const Peer first(SOCK_STREAM);
    const Peer second(SOCK_STREAM);
    ASSERT_TRUE(first.connect(at));
    ASSERT_TRUE(host.until([&] { return host.acceptable.size() == 1; }));
    ASSERT_TRUE(second.connect(at));
    ASSERT_TRUE(host.until([&] { return host.acceptable.size() == 2; }));
    EXPECT_EQ(host.acceptable.back().socket, listener);
    EXPECT_EQ(host.acceptable.back().waiting, 2);

    const auto accepted = host.ask(wire::SocketAccept{listener, 9, kWindow});
    ASSERT_TRUE(accepted);
    EXPECT_EQ(accepted->peer, first.local());
    EXPECT_EQ(accepted->local, at);
    first.send({}, "hello");
    const auto channel = static_cast<std::uint16_t>(accepted->socket);
    EXPECT_TRUE(host.until([&] { return host.data[channel] == "hello"; }));
    ASSERT_TRUE(host.session().send_data(channel, as_bytes("hi"), false));
    host.until([] { return true; });
    EXPECT_TRUE(host.ask(wire::SocketNameGet{accepted->socket, 1}));
    EXPECT_EQ(receive_at(first), "hi");
    EXPECT_TRUE(host.ask(wire::SocketAccept{listener, 10, kWindow}));
    EXPECT_EQ(host.refusal(wire::SocketAccept{accepted->socket, 1, 0}), Error::invalid_argument);
    EXPECT_EQ(host.refusal(wire::SocketListen{accepted->socket, 1}), Error::invalid_argument);
}

TEST_F(SocketConversation, datagrams_travel_in_parts_both_ways) {
    const wire::SocketHandle socket = open(SocketType::datagram);
    const Address at = bind(socket);
    const Peer peer(SOCK_DGRAM);
    for (const std::size_t size : {0U, 5U, 500U, 3000U}) {
        const std::string bytes(size, 'x');
        host.send(socket, peer.local(), bytes);
        EXPECT_EQ(receive_at(peer), bytes);
        peer.send(at, bytes);
        ASSERT_TRUE(host.until([&] { return !heard(socket).empty(); }));
        EXPECT_EQ(heard(socket).front().bytes, bytes);
        EXPECT_EQ(heard(socket).front().from, peer.local());
        EXPECT_EQ(heard(socket).front().parts > 1, size > 480);
        heard(socket).clear();
        static std::uint32_t consumed = 0;
        consumed += static_cast<std::uint32_t>(size) + kCost;
        host.give_credit(socket, consumed + kWindow);
    }
}

TEST_F(SocketConversation, a_datagram_waits_for_credit_as_a_whole_or_is_dropped_where_it_never_fits) {
    const wire::SocketHandle socket = open(SocketType::datagram, 1000);
    const Address at = bind(socket);
    const Peer peer(SOCK_DGRAM);
    peer.send(at, std::string(969, 'l')); // 1001 with its cost: never
    peer.send(at, std::string(600, 'a'));
    peer.send(at, std::string(600, 'b'));
    ASSERT_TRUE(host.until([&] { return heard(socket).size() == 1; }));
    EXPECT_EQ(heard(socket).front().bytes, std::string(600, 'a'));
    ASSERT_TRUE(host.ask(wire::SocketNameGet{socket, 0}));
    EXPECT_EQ(heard(socket).size(), 1U) << "368 bytes of credit are no use to it";
    host.give_credit(socket, 600 + kCost + 1000);
    ASSERT_TRUE(host.until([&] { return heard(socket).size() == 2; }));
    EXPECT_EQ(heard(socket).back().bytes, std::string(600, 'b'));
}

TEST_F(SocketConversation, credit_comes_back_for_datagrams_that_went) {
    const wire::SocketHandle socket = open(SocketType::datagram);
    const auto channel = static_cast<std::uint16_t>(socket);
    const Peer peer(SOCK_DGRAM);
    const std::string bytes(60000, 'x');
    std::uint32_t spent = 0;
    for (int i = 0; i < 8; ++i) {
        host.send(socket, peer.local(), bytes);
        spent += 60000 + kCost;
        EXPECT_EQ(receive_at(peer).size(), bytes.size());
        ASSERT_TRUE(host.until([&] {
            const std::uint32_t limit = std::max<std::uint32_t>(host.credit[channel], 128 * 1024);
            return limit - spent >= 65507 + kCost;
        })) << i;
    }
    EXPECT_FALSE(host.closed);
}

TEST_F(SocketConversation, a_problem_is_told_and_the_socket_lives) {
    const wire::SocketHandle socket = open(SocketType::datagram);
    Address nobody;
    { nobody = Peer(SOCK_DGRAM).local(); }
    EXPECT_TRUE(host.ask(wire::SocketRouteCheck{socket, nobody}));
    EXPECT_EQ(host.refusal(wire::SocketRouteCheck{socket, Address::ipv4(127, 0, 0, 1, 0)}),
              Error::invalid_argument);
    ASSERT_TRUE(host.ask(wire::SocketConnect{socket, nobody}));
    host.send(socket, {}, "x");
    ASSERT_TRUE(host.until([&] { return !host.problems.empty(); }));
    EXPECT_EQ(host.problems.front().socket, socket);
    EXPECT_EQ(host.problems.front().error, Error::connection_refused);
    ASSERT_TRUE(host.ask(wire::SocketConnect{socket, {}}));
    EXPECT_EQ(host.refusal(wire::SocketNameGet{socket, 1}), Error::not_connected);
}

TEST_F(SocketConversation, a_host_that_comes_back_finds_listeners_and_datagram_sockets) {
    Address at;
    const wire::SocketHandle listener = listen(at);
    const wire::SocketHandle datagrams = open(SocketType::datagram);
    const Address there = bind(datagrams);
    const Peer peer(SOCK_DGRAM);
    peer.send(there, "consumed");
    ASSERT_TRUE(host.until([&] { return heard(datagrams).size() == 1; }));
    host.give_credit(datagrams, 8 + kCost + kWindow);
    const Peer caller(SOCK_STREAM);
    ASSERT_TRUE(caller.connect(at));
    ASSERT_TRUE(host.until([&] { return !host.acceptable.empty(); }));
    host.acceptable.clear();
    host.events.clear();
    host.datagrams.clear();

    const wire::Token token = host.agreed.token;
    host.say_hello(&token);
    EXPECT_EQ(host.agreed.attached, 1);
    ASSERT_TRUE(host.until([&] { return host.snapshots.size() == 2 && !host.acceptable.empty(); }));
    EXPECT_EQ(host.snapshots[0].socket, listener);
    EXPECT_EQ(host.snapshots[0].state, 4);
    EXPECT_EQ(host.snapshots[1].socket, datagrams);
    EXPECT_EQ(host.snapshots[1].type, SocketType::datagram);
    EXPECT_EQ(host.snapshots[1].bytes_taken, 0U);
    EXPECT_EQ(host.snapshots[1].bytes_consumed, 0U);
    EXPECT_GE(host.snapshots[1].send_limit, 65507 + kCost);
    EXPECT_EQ(host.acceptable.front().socket, listener);
    EXPECT_EQ(host.acceptable.front().waiting, 1);
    EXPECT_TRUE(host.ask(wire::SocketAccept{listener, 3, kWindow}));

    peer.send(there, "waits for credit");
    ASSERT_TRUE(host.ask(wire::SocketNameGet{datagrams, 0}));
    EXPECT_TRUE(heard(datagrams).empty());
    host.give_credit(datagrams, 2048);
    ASSERT_TRUE(host.until([&] { return heard(datagrams).size() == 1; }));
    EXPECT_EQ(heard(datagrams).front().bytes, "waits for credit");
    host.send(datagrams, peer.local(), "from zero");
    EXPECT_EQ(receive_at(peer), "from zero");
}

} // namespace
} // namespace nwp::contract
