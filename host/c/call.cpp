// SPDX-License-Identifier: Apache-2.0
#include "host/c/call.h"

#include "nwp/types.h"

namespace nwp::c {
namespace {

/// What the host tries: yes or no. The outcome is kept.
struct Trial {
    bool decided() {
        outcome = attempt();
        return outcome.error() != Error::would_block;
    }

    Attempt attempt;
    Result<void> outcome;
};

} // namespace

Call::Call(int number) : to_(attached()) {
    if (to_ == nullptr) return;
    const std::uint16_t place = to_->descriptors.place_of(number);
    if (place >= to_->sockets.size()) return;
    SocketEntry& entry = to_->sockets[place];
    id_ = {place, entry.generation.load(std::memory_order_acquire)};
    if (id_ && entry.number == number) entry_ = &entry;
}

Result<void> Call::describe(SocketInfo& info) const {
    const Result<SocketInfo> described = to_->host.describe(id_);
    if (described) info = *described;
    return described.error();
}

void Call::limit(std::uint32_t timeout_ms, int flags) {
    if (entry_->nonblocking || (flags & MSG_DONTWAIT) != 0) {
        until_ = Instant{};
    } else if (timeout_ms != 0) {
        wait_at_most(timeout_ms);
    }
}

void Call::wait_at_most(std::uint32_t timeout_ms) { until_ = to_->port.now() + milliseconds(timeout_ms); }

Result<void> Call::wait(Attempt attempt) const {
    Watch watch{id_};
    return c::wait(*to_, watch, until_, attempt);
}

Result<void> wait(const Attachment& to, Watch& watch, Instant until, Attempt attempt) {
    Trial trial{attempt, {}};
    if (to.host.block(watch, Callback<bool()>::to<&Trial::decided>(trial), until)) return trial.outcome;
    // The port ends a wait early for one reason only.
    return to.port.now() < until ? Error::interrupted : Error::would_block;
}

int answer(Result<void> result) { return result ? 0 : fail(result.error()); }

} // namespace nwp::c
