// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "link/link.h"
#include "ports/freertos/driver_task.h"
#include "tests/kit/host_memory.h"

#include <atomic>
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
    FreertosPort port_;
    c::OwnNumbers numbers_{kit::HostMemory::kSockets};
    kit::HostMemory memory_;
    Host host_;
    c::Attachment attachment_;
    DriverTask task_;
    std::atomic<bool> stopping_{false};
    std::thread thread_;
};

} // namespace nwp::freertos
