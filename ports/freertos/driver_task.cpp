// SPDX-License-Identifier: Apache-2.0
#include "ports/freertos/driver_task.h"

namespace nwp::freertos {

DriverTask::DriverTask(FreertosPort& port, Host& host)
    : port_(port), host_(host), work_(xSemaphoreCreateBinaryStatic(&work_memory_)) {
    host_.service_waiter().native = work_;
}

TaskHandle_t DriverTask::begin(Span<StackType_t> stack, UBaseType_t priority, Bytes retained) {
    host_.start(retained);
    return xTaskCreateStatic(&DriverTask::run, "opennwp", static_cast<std::uint32_t>(stack.size()), this,
                             priority, stack.data(), &task_);
}

void DriverTask::turn() {
    while (host_.service()) {
    }
    // A wake since then has given the semaphore: this does not sleep.
    static_cast<void>(port_.take(work_, host_.next_deadline()));
}

void DriverTask::run(void* self) {
    for (;;) static_cast<DriverTask*>(self)->turn();
}

} // namespace nwp::freertos
