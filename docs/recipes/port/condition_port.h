// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwp/port.h"

#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <mutex>

namespace nwp::example {

/// A port for any system that has the standard library's threads.
class ConditionPort final : public Port {
public:
    Instant now() override {
        const auto since = std::chrono::steady_clock::now().time_since_epoch();
        return Instant{std::chrono::duration_cast<std::chrono::microseconds>(since).count()};
    }

    bool wait(Waiter& waiter, Lock&, Instant until) override {
        std::condition_variable woken;
        waiter.native = &woken;
        std::unique_lock lock(mutex_, std::adopt_lock); // the caller has it, and has it again
        const auto is_woken = [&] { return waiter.woken.load(); };
        if (until == Instant::never())
            woken.wait(lock, is_woken);
        else
            woken.wait_until(lock, time_point(until), is_woken);
        static_cast<void>(lock.release());
        waiter.native = nullptr;
        return waiter.woken.exchange(false);
    }
    void wake(Waiter& waiter) override {
        waiter.woken = true;
        if (waiter.native != nullptr) static_cast<std::condition_variable*>(waiter.native)->notify_one();
    }

    void lock() override { mutex_.lock(); }
    void unlock() override { mutex_.unlock(); }
    void log(LogLevel, const char* text) override { std::fprintf(stderr, "%s\n", text); }

private:
    static std::chrono::steady_clock::time_point time_point(Instant instant) {
        return std::chrono::steady_clock::time_point{std::chrono::microseconds{instant.microseconds()}};
    }

    std::mutex mutex_;
};

} // namespace nwp::example
