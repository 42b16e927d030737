// SPDX-License-Identifier: Apache-2.0
#include "tests/kit/pacer.h"

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <poll.h>
#include <sys/timerfd.h>
#include <system_error>
#include <unistd.h>

namespace nwp::kit {
namespace {

constexpr std::int64_t kSecond = 1000000000;

/// A wake-up that came late is made good by the chunks behind it, up to this much; a machine that slept
/// longer did not carry bytes.
constexpr std::int64_t kMostDebt = kSecond / 10;

constexpr std::int64_t kLeastStretch = kSecond / 50;

std::int64_t clock_now() {
    timespec time{};
    ::clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * kSecond + time.tv_nsec;
}

bool would_block() { return errno == EAGAIN || errno == EINTR; }

} // namespace

Pacer::Pacer(int a, int b, PacerSettings settings)
    : settings_(settings), chunk_size_(std::max<std::size_t>(1, settings.baud / 10 / 1000)),
      timer_(::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK)),
      lines_{Line{a, b, settings.fault_seed * 2}, Line{b, a, settings.fault_seed * 2 + 1}} {
    if (timer_.get() < 0) throw std::system_error(errno, std::generic_category(), "timerfd");
}

bool Pacer::run(int stop) {
    for (;;) {
        const Nanoseconds now = clock_now();
        for (Line& line : lines_) step(line, now);
        if (lines_[0].hung_up || lines_[1].hung_up) return false;
        set_timer();

        std::array<pollfd, 4> polled{pollfd{stop, POLLIN, 0}, pollfd{timer_.get(), POLLIN, 0},
                                     pollfd{lines_[0].from, 0, 0}, pollfd{lines_[1].from, 0, 0}};
        for (std::size_t i = 0; i < 2; ++i) {
            const Line& line = lines_[i];
            if (line.chunk.empty()) polled[2 + i].events |= POLLIN;
            if (line.blocked) polled[3 - i].events |= POLLOUT; // its receiver is the other line's sender
        }
        if (::poll(polled.data(), polled.size(), -1) < 0 && errno != EINTR) {
            throw std::system_error(errno, std::generic_category(), "poll");
        }
        if (polled[0].revents != 0) break;
        if (((polled[2].revents | polled[3].revents) & (POLLHUP | POLLERR | POLLNVAL)) != 0) return false;
        std::uint64_t expirations = 0;
        if (::read(timer_.get(), &expirations, sizeof expirations) < 0 && !would_block()) return false;
    }
    for (Line& line : lines_) end_stretch(line);
    return true;
}

/// Moves one direction as far as it goes now.
void Pacer::step(Line& line, Nanoseconds now) {
    while (!line.hung_up) {
        const bool moved = line.chunk.empty() ? take_chunk(line, now) : give_chunk(line, now);
        if (!moved) return;
    }
}

bool Pacer::take_chunk(Line& line, Nanoseconds now) {
    line.chunk.resize(chunk_size_);
    const ssize_t count = ::read(line.from, line.chunk.data(), line.chunk.size());
    if (count <= 0) {
        line.hung_up = count == 0 || !would_block();
        line.chunk.clear();
        end_stretch(line);
        return false;
    }
    line.chunk.resize(static_cast<std::size_t>(count));
    line.written = 0;
    line.flipper.flip(line.chunk, settings_.flip_per_byte);
    if (!line.busy) {
        line.busy = true;
        line.stretch_begin = line.due = now;
        line.stretch_bytes = 0;
    }
    line.due = std::max(line.due, now - kMostDebt) + count * kSecond * 10 / settings_.baud;
    return true;
}

bool Pacer::give_chunk(Line& line, Nanoseconds now) {
    if (now < line.due) return false;
    const ssize_t count =
        ::write(line.to, line.chunk.data() + line.written, line.chunk.size() - line.written);
    if (count < 0 && !would_block()) line.hung_up = true;
    if (count > 0) {
        line.written += static_cast<std::size_t>(count);
        line.report.bytes += static_cast<std::uint64_t>(count);
    }
    if (line.written < line.chunk.size()) {
        if (!line.blocked) end_stretch(line); // what was carried before the stop still counts
        line.blocked = true;
        return false;
    }
    if (!line.blocked) {
        line.stretch_bytes += line.chunk.size();
        line.delivered = now;
    }
    line.blocked = false;
    line.chunk.clear();
    return true;
}

void Pacer::end_stretch(Line& line) {
    if (!line.busy) return;
    line.busy = false;
    const Nanoseconds length = line.delivered - line.stretch_begin;
    if (length < kLeastStretch) return;
    line.report.saturated_bytes += line.stretch_bytes;
    line.report.saturated_seconds += static_cast<double>(length) / static_cast<double>(kSecond);
}

void Pacer::set_timer() {
    Nanoseconds next = 0;
    for (const Line& line : lines_) {
        if (line.chunk.empty() || line.blocked) continue;
        if (next == 0 || line.due < next) next = line.due;
    }
    itimerspec time{}; // zero: off
    time.it_value.tv_sec = next / kSecond;
    time.it_value.tv_nsec = next % kSecond;
    ::timerfd_settime(timer_.get(), TFD_TIMER_ABSTIME, &time, nullptr);
}

} // namespace nwp::kit
