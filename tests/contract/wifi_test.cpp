// SPDX-License-Identifier: Apache-2.0
// The radio gates the network.
#include "tests/contract/scenario.h"

#include "nwp/device.h"
#include "nwp/host.h"
#include "nwp/wifi.h"
#include "tests/kit/pki/tls_server.h"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace nwp::contract {
namespace {

/// What the events say.
class Air final : public EventListener {
public:
    void on_wifi(const WifiChanged& change) override {
        const std::scoped_lock lock(mutex_);
        state_ = change.state;
        changed_.notify_all();
    }
    void on_address(const AddressChanged& change) override {
        const std::scoped_lock lock(mutex_);
        has_address_ = change.address.family != Family::unspecified;
        changed_.notify_all();
    }
    bool wait_state(WifiState state) {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, std::chrono::seconds(60), [&] { return state_ == state; });
    }
    bool wait_address(bool there) {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, std::chrono::seconds(60), [&] { return has_address_ == there; });
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    WifiState state_ = WifiState::connected;
    bool has_address_ = true;
};

class WifiGate : public Scenario {
protected:
    using Fault = request::SimulateFault::Fault;

    void SetUp() override {
        Scenario::SetUp();
        if (!IsSkipped()) world().host().add(air);
    }
    void TearDown() override {
        Scenario::TearDown();
        if (IsSkipped()) return;
        world().host().remove(air);
        if (left_) join_network(world().host());
    }

    void simulate(Fault fault) {
        Bssid bssid;
        copy_bytes(bssid.octets, ByteView{kBssid});
        request::SimulateFault request(fault, bssid);
        const auto done = world().host().perform(request);
        ASSERT_TRUE(done) << to_string(done.error());
    }
    void lose_access_point() {
        simulate(Fault::access_point_lost);
        ASSERT_TRUE(air.wait_state(WifiState::lost));
    }
    void access_point_comes_back() {
        simulate(Fault::access_point_back);
        ASSERT_TRUE(air.wait_state(WifiState::connected));
    }
    void leave_network() {
        left_ = true;
        request::DisconnectWifi leave;
        ASSERT_TRUE(world().host().perform(leave));
        ASSERT_TRUE(air.wait_address(false));
    }
    void join_again() {
        join_network(world().host());
        left_ = false;
    }
    int resolve(const char* node) {
        addrinfo hints{};
        hints.ai_family = AF_INET;
        hints.ai_socktype = SOCK_STREAM;
        addrinfo* list = nullptr;
        const int code = call().getaddrinfo(node, nullptr, &hints, &list);
        if (code == 0) call().freeaddrinfo(list);
        return code;
    }

    Air air;

private:
    bool left_ = false;
};
SCENARIOS_OF(WifiGate);

TEST_P(WifiGate, lets_nothing_connect_before_there_is_an_address) {
    Server server([](Connection& peer) { peer.echo(); });
    leave_network();
    const int socket = make_socket();
    EXPECT_FAILS(connect_to(socket, server), ENETUNREACH);
    join_again();
    EXPECT_EQ(connect_to(socket, server), 0) << errno_text();
}

TEST_P(WifiGate, lets_no_name_be_asked_before_there_is_an_address) {
    leave_network();
    EXPECT_EQ(resolve("www.example.test"), EAI_AGAIN);
    EXPECT_EQ(resolve("10.77.0.10"), 0) << "what is a number needs no network";
}

TEST_P(WifiGate, of_a_lost_access_point_stops_what_we_send) {
    std::atomic<std::size_t> heard = 0;
    Server server([&](Connection& peer) {
        while (!peer.receive(1).empty()) ++heard;
    });
    const int socket = connected(server);
    send_all(socket, "1");
    lose_access_point();
    send_all(socket, "2");
    std::this_thread::sleep_for(std::chrono::milliseconds(300)); // nothing may happen for so long
    EXPECT_LE(heard, 1U);
    access_point_comes_back();
    ASSERT_EQ(call().shutdown(socket, SHUT_WR), 0) << errno_text();
    ASSERT_TRUE(server.wait_served());
    EXPECT_EQ(heard, 2U);
}

TEST_P(WifiGate, of_a_lost_access_point_stops_what_we_receive) {
    Event go;
    Server server([&](Connection& peer) {
        peer.wait(go);
        peer.send("late");
        peer.receive_all();
    });
    const int socket = connected(server);
    lose_access_point();
    go.happen();
    pollfd set{socket, POLLIN, 0};
    EXPECT_EQ(call().poll(&set, 1, 300), 0);
    EXPECT_EQ(ready(socket), POLLOUT) << "the socket stays";
    access_point_comes_back();
    EXPECT_EQ(receive(socket, 4), "late");
}

TEST_P(WifiGate, of_an_access_point_that_comes_and_goes_loses_nothing) {
    const std::size_t much = world().much();
    const std::string bytes = pattern(much);
    Server server([&](Connection& peer) { peer.echo(); });
    const int socket = connected(server);
    std::thread sender([&] { send_all(socket, bytes); });
    std::string got = receive(socket, much / 4);
    for (int i = 0; i < 3; ++i) {
        lose_access_point();
        access_point_comes_back();
        got += receive(socket, much / 8);
    }
    got += receive(socket, much - got.size());
    sender.join();
    EXPECT_EQ(got.size(), much);
    EXPECT_EQ(hash(got), hash(bytes));
}

TEST_P(WifiGate, of_a_lost_access_point_lets_a_connect_wait_for_the_rejoin) {
    Server server([](Connection& peer) { peer.echo(); });
    lose_access_point();
    const int socket = make_socket(SOCK_STREAM | SOCK_NONBLOCK);
    EXPECT_FAILS(connect_to(socket, server), EINPROGRESS);
    pollfd set{socket, kEverything, 0};
    EXPECT_EQ(call().poll(&set, 1, 300), 0);
    access_point_comes_back();
    EXPECT_EQ(wait_ready(socket, kEverything), POLLOUT);
    EXPECT_EQ(socket_error(socket), 0);
}

TEST_P(WifiGate, of_a_lost_address_ends_streams_with_ENETDOWN) {
    Server server([](Connection& peer) { peer.receive_all(); });
    const int waits = connected(server);
    const int polls = connected(server);
    std::thread loser([&] { simulate(Fault::lease_lost); });
    EXPECT_FAILS(receive_byte(waits), ENETDOWN);
    loser.join();
    EXPECT_TRUE(wait_for(polls, POLLERR));
    EXPECT_EQ(socket_error(polls), ENETDOWN);
    EXPECT_FAILS(send(polls, "x", MSG_NOSIGNAL), EPIPE);
    ASSERT_TRUE(air.wait_address(false));
    const int socket = make_socket();
    EXPECT_FAILS(connect_to(socket, server), ENETUNREACH);
    simulate(Fault::lease_back);
    ASSERT_TRUE(air.wait_address(true));
    EXPECT_EQ(connect_to(socket, server), 0) << errno_text();
}

TEST_P(WifiGate, keeps_us_from_services_of_the_machine_itself) {
    kit::TlsServerOptions options;
    std::atomic<int> visitors = 0;
    options.instead = [&](kit::TlsServerConnection&) { ++visitors; };
    kit::TlsServer server(options); // at 127.0.0.1
    const int socket = make_socket();
    sockaddr_in name = at(1, server.address().port);
    name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_FAILS(connect_to(socket, name), ECONNREFUSED);
    name.sin_addr.s_addr = htonl(real_address(1));
    EXPECT_FAILS(connect_to(socket, name), ECONNREFUSED);
    EXPECT_EQ(visitors, 0);
}

} // namespace
} // namespace nwp::contract
