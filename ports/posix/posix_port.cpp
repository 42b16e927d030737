// SPDX-License-Identifier: Apache-2.0
#include "ports/posix/posix_port.h"

#include <cerrno>
#include <climits>
#include <cstring>
#include <ctime>
#include <linux/futex.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

namespace nwp::posix {
namespace {

using Word = std::atomic<std::uint32_t>;
static_assert(sizeof(Word) == 4 && Word::is_always_lock_free, "a futex is 32 bits");

timespec to_timespec(Instant instant) {
    timespec time{};
    time.tv_sec = static_cast<time_t>(instant.microseconds() / 1000000);
    time.tv_nsec = static_cast<long>(instant.microseconds() % 1000000 * 1000);
    return time;
}

class FutexSleeper final : public Sleeper {
public:
    FutexSleeper() : Sleeper(false) {}

    /// Returns early when a signal handler ran; with SA_RESTART only if there is a deadline, as recv(2) does.
    void sleep(Instant until) {
        const timespec time = to_timespec(until);
        const timespec* const deadline = until == Instant::never() ? nullptr : &time;
        while (word.load(std::memory_order_acquire) == 0) {
            const long slept = ::syscall(SYS_futex, &word, FUTEX_WAIT_BITSET_PRIVATE, 0, deadline, nullptr,
                                         FUTEX_BITSET_MATCH_ANY);
            if (slept != 0 && errno != EAGAIN) return; // ETIMEDOUT, EINTR
        }
    }

    Word word{0};
};

void wake_one(Word* word) {
    // The sleeper may be gone by now; then this wakes nobody, or somebody who looks and sleeps on.
    ::syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0);
}

} // namespace

Instant PosixPort::now() {
    timespec time{};
    ::clock_gettime(CLOCK_MONOTONIC, &time);
    return Instant{static_cast<std::int64_t>(time.tv_sec) * 1000000 + time.tv_nsec / 1000};
}

bool PosixPort::wait(Waiter& waiter, Lock& lock, Instant until) {
    if (waiter.woken.exchange(false)) return true;
    FutexSleeper sleeper;
    waiter.native = static_cast<Sleeper*>(&sleeper);
    lock.release();
    sleeper.sleep(until);
    lock.take();
    waiter.native = nullptr;
    return waiter.woken.exchange(false);
}

void PosixPort::wake(Waiter& waiter) {
    if (waiter.woken.exchange(true)) return;
    auto* const sleeper = static_cast<Sleeper*>(waiter.native);
    if (sleeper == nullptr) return;
    if (sleeper->is_bell_) {
        static_cast<Bell*>(sleeper)->ring();
        return;
    }
    Word& word = static_cast<FutexSleeper*>(sleeper)->word;
    word.store(1, std::memory_order_release);
    if (wakes_ == kWakesKept) {
        wake_one(&word);
    } else {
        to_wake_[wakes_++] = &word;
    }
}

void PosixPort::unlock() {
    Word* sleeping[kWakesKept];
    const std::size_t count = wakes_;
    for (std::size_t i = 0; i < count; ++i) sleeping[i] = to_wake_[i];
    wakes_ = 0;
    mutex_.unlock();
    for (std::size_t i = 0; i < count; ++i) wake_one(sleeping[i]);
}

void PosixPort::log(LogLevel level, const char* text) {
    if (level > most_) return;
    const char* const name = level == LogLevel::error     ? "nwp: error: "
                             : level == LogLevel::warning ? "nwp: warning: "
                                                          : "nwp: ";
    const iovec line[] = {{const_cast<char*>(name), std::strlen(name)},
                          {const_cast<char*>(text), std::strlen(text)},
                          {const_cast<char*>("\n"), 1}};
    if (::writev(STDERR_FILENO, line, 3) < 0) return; // nobody to tell
}

timespec time_until(Instant until, Instant now) {
    return until > now ? to_timespec(Instant{(until - now).microseconds()}) : timespec{};
}

Bell::Bell() : Sleeper(true), fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

Bell::~Bell() {
    if (fd_ >= 0) ::close(fd_);
}

void Bell::ring() const {
    const int kept = errno;
    const std::uint64_t one = 1;
    if (::write(fd_, &one, sizeof one) < 0) { // full: it rings already
    }
    errno = kept;
}

void Bell::silence() const {
    std::uint64_t rings = 0;
    if (::read(fd_, &rings, sizeof rings) < 0) { // it did not ring
    }
}

} // namespace nwp::posix
