// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/c/attach.h"
#include "link/link.h"
#include "ports/freertos/driver_task.h"

#include <atomic>
#include <memory>
#include <thread>

namespace nwp::freertos {

/// The host driver over any Link, on FreeRTOS's port over the kernel of ours. Unlike a product's its task
/// ends.
class TestHost {
public:
    /// Says hello from now on.
    explicit TestHost(link::Link& link);
    /// No call of it may be under way.
    ~TestHost();
    TestHost(const TestHost&) = delete;
    TestHost& operator=(const TestHost&) = delete;

    Host& host() { return host_; }
    Port& port() { return port_; }
    /// The C interface uses this host from now on, until another one is attached.
    void attach() { c::attach(attachment_); }

private:
    static constexpr std::size_t kSockets = 80;
    static constexpr std::size_t kReceiveBytes = 72 * 1024;
    using Storage = HostStorage<kSockets, kReceiveBytes, 4096, 64, 63>;
    using Table = c::SocketTable<kSockets, 4, 32, 8>;

    FreertosPort port_;
    c::OwnNumbers numbers_{kSockets};
    std::unique_ptr<Storage> storage_ = std::make_unique<Storage>();
    std::unique_ptr<Table> table_ = std::make_unique<Table>();
    Host host_;
    c::Attachment attachment_;
    DriverTask task_;
    std::atomic<bool> stopping_{false};
    std::thread thread_;
};

} // namespace nwp::freertos
