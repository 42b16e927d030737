// SPDX-License-Identifier: Apache-2.0
#include "zephyr/poll.h"

namespace nwp::zephyr {
namespace {

constexpr Readiness kFailed = ready::error | ready::hang_up;
constexpr Readiness kReadable = ready::readable | kFailed;
constexpr Readiness kWritable = ready::writable | kFailed;

/// What an entry waits for: at most two conditions, each with its signal.
class Conditions {
public:
    Conditions(SocketPlace& place, const pollfd& entry) {
        if ((entry.events & POLLIN) != 0) add(place.readable, kReadable);
        if ((entry.events & POLLOUT) != 0) add(place.writable, kWritable);
        if (count_ == 0) add(place.failed, kFailed);
    }
    struct Condition {
        k_poll_signal* signal;
        Readiness of;
    };
    Span<const Condition> all() const { return {conditions_, count_}; }

private:
    void add(k_poll_signal& signal, Readiness of) { conditions_[count_++] = {&signal, of}; }

    Condition conditions_[2];
    std::size_t count_ = 0;
};

bool is_one(const Host& host, SocketId socket, Readiness of) {
    const Result<Readiness> now = host.readiness(socket);
    return !now || (*now & of).any(); // closed: poll() is to hear of it
}

/// Brings the signal to what is true now, and tells that.
bool settle(const Host& host, SocketId socket, k_poll_signal& signal, Readiness of) {
    if (!is_one(host, socket, of)) {
        k_poll_signal_reset(&signal);
        if (!is_one(host, socket, of)) return false;
    }
    k_poll_signal_raise(&signal, 0);
    return true;
}

short present_events(const Host& host, SocketId socket, short asked) {
    const Result<Readiness> now = host.readiness(socket);
    if (!now) return POLLNVAL;
    int events = 0;
    if (now->has(ready::readable)) events |= POLLIN;
    if (now->has(ready::writable)) events |= POLLOUT;
    events &= asked;
    if (now->has(ready::error)) events |= POLLERR;
    if (now->has(ready::hang_up)) events |= POLLHUP;
    return static_cast<short>(events);
}

} // namespace

int prepare_poll(Host& host, SocketId socket, SocketPlace& place, const pollfd& entry, k_poll_event*& next,
                 const k_poll_event* end) {
    const Conditions conditions{place, entry};
    if (static_cast<std::size_t>(end - next) < conditions.all().size()) return -ENOMEM;
    bool ready = false;
    for (const Conditions::Condition& condition : conditions.all()) {
        k_poll_event_init(next++, K_POLL_TYPE_SIGNAL, K_POLL_MODE_NOTIFY_ONLY, condition.signal);
        ready = settle(host, socket, *condition.signal, condition.of) || ready;
    }
    return ready ? -EALREADY : 0;
}

int update_poll(Host& host, SocketId socket, SocketPlace& place, pollfd& entry, k_poll_event*& next) {
    entry.revents = present_events(host, socket, entry.events);
    bool woken = false;
    for (const Conditions::Condition& condition : Conditions{place, entry}.all()) {
        k_poll_event& event = *next++;
        if (event.state == K_POLL_STATE_NOT_READY || entry.revents != 0) continue;
        woken = true; // and it is gone already
        event.state = K_POLL_STATE_NOT_READY;
        settle(host, socket, *condition.signal, condition.of);
    }
    return woken ? -EAGAIN : 0;
}

void tell_pollers(void* place, SocketId, Readiness readiness) {
    auto& of = *static_cast<SocketPlace*>(place);
    if ((readiness & kReadable).any()) k_poll_signal_raise(&of.readable, 0);
    if ((readiness & kWritable).any()) k_poll_signal_raise(&of.writable, 0);
    if ((readiness & kFailed).any()) k_poll_signal_raise(&of.failed, 0);
}

} // namespace nwp::zephyr
