// SPDX-License-Identifier: Apache-2.0
#include "host/test_world.h"
#include "nwp/device.h"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace nwp::test {
namespace {

/// As a port on an operating system: one mutex, a condition variable for each waiting call.
class ThreadPort final : public Port {
public:
    Instant now() override {
        const auto since = std::chrono::steady_clock::now().time_since_epoch();
        return Instant{std::chrono::duration_cast<std::chrono::microseconds>(since).count()};
    }
    bool wait(Waiter& waiter, Lock&, Instant until) override {
        std::unique_lock lock(mutex_, std::adopt_lock);
        const Duration most = earlier(until, now() + seconds(1000)) - now();
        any_.wait_for(lock, std::chrono::microseconds(most.microseconds()),
                      [&] { return waiter.woken.load(); });
        lock.release();
        return waiter.woken.exchange(false);
    }
    void wake(Waiter& waiter) override {
        const std::scoped_lock lock(wake_mutex_);
        waiter.woken = true;
        any_.notify_all();
    }
    void lock() override { mutex_.lock(); }
    void unlock() override { mutex_.unlock(); }
    void log(LogLevel, const char*) override {}

private:
    std::mutex mutex_;
    std::mutex wake_mutex_;
    std::condition_variable any_;
};

/// Host and NWP on a thread each.
struct Threads : testing::Test {
    ThreadPort port;
    kit::PipePair pipe{{512, 64}};
    HostStorage<8, 4096, 512, 8, 0> storage;
    Host host{port, pipe.host(), storage.parts()};
    FakeNwp nwp{pipe.nwp()};
    std::atomic<bool> running{true};
    std::mutex nwp_mutex;       // of the NWP and of `also`
    std::function<void()> also; // runs in each turn of the NWP
    std::thread host_thread;
    std::thread nwp_thread;

    void SetUp() override {
        host_thread = std::thread([this] {
            while (running) {
                if (host.service()) continue;
                Lock lock{port};
                lock.release();
                const Instant until = earlier(host.next_deadline(), port.now() + milliseconds(5));
                lock.take();
                port.wait(host.service_waiter(), lock, until);
            }
        });
        nwp_thread = std::thread([this] {
            while (running) {
                bool busy = false;
                {
                    const std::scoped_lock lock(nwp_mutex);
                    busy = nwp.service(port.now());
                    if (also) also();
                }
                if (!busy) std::this_thread::yield();
            }
        });
        host.start();
        ASSERT_TRUE(host.await_link(port.now() + seconds(20)));
    }
    void TearDown() override {
        running = false;
        host_thread.join();
        nwp_thread.join();
    }
    SocketId connected() {
        const auto id = host.open(Family::ipv4, SocketType::stream, Protocol::tcp);
        EXPECT_TRUE(id);
        const auto settled = [&] { return host.readiness(*id)->has(ready::settled); };
        EXPECT_TRUE(host.block(*id, Instant::never(), settled));
        EXPECT_EQ(host.connect(*id, Address::ipv4(10, 0, 0, 1, 80)).error(), Error::in_progress);
        EXPECT_TRUE(host.block(*id, Instant::never(), settled));
        EXPECT_TRUE(host.connect(*id, {}));
        return *id;
    }
};

TEST_F(Threads, close_ends_another_threads_wait_with_bad_handle) {
    const SocketId id = connected();
    std::atomic<bool> tried{false};
    Error error{};
    std::thread reader([&] {
        host.block(id, Instant::never(), [&] {
            Byte byte[1];
            error = host.receive(id, byte).error();
            tried = true;
            return error != Error::would_block;
        });
    });
    while (!tried) std::this_thread::yield();
    ASSERT_TRUE(host.close(id));
    reader.join();
    EXPECT_EQ(error, Error::bad_handle);
}

TEST_F(Threads, send_and_receive_on_one_socket_at_once) {
    constexpr std::size_t kTotal = 1000000;
    nwp.send_limit = 0;
    const SocketId id = connected();
    const auto channel = static_cast<std::uint16_t>(nwp.last_handle);
    const std::string text(kTotal, 's');
    std::thread sender([&] {
        std::size_t sent = 0;
        host.block(id, Instant::never(), [&] {
            const auto taken = host.send(id, as_bytes(std::string_view{text}.substr(sent)));
            if (taken) sent += *taken;
            return sent == text.size() || (!taken && taken.error() != Error::would_block);
        });
    });
    std::uint32_t fed = 0;
    std::uint32_t given = 0;
    constexpr std::uint32_t kFirstLimit = 8 * (512 - 8); // of 4,096 bytes of room: whole frames
    const auto feed_and_give_credit = [&] {
        const auto told = nwp.credit_told.find(channel);
        const std::uint32_t limit = told == nwp.credit_told.end() ? kFirstLimit : told->second;
        const std::uint32_t part = std::min<std::uint32_t>(limit - fed, kTotal - fed);
        if (part != 0) nwp.data(static_cast<wire::SocketHandle>(channel), std::string(part, 'r'));
        fed += part;
        const auto wanted = static_cast<std::uint32_t>(nwp.received[channel].size()) + 20000;
        if (wanted - given < 5000) return;
        nwp.credit(static_cast<wire::SocketHandle>(channel), given = wanted);
    };
    {
        const std::scoped_lock lock(nwp_mutex);
        also = feed_and_give_credit;
    }
    std::size_t received = 0;
    std::vector<Byte> into(3000);
    host.block(id, Instant::never(), [&] {
        while (received < kTotal) {
            const auto got = host.receive(id, into);
            if (!got) return got.error() != Error::would_block;
            for (std::size_t i = 0; i < *got; ++i) received += into[i] == 'r';
        }
        return true;
    });
    sender.join();
    ASSERT_EQ(received, kTotal);
    ASSERT_EQ(host.link_state(), LinkState::up);
    const auto all_there = [&] {
        const std::scoped_lock lock(nwp_mutex);
        return nwp.received[channel].size() >= kTotal;
    };
    while (!all_there()) std::this_thread::yield();
    const std::scoped_lock lock(nwp_mutex);
    also = nullptr;
    EXPECT_EQ(nwp.received[channel], text);
}

TEST_F(Threads, requests_of_many_threads_each_get_their_own_reply) {
    std::vector<std::thread> threads;
    std::atomic<int> right{0};
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&, t] {
            for (int i = 0; i < 200; ++i) {
                const std::string text = std::to_string(t) + "/" + std::to_string(i);
                request::Echo echo{as_bytes(text)};
                if (host.perform(echo)) ++right;
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(right, 800);
}

TEST_F(Threads, stop_ends_waiting_calls) {
    const SocketId id = connected();
    nwp_mutex.lock(); // from now on the NWP is silent
    std::atomic<bool> begun{false};
    Error of_request{};
    Error of_socket{};
    std::thread asks([&] {
        request::Echo echo{as_bytes("?")};
        of_request = host.begin(echo).error();
        begun = true;
        if (of_request == Error{}) of_request = host.await(echo).error();
    });
    std::thread reads([&] {
        host.block(id, Instant::never(), [&] {
            Byte byte[1];
            of_socket = host.receive(id, byte).error();
            return of_socket != Error::would_block;
        });
    });
    while (!begun) std::this_thread::yield();
    host.stop();
    asks.join();
    reads.join();
    nwp_mutex.unlock();
    EXPECT_EQ(of_request, Error::connection_aborted);
    EXPECT_EQ(of_socket, Error::connection_aborted);
}

} // namespace
} // namespace nwp::test
