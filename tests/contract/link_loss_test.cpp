// SPDX-License-Identifier: Apache-2.0
// The network processor dies: everything under way ends within a bound, and the next session works.
#include "tests/contract/scenario.h"

#include "nwp/host.h"

#include <chrono>
#include <thread>

namespace nwp::contract {
namespace {

using Clock = std::chrono::steady_clock;

/// The bound is 5 s; the rest is for a busy machine.
constexpr auto kBound = std::chrono::seconds(5) + std::chrono::seconds(5);

class LinkLoss : public Scenario {
protected:
    void TearDown() override {
        Scenario::TearDown();
        if (dead_) bring_back();
    }
    void kill_nwp() {
        dead_ = true;
        world().kill_nwp();
    }
    void bring_back() {
        dead_ = false;
        world().start_nwp();
        join_network(world().host());
    }

private:
    bool dead_ = false;
};
SCENARIOS_OF(LinkLoss);

TEST_P(LinkLoss, ends_a_waiting_recv_with_ECONNABORTED) {
    Server server([](Connection& peer) { peer.receive_all(); });
    const int socket = connected(server);
    ssize_t got = 0;
    int error = 0;
    Event waits;
    std::thread reader([&] {
        char byte = 0;
        waits.happen();
        got = call().recv(socket, &byte, 1, 0);
        error = errno;
    });
    EXPECT_TRUE(waits.wait());
    const auto begin = Clock::now();
    kill_nwp();
    reader.join();
    EXPECT_LT(Clock::now() - begin, kBound);
    EXPECT_EQ(got, -1);
    EXPECT_STREQ(::strerrorname_np(error), "ECONNABORTED");
}

TEST_P(LinkLoss, shows_in_poll_and_stays_until_close) {
    Server server([](Connection& peer) { peer.receive_all(); });
    const int socket = connected(server);
    const auto begin = Clock::now();
    kill_nwp();
    EXPECT_EQ(wait_ready(socket, POLLIN), POLLERR | POLLHUP);
    EXPECT_LT(Clock::now() - begin, kBound);
    EXPECT_FAILS(receive_byte(socket), ECONNABORTED);
    EXPECT_FAILS(send(socket, "x", MSG_NOSIGNAL), ECONNABORTED);
    EXPECT_FAILS(call().shutdown(socket, SHUT_WR), ECONNABORTED);

    bring_back();
    EXPECT_FAILS(receive_byte(socket), ECONNABORTED); // also when the link is back
    EXPECT_EQ(ready(socket), POLLERR | POLLHUP);
    close(socket);
}

TEST_P(LinkLoss, ends_a_waiting_connect_with_ECONNABORTED) {
    BusyServer server;
    const int socket = make_socket();
    int outcome = 0;
    int error = 0;
    Event begins;
    std::thread connector([&] {
        begins.happen();
        outcome = connect_to(socket, server);
        error = errno;
    });
    EXPECT_TRUE(begins.wait());
    kill_nwp();
    connector.join();
    EXPECT_EQ(outcome, -1);
    // Where it had not begun yet it finds the link down.
    EXPECT_TRUE(error == ECONNABORTED || error == ENETDOWN) << ::strerrorname_np(error);
}

TEST_P(LinkLoss, lets_new_calls_fail_with_ENETDOWN_until_it_is_back) {
    Server server([](Connection& peer) { peer.echo(); });
    const int lost = connected(server);
    kill_nwp();
    EXPECT_EQ(wait_ready(lost, POLLIN), POLLERR | POLLHUP);
    EXPECT_FAILS(call().socket(AF_INET, SOCK_STREAM, 0), ENETDOWN);
    addrinfo* list = nullptr;
    errno = 0;
    EXPECT_EQ(call().getaddrinfo("www.example.test", nullptr, nullptr, &list), EAI_SYSTEM);
    EXPECT_EQ(errno, ENETDOWN);

    bring_back();
    const int socket = connected(server);
    send_all(socket, "hello");
    EXPECT_EQ(receive(socket, 5), "hello");
}

TEST_P(LinkLoss, amid_a_transfer_delivers_nothing_wrong) {
    const std::string bytes = pattern(world().much());
    Server server([&](Connection& peer) { peer.send(bytes); });
    const int socket = connected(server);
    std::string got = receive(socket, bytes.size() / 8);
    kill_nwp();
    int error = 0;
    got += receive_all(socket, &error);
    EXPECT_STREQ(::strerrorname_np(error), "ECONNABORTED");
    EXPECT_LT(got.size(), bytes.size());
    EXPECT_TRUE(std::string_view{bytes}.starts_with(got));
}

} // namespace
} // namespace nwp::contract
