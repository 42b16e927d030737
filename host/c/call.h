// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/c/attach.h"
#include "host/c/errno_table.h"

namespace nwp::c {

/// A call about one socket: what every function of the C interface begins with.
class Call {
public:
    /// Finds the socket; ok() says whether there is one (else EBADF).
    explicit Call(int number);

    bool ok() const { return entry_ != nullptr; }
    Host& host() const { return to_->host; }
    Port& port() const { return to_->port; }
    Attachment& to() const { return *to_; }
    SocketEntry& entry() const { return *entry_; }
    SocketId id() const { return id_; }
    bool is_datagram() const { return entry_->type.load(std::memory_order_relaxed) == SocketType::datagram; }
    bool nonblocking() const { return entry_->nonblocking.load(std::memory_order_relaxed); }

    /// Every blocking call waits here. Tries; if `may_wait`, sleeps and tries again until `attempt` says
    /// true.
    ///   would_block   it did not come true: it may not wait, or the time (0: none) is over
    ///   interrupted   by a signal
    Result<void> wait(bool may_wait, std::uint32_t timeout_ms, Callback<bool()> attempt) const;

private:
    Attachment* to_;
    SocketEntry* entry_ = nullptr;
    SocketId id_;
};

/// For calls that wait for the host as a whole, or for something of their own.
Result<void> wait(const Attachment& to, Watch& watch, Instant until, Callback<bool()> attempt);

/// A callback that calls a lambda; the lambda must outlive it.
template <typename Lambda>
Callback<bool()> calling(Lambda& lambda) {
    return {[](void* object) -> bool { return (*static_cast<Lambda*>(object))(); }, &lambda};
}

/// 0, or -1 with errno.
inline int answer(const Result<void>& result) { return result ? 0 : fail(result.error()); }

} // namespace nwp::c
