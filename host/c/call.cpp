// SPDX-License-Identifier: Apache-2.0
#include "host/c/call.h"

namespace nwp::c {

Call::Call(int number) : to_(attached()) {
    if (to_ == nullptr) return;
    const std::uint16_t place = to_->descriptors.place_of(number);
    if (place >= to_->sockets.size()) return;
    SocketEntry& entry = to_->sockets[place];
    id_ = {place, entry.generation.load(std::memory_order_acquire)};
    if (id_ && entry.number.load(std::memory_order_relaxed) == number) entry_ = &entry;
}

Result<void> Call::wait(bool may_wait, std::uint32_t timeout_ms, Callback<bool()> attempt) const {
    if (attempt()) return {};
    if (!may_wait) return Error::would_block;
    const Instant until = timeout_ms == 0 ? Instant::never() : port().now() + milliseconds(timeout_ms);
    Watch watch{id_};
    return c::wait(*to_, watch, until, attempt);
}

Result<void> wait(const Attachment& to, Watch& watch, Instant until, Callback<bool()> attempt) {
    if (to.host.block(watch, attempt, until)) return {};
    // The port ends a wait early for one reason only.
    return to.port.now() < until ? Error::interrupted : Error::would_block;
}

} // namespace nwp::c
