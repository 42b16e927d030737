// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/c/attach.h"
#include "host/c/errno_table.h"

namespace nwp::c {

/// Something that may have to wait: would_block, or how it ended.
using Attempt = Callback<Result<void>()>;

/// A call about one socket: what every function of the C interface begins with.
class Call {
public:
    /// Finds the socket; ok() says whether there is one (else EBADF).
    explicit Call(int number);

    bool ok() const { return entry_ != nullptr; }
    Host& host() const { return to_->host; }
    Attachment& to() const { return *to_; }
    SocketEntry& entry() const { return *entry_; }
    const SocketId& id() const { return id_; }
    bool is_datagram() const { return entry_->type == SocketType::datagram; }

    Result<void> perform(Pending& request) const { return to_->host.perform(request); }
    /// bad_handle: closed meanwhile
    Result<void> describe(SocketInfo& info) const;

    /// From now on the call waits for so long (0: for ever), or not at all where the socket or its flags
    /// (MSG_DONTWAIT) say so. Before, it waits for ever.
    void limit(std::uint32_t timeout_ms, int flags = 0);
    void wait_at_most(std::uint32_t timeout_ms);
    void wait_for_ever() { until_ = Instant::never(); }
    bool may_wait() const { return until_ != Instant{}; }
    /// Every blocking call waits here: tries, sleeps and tries again until it is decided.
    ///   would_block   it was not within the limit
    ///   interrupted   by a signal
    Result<void> wait(Attempt attempt) const;

private:
    Attachment* to_;
    SocketEntry* entry_ = nullptr;
    SocketId id_;
    Instant until_ = Instant::never();
};

/// For calls that wait for the host as a whole, or for something of their own.
Result<void> wait(const Attachment& to, Watch& watch, Instant until, Attempt attempt);

/// 0, or -1 with errno.
int answer(Result<void> result);

} // namespace nwp::c
