// SPDX-License-Identifier: Apache-2.0
// poll() over our sockets and, through the port, over the system's descriptors; select() on top of it.
#include "nwp/socket.h"

#include "host/c/call.h"

namespace nwp::c {
namespace {

#ifdef POLLRDHUP
constexpr int kReadHangUp = POLLRDHUP;
#else
constexpr int kReadHangUp = 0;
#endif

short events_of(Readiness readiness) {
    int events = 0;
    if (readiness.has(ready::readable)) events |= POLLIN | POLLRDNORM;
    if (readiness.has(ready::writable)) events |= POLLOUT | POLLWRNORM;
    if (readiness.has(ready::error)) events |= POLLERR;
    if (readiness.has(ready::hang_up)) events |= POLLHUP;
    if (readiness.has(ready::read_hang_up)) events |= kReadHangUp;
    return static_cast<short>(events);
}

/// One poll() call.
class Polling {
public:
    Polling(Attachment& to, Span<pollfd> set) : to_(to), set_(set) {}

    Result<int> run(Instant until) {
        for (pollfd& entry : set_) {
            entry.revents = 0;
            foreign_ = foreign_ || (entry.fd >= 0 && !is_ours(entry.fd));
        }
        return foreign_ ? wait_for_both(until) : wait_for_ours(until);
    }

private:
    /// True: something is ready. No traffic on the link.
    bool look() {
        ready_ = 0;
        for (pollfd& entry : set_) {
            if (entry.fd < 0) continue;
            // One that was closed while we wait is a foreign number now, and wait_with() knows it for what it
            // is.
            if (foreign_ && !is_ours(entry.fd)) continue;
            entry.revents = present_events(entry);
            if (entry.revents != 0) ++ready_;
        }
        return ready_ != 0;
    }

    bool is_ours(int number) const { return to_.descriptors.place_of(number) != Descriptors::kNoPlace; }

    static short present_events(const pollfd& entry) {
        const Call call{entry.fd};
        if (!call.ok()) return POLLNVAL;
        const Result<Readiness> readiness = call.host().readiness(call.id());
        if (!readiness) return POLLNVAL;
        return static_cast<short>(events_of(*readiness) & (entry.events | POLLERR | POLLHUP));
    }

    /// Runs with the host's lock held.
    bool concerns(SocketId socket) {
        const int number = to_.sockets[socket.index].number.load(std::memory_order_relaxed);
        for (const pollfd& entry : set_) {
            // A closed socket has lost its number: look again.
            if (number < 0 || entry.fd == number) return true;
        }
        return false;
    }

    Result<int> wait_for_ours(Instant until) {
        if (look() || to_.port.now() >= until) return ready_;
        Watch watch{Callback<bool(SocketId)>::to<&Polling::concerns>(*this)};
        const Result<void> waited = wait(to_, watch, until, Callback<bool()>::to<&Polling::look>(*this));
        if (!waited && waited.error() == Error::interrupted) return Error::interrupted;
        return ready_;
    }

    Result<int> wait_for_both(Instant until) {
        Watch watch{Callback<bool(SocketId)>::to<&Polling::concerns>(*this)};
        to_.host.watch(watch);
        Result<int> count = 0;
        do {
            const Instant sleep_until = look() ? Instant{} : until;
            count = to_.descriptors.wait_with(watch.waiter, set_.data(), set_.size(), sleep_until);
            if (count) count = *count + ready_;
        } while (count && *count == 0 && to_.port.now() < until);
        to_.host.unwatch(watch);
        return count;
    }

    Attachment& to_;
    Span<pollfd> set_;
    int ready_ = 0;
    bool foreign_ = false; // some number is none of ours
};

Result<int> poll_set(Span<pollfd> set, Duration timeout, bool for_ever) {
    Attachment* const to = attached_or_default();
    if (to == nullptr) return Error::network_down;
    if (set.data() == nullptr && !set.empty()) return Error::bad_address;
    const Instant until = for_ever                ? Instant::never()
                          : timeout == Duration{} ? Instant{}
                                                  : to->port.now() + timeout;
    return Polling{*to, set}.run(until);
}

// ---- select -----------------------------------------------------------------------------------------------

constexpr short kReadable = POLLIN | POLLRDNORM | POLLHUP | POLLERR;
constexpr short kWritable = POLLOUT | POLLWRNORM | POLLERR;
constexpr short kExceptional = POLLPRI;

bool holds(const fd_set* set, int number) { return set != nullptr && FD_ISSET(number, set); }

std::size_t gather(int size, const fd_set* readable, const fd_set* writable, const fd_set* exceptional,
                   pollfd* into) {
    std::size_t count = 0;
    for (int number = 0; number < size; ++number) {
        int events = 0;
        if (holds(readable, number)) events |= POLLIN;
        if (holds(writable, number)) events |= POLLOUT;
        if (holds(exceptional, number)) events |= POLLPRI;
        if (events != 0) into[count++] = {number, static_cast<short>(events), 0};
    }
    return count;
}

/// Leaves in the set what is ready and returns how many of it are.
int keep(fd_set* set, Span<const pollfd> polled, short wanted, short bits) {
    if (set == nullptr) return 0;
    int count = 0;
    for (const pollfd& entry : polled) {
        if ((entry.events & wanted) == 0) continue;
        if ((entry.revents & bits) != 0) {
            ++count;
        } else {
            FD_CLR(entry.fd, set);
        }
    }
    return count;
}

Result<int> select_sets(int size, fd_set* readable, fd_set* writable, fd_set* exceptional,
                        const timeval* timeout) {
    if (size < 0) return Error::invalid_argument;
    if (size > FD_SETSIZE) size = FD_SETSIZE;
    Duration time;
    if (timeout != nullptr) {
        if (timeout->tv_sec < 0 || timeout->tv_usec < 0) return Error::invalid_argument;
        time = timeout->tv_sec > INT32_MAX ? seconds(INT32_MAX)
                                           : seconds(timeout->tv_sec) + microseconds(timeout->tv_usec);
    }
    pollfd polled[FD_SETSIZE];
    const Span<pollfd> set{polled, gather(size, readable, writable, exceptional, polled)};
    const Result<int> ready = poll_set(set, time, timeout == nullptr);
    if (!ready) return ready;
    for (const pollfd& entry : set) {
        if ((entry.revents & POLLNVAL) != 0) return Error::bad_handle;
    }
    return keep(readable, set, POLLIN, kReadable) + keep(writable, set, POLLOUT, kWritable) +
           keep(exceptional, set, POLLPRI, kExceptional);
}

} // namespace
} // namespace nwp::c

int nwp_poll(struct pollfd* set, nfds_t size, int timeout_ms) {
    using namespace nwp;
    const Result<int> ready =
        c::poll_set({set, size}, milliseconds(timeout_ms < 0 ? 0 : timeout_ms), timeout_ms < 0);
    return ready ? *ready : c::fail(ready.error());
}

int nwp_select(int size, fd_set* readable, fd_set* writable, fd_set* exceptional, struct timeval* timeout) {
    using namespace nwp;
    const Result<int> ready = c::select_sets(size, readable, writable, exceptional, timeout);
    return ready ? *ready : c::fail(ready.error());
}
