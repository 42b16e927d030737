// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/expect.h"
#include "base/instant.h"

#include <atomic>

namespace nwp {

class Lock;

/// Where one waiting call sleeps; lives in that call's stack frame. The driver only hands it to the port.
class Waiter {
public:
    Waiter() = default;
    Waiter(const Waiter&) = delete;
    Waiter& operator=(const Waiter&) = delete;

    /// For ports: wake() sets it, wait() takes it. A wake before the wait is not lost.
    std::atomic<bool> woken{false};
    /// For ports: what sleeps here, for example a condition variable in wait()'s own stack frame.
    void* native = nullptr;
};

enum class LogLevel : std::uint8_t { error, warning, information };

/// What an operating system, or its absence, must give the driver. Beside it the port supplies nwp::panic(),
/// once per image, and somebody who calls Host::service(): a thread of the port on an operating system,
/// wait() itself on bare metal.
class Port {
public:
    /// Monotonic. Any thread.
    virtual Instant now() = 0;

    /// Releases the lock, sleeps until woken or until `until`, takes the lock again. True: woken (that wake
    /// is used up), also when it came before this call. False: the time is over, or a signal was caught,
    /// where there are signals: who waits on in spite of it calls again. On bare metal it runs
    /// Host::service() while it waits, and sleeps no longer than Host::next_deadline().
    virtual bool wait(Waiter& waiter, Lock& lock, Instant until) = 0;

    /// Ends the wait. Waiters of waiting calls are woken with the lock held; Host::service_waiter() is woken
    /// from anywhere, also from an interrupt and from Link's activity callback: then it must only notify.
    virtual void wake(Waiter& waiter) = 0;

    /// One lock for the whole host; not recursive; never taken from an interrupt. Does nothing where there is
    /// one thread. Use it through Lock.
    virtual void lock() = 0;
    virtual void unlock() = 0;

    /// One line for people, without line end. Called with the lock held: it must not call the host.
    virtual void log(LogLevel level, const char* text) = 0;

protected:
    ~Port() = default; // never deleted through the base: keeps operator delete out of the image
};

/// Holds the port's lock for a scope.
class Lock {
public:
    explicit Lock(Port& port) : port_(port) { port_.lock(); }
    ~Lock() { port_.unlock(); }
    Lock(const Lock&) = delete;
    Lock& operator=(const Lock&) = delete;

    /// For a scope inside that must not hold it; take() must follow.
    void release() { port_.unlock(); }
    void take() { port_.lock(); }

private:
    Port& port_;
};

} // namespace nwp
