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

int events_of(Readiness readiness) {
    int events = 0;
    if (readiness.has(ready::readable)) events |= POLLIN | POLLRDNORM;
    if (readiness.has(ready::writable)) events |= POLLOUT | POLLWRNORM;
    if (readiness.has(ready::error)) events |= POLLERR;
    if (readiness.has(ready::hang_up)) events |= POLLHUP;
    if (readiness.has(ready::read_hang_up)) events |= kReadHangUp;
    return events;
}

/// One poll() call.
class Polling {
public:
    Polling(Attachment& to, Span<pollfd> set) : to_(to), set_(set) {}

    /// How many are ready.   interrupted
    Result<void> run(Instant until, int& ready) {
        for (pollfd& entry : set_) {
            entry.revents = 0;
            foreign_ = foreign_ || (entry.fd >= 0 && !is_ours(entry.fd));
        }
        Watch watch{Callback<bool(SocketId)>::to<&Polling::concerns>(*this)};
        Result<void> outcome;
        if (foreign_) {
            outcome = wait_for_both(watch, until);
        } else {
            outcome = wait(to_, watch, until, Attempt::to<&Polling::look>(*this));
        }
        ready = ready_;
        return outcome.error() == Error::would_block ? Error{} : outcome;
    }

private:
    /// Whether something is ready. No traffic on the link.
    Result<void> look() {
        ready_ = 0;
        for (pollfd& entry : set_) {
            if (entry.fd < 0) continue;
            // One that was closed while we wait is a foreign number now, and wait_with() knows it for what it
            // is.
            if (foreign_ && !is_ours(entry.fd)) continue;
            entry.revents = present_events(entry);
            if (entry.revents != 0) ++ready_;
        }
        return ready_ != 0 ? Error{} : Error::would_block;
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
        const int number = to_.sockets[socket.index].number;
        for (const pollfd& entry : set_) {
            // A closed socket has lost its number: look again.
            if (number < 0 || entry.fd == number) return true;
        }
        return false;
    }

    Result<void> wait_for_both(Watch& watch, Instant until) {
        to_.host.watch(watch);
        Result<int> others = 0;
        do {
            const Instant sleep_until = look() ? Instant{} : until;
            others = to_.descriptors.wait_with(watch.waiter, set_.data(), set_.size(), sleep_until);
            if (others) ready_ += *others;
        } while (others && ready_ == 0 && to_.port.now() < until);
        to_.host.unwatch(watch);
        return others.error();
    }

    Attachment& to_;
    Span<pollfd> set_;
    int ready_ = 0;
    bool foreign_ = false; // some number is none of ours
};

/// As poll(); a time below 0 never ends.
int poll_set(Span<pollfd> set, Duration time) {
    Attachment* const to = attached_or_default();
    if (to == nullptr) return fail(Error::network_down);
    if (set.data() == nullptr && !set.empty()) return fail(Error::bad_address);
    Instant until;
    if (time < Duration{}) {
        until = Instant::never();
    } else if (time > Duration{}) {
        until = to->port.now() + time;
    }
    int ready = 0;
    const Result<void> polled = Polling{*to, set}.run(until, ready);
    return polled ? ready : fail(polled.error());
}

// ---- select -----------------------------------------------------------------------------------------------

/// One of the sets of select(): for what of poll() it stands.
struct Selected {
    fd_set* set;
    short wanted;
    short bits; ///< what of it means ready
};

std::size_t gather(int size, Span<const Selected> sets, pollfd* into) {
    std::size_t count = 0;
    for (int number = 0; number < size; ++number) {
        int events = 0;
        for (const Selected& one : sets) {
            if (one.set != nullptr && FD_ISSET(number, one.set)) events |= one.wanted;
        }
        if (events != 0) into[count++] = {number, static_cast<short>(events), 0};
    }
    return count;
}

/// Leaves in the sets what is ready and returns how many that are.
int keep(Span<const Selected> sets, Span<const pollfd> polled) {
    int count = 0;
    for (const pollfd& entry : polled) {
        for (const Selected& one : sets) {
            if ((entry.events & one.wanted) == 0) continue;
            if ((entry.revents & one.bits) != 0) {
                ++count;
            } else {
                FD_CLR(entry.fd, one.set);
            }
        }
    }
    return count;
}

int select_sets(int size, Span<const Selected> sets, const timeval* timeout) {
    if (size < 0) return fail(Error::invalid_argument);
    if (size > FD_SETSIZE) size = FD_SETSIZE;
    Duration time = microseconds(-1);
    if (timeout != nullptr) {
        if (timeout->tv_sec < 0 || timeout->tv_usec < 0) return fail(Error::invalid_argument);
        const auto whole_s =
            static_cast<std::int32_t>(timeout->tv_sec < INT32_MAX ? timeout->tv_sec : INT32_MAX);
        time = seconds(whole_s) + microseconds(timeout->tv_usec);
    }
    pollfd polled[FD_SETSIZE];
    const Span<pollfd> set{polled, gather(size, sets, polled)};
    const int ready = poll_set(set, time);
    if (ready < 0) return ready;
    for (const pollfd& entry : set) {
        if ((entry.revents & POLLNVAL) != 0) return fail(Error::bad_handle);
    }
    return keep(sets, set);
}

} // namespace
} // namespace nwp::c

using namespace nwp; // the functions below are C's

int nwp_poll(struct pollfd* set, nfds_t size, int timeout_ms) {
    return c::poll_set({set, size}, milliseconds(timeout_ms));
}

int nwp_select(int size, fd_set* readable, fd_set* writable, fd_set* exceptional, struct timeval* timeout) {
    const c::Selected sets[] = {
        {readable, POLLIN, POLLIN | POLLRDNORM | POLLHUP | POLLERR},
        {writable, POLLOUT, POLLOUT | POLLWRNORM | POLLERR},
        {exceptional, POLLPRI, POLLPRI},
    };
    return c::select_sets(size, sets, timeout);
}
