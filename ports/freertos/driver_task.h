// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwp/host.h"
#include "ports/freertos/freertos_port.h"

namespace nwp::freertos {

/// The task that moves the driver's bytes and runs its callbacks.
class DriverTask {
public:
    /// Before Host::start(), which begin() does.
    DriverTask(FreertosPort& port, Host& host);
    DriverTask(const DriverTask&) = delete;
    DriverTask& operator=(const DriverTask&) = delete;

    /// Starts the host and a task for it, which never ends. `retained`: see Host::start(). The stack is the
    /// task's from then on. A priority above the tasks that call sockets keeps the line busy.
    TaskHandle_t begin(Span<StackType_t> stack, UBaseType_t priority, Bytes retained = {});

    /// What the task does again and again: all the work there is, then sleeps until there is more. For who
    /// has a task of its own for it.
    void turn();

private:
    static void run(void* self);

    FreertosPort& port_;
    Host& host_;
    StaticSemaphore_t work_memory_;
    const SemaphoreHandle_t work_;
    StaticTask_t task_;
};

} // namespace nwp::freertos
