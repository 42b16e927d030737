// SPDX-License-Identifier: Apache-2.0
// Work queues of the shim's kernel.
#include "tests/zephyr/scheduler.h"

namespace {

using nwp::shim::changed;
using nwp::shim::Still;

/// What is due, taken off; else null, and `until` is when to look again.
k_work_delayable* take_due(k_work_q& queue, std::int64_t& until) {
    until = nwp::shim::kForever;
    const std::int64_t now = k_uptime_ticks();
    for (k_work_delayable* one = queue.first; one != nullptr; one = one->next) {
        if (one->due <= now) {
            one->submitted = true;
            one->due = nwp::shim::kForever;
        }
        if (one->submitted) {
            one->submitted = false;
            return one;
        }
        if (one->due < until) until = one->due;
    }
    return nullptr;
}

void run(void* object, void*, void*) {
    auto& queue = *static_cast<k_work_q*>(object);
    for (;;) {
        k_work_delayable* work = nullptr;
        {
            const Still still;
            std::int64_t until = 0;
            work = take_due(queue, until);
            if (work == nullptr) nwp::shim::wait_for_change(until);
        }
        if (work != nullptr) work->work.handler(&work->work);
    }
}

} // namespace

void k_work_queue_init(k_work_q* queue) { *queue = {}; }

void k_work_queue_start(k_work_q* queue, k_thread_stack_t* stack, std::size_t size, int priority,
                        const void*) {
    k_thread_create(&queue->thread, stack, size, &run, queue, nullptr, nullptr, priority, 0, K_NO_WAIT);
}

void k_work_init_delayable(k_work_delayable* work, void (*handler)(k_work* work)) {
    *work = {};
    work->work.handler = handler;
}

/// What is submitted stays so; a time gives way to the new one.
int k_work_reschedule_for_queue(k_work_q* queue, k_work_delayable* work, k_timeout_t delay) {
    const Still still;
    if (!work->listed) {
        work->listed = true;
        work->next = queue->first;
        queue->first = work;
    }
    work->due = delay.ticks < 0 ? nwp::shim::kForever : k_uptime_ticks() + delay.ticks;
    if (delay.ticks == 0) {
        work->submitted = true;
        work->due = nwp::shim::kForever;
    }
    changed();
    return 1;
}
