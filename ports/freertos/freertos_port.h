// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/callback.h"
#include "nwp/port.h"

#include <FreeRTOS.h>
#include <semphr.h>
#include <task.h>

#if configSUPPORT_STATIC_ALLOCATION != 1 || configUSE_MUTEXES != 1
#error                                                                                                       \
    "OpenNWP takes no memory from FreeRTOS's heap: FreeRTOSConfig.h needs configSUPPORT_STATIC_ALLOCATION and configUSE_MUTEXES"
#endif
#if defined(configNUMBER_OF_CORES) && configNUMBER_OF_CORES > 1
#error "OpenNWP's link is shared by a task and interrupts of the same core: configNUMBER_OF_CORES must be 1"
#endif

namespace nwp::freertos {

/// The port under FreeRTOS's kernel: its mutex with priority inheritance, a binary semaphore for each sleeper
/// on that sleeper's stack, its ticks. It takes nothing from the kernel's heap and no task notification.
class FreertosPort final : public Port {
public:
    /// Gets each line: a task that holds the port's lock calls it.
    using LineWriter = Callback<void(LogLevel, const char*)>;

    /// Before the scheduler runs, or in a task.
    explicit FreertosPort(LineWriter write_line = {})
        : write_line_(write_line), mutex_(xSemaphoreCreateMutexStatic(&mutex_memory_)) {}
    FreertosPort(const FreertosPort&) = delete;
    FreertosPort& operator=(const FreertosPort&) = delete;

    /// Whole ticks since the scheduler began, however often the kernel's own count went round.
    Instant now() override;
    bool wait(Waiter& waiter, Lock& lock, Instant until) override;
    /// A waiter's `native` is the semaphore that its sleeper takes. From an interrupt only below an
    /// Interrupt.
    void wake(Waiter& waiter) override;
    void lock() override {
        while (xSemaphoreTake(mutex_, portMAX_DELAY) != pdTRUE) { // it ends where tasks cannot be suspended
        }
    }
    void unlock() override { xSemaphoreGive(mutex_); }
    void log(LogLevel level, const char* text) override {
        if (write_line_) write_line_(level, text);
    }

    /// Takes the semaphore, at most until then. False: the time is over.
    bool take(SemaphoreHandle_t semaphore, Instant until);

private:
    friend class Interrupt;

    const LineWriter write_line_;
    std::atomic<BaseType_t*> woken_{nullptr}; ///< of the interrupt that runs
    StaticSemaphore_t mutex_memory_;
    const SemaphoreHandle_t mutex_;
};

/// Stands in an interrupt handler around its calls of the link, so that they wake as interrupts must. `woken`
/// becomes pdTRUE if a task should run at once: the handler's last line is portYIELD_FROM_ISR(woken). The
/// interrupt's priority must allow calls of the kernel (configMAX_SYSCALL_INTERRUPT_PRIORITY).
class Interrupt {
public:
    Interrupt(FreertosPort& port, BaseType_t& woken)
        : port_(port), outer_(port.woken_.load(std::memory_order_relaxed)) {
        port.woken_.store(&woken, std::memory_order_relaxed);
    }
    ~Interrupt() { port_.woken_.store(outer_, std::memory_order_relaxed); }
    Interrupt(const Interrupt&) = delete;
    Interrupt& operator=(const Interrupt&) = delete;

private:
    FreertosPort& port_;
    BaseType_t* const outer_; ///< the one that this one came upon
};

/// How many ticks until then, rounded up: nobody wakes early by the port's clock. portMAX_DELAY: for ever. A
/// time beyond what a TickType_t holds becomes the longest that is an end.
TickType_t ticks_until(Instant until, Instant now);

} // namespace nwp::freertos
