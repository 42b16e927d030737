// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwp/host.h"
#include "ports/baremetal/board.h"

namespace nwp::baremetal {

/// The port where there is neither operating system nor second thread: whoever waits does the driver's work
/// in the meantime, and sleeps when there is none.
class BaremetalPort final : public Port {
public:
    explicit BaremetalPort(Board& board) : board_(board) {}

    /// Before any call of the host that may wait.
    void serve(Host& host) { host_ = &host; }

    Instant now() override { return board_.now(); }
    bool wait(Waiter& waiter, Lock& lock, Instant until) override;
    void wake(Waiter& waiter) override { waiter.woken.store(true, std::memory_order_relaxed); }
    void lock() override {}
    void unlock() override {}
    void log(LogLevel level, const char* text) override;

private:
    Board& board_;
    Host* host_ = nullptr;
};

} // namespace nwp::baremetal
