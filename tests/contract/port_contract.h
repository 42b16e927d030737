// SPDX-License-Identifier: Apache-2.0
// What every Port with threads promises (host/include/nwp/port.h), once for all of them. A System has
// one as its member `port`.
#pragma once

#include "nwp/port.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace nwp::contract {

template <typename System>
class PortContract : public testing::Test {
protected:
    bool wait(Waiter& waiter, Instant until) {
        Lock lock{port_};
        return port_.wait(waiter, lock, until);
    }
    void wake(Waiter& waiter) {
        const Lock lock{port_};
        port_.wake(waiter);
    }
    Instant soon() { return port_.now() + milliseconds(20); }

    System system_;
    Port& port_ = system_.port;
};

TYPED_TEST_SUITE_P(PortContract);

TYPED_TEST_P(PortContract, time_never_goes_back) {
    Instant before = this->port_.now();
    for (int i = 0; i < 1000; ++i) {
        const Instant now = this->port_.now();
        ASSERT_GE(now - before, Duration{});
        before = now;
    }
}

TYPED_TEST_P(PortContract, wait_ends_at_its_time_and_says_so) {
    Waiter waiter;
    const Instant until = this->soon();
    EXPECT_FALSE(this->wait(waiter, until));
    EXPECT_GE(this->port_.now() - until, Duration{});
}

TYPED_TEST_P(PortContract, wake_before_the_wait_is_not_lost_and_used_up_by_it) {
    Waiter waiter;
    this->wake(waiter);
    EXPECT_TRUE(this->wait(waiter, Instant::never()));
    EXPECT_FALSE(this->wait(waiter, this->soon()));
}

TYPED_TEST_P(PortContract, wait_in_the_past_does_not_sleep_but_takes_a_wake) {
    Waiter waiter;
    EXPECT_FALSE(this->wait(waiter, Instant{}));
    this->wake(waiter);
    EXPECT_TRUE(this->wait(waiter, Instant{}));
}

TYPED_TEST_P(PortContract, another_thread_ends_a_wait_that_has_no_end) {
    for (int round = 0; round < 50; ++round) {
        Waiter waiter;
        std::thread waker([&] { this->wake(waiter); });
        EXPECT_TRUE(this->wait(waiter, Instant::never()));
        waker.join();
    }
}

TYPED_TEST_P(PortContract, wait_releases_the_lock_and_has_it_again) {
    Waiter waiter;
    bool inside = false; // guarded by the lock
    Lock lock{this->port_};
    std::thread other([&] {
        const Lock theirs{this->port_}; // only while the wait sleeps
        inside = true;
        this->port_.wake(waiter);
    });
    EXPECT_TRUE(this->port_.wait(waiter, lock, Instant::never()));
    EXPECT_TRUE(inside);
    lock.release();
    other.join();
    lock.take();
}

TYPED_TEST_P(PortContract, each_waiter_is_woken_for_itself) {
    Waiter woken;
    Waiter sleeping;
    this->wake(woken);
    EXPECT_FALSE(this->wait(sleeping, this->soon()));
    EXPECT_TRUE(this->wait(woken, Instant::never()));
}

TYPED_TEST_P(PortContract, lock_lets_one_thread_in) {
    constexpr int kTurns = 10000;
    int count = 0; // guarded by the lock
    const auto add = [&] {
        for (int i = 0; i < kTurns; ++i) {
            const Lock lock{this->port_};
            ++count;
        }
    };
    std::thread other(add);
    add();
    other.join();
    EXPECT_EQ(count, 2 * kTurns);
}

REGISTER_TYPED_TEST_SUITE_P(PortContract, time_never_goes_back, wait_ends_at_its_time_and_says_so,
                            wake_before_the_wait_is_not_lost_and_used_up_by_it,
                            wait_in_the_past_does_not_sleep_but_takes_a_wake,
                            another_thread_ends_a_wait_that_has_no_end,
                            wait_releases_the_lock_and_has_it_again, each_waiter_is_woken_for_itself,
                            lock_lets_one_thread_in);

} // namespace nwp::contract
