// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwp/port.h"

#include <atomic>
#include <ctime>
#include <mutex>

namespace nwp::posix {

/// The clock, the lock and the sleeping of a Linux process. A waiting call sleeps on a futex of its own.
class PosixPort final : public Port {
public:
    /// Messages up to that level go to standard error.
    explicit PosixPort(LogLevel most = LogLevel::warning) : most_(most) {}

    Instant now() override;
    /// False before `until`: a signal handler ran in this thread.
    bool wait(Waiter& waiter, Lock& lock, Instant until) override;
    void wake(Waiter& waiter) override;
    void lock() override { mutex_.lock(); }
    void unlock() override;
    void log(LogLevel level, const char* text) override;

private:
    static constexpr std::size_t kWakesKept = 8;

    std::mutex mutex_;
    // Who is to be woken when the lock is free: woken before, they would only wait for it.
    std::atomic<std::uint32_t>* to_wake_[kWakesKept] = {};
    std::size_t wakes_ = 0;
    const LogLevel most_;
};

/// What Waiter::native points to while somebody sleeps.
class Sleeper {
public:
    Sleeper(const Sleeper&) = delete;
    Sleeper& operator=(const Sleeper&) = delete;

protected:
    explicit Sleeper(bool is_bell) : is_bell_(is_bell) {}
    ~Sleeper() = default;

private:
    friend class PosixPort;
    const bool is_bell_;
};

/// Wakes a thread that sleeps in poll().
class Bell final : public Sleeper {
public:
    Bell();
    ~Bell();

    /// Readable when rung. -1: the process has no descriptor left.
    int fd() const { return fd_; }
    /// Any thread, also a signal handler.
    void ring() const;
    void silence() const;

private:
    int fd_;
};

/// For ppoll(): how long it is until then; nothing when it is past.
timespec time_until(Instant until, Instant now);

} // namespace nwp::posix
