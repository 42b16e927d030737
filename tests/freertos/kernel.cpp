// SPDX-License-Identifier: Apache-2.0
#include "tests/freertos/kernel.h"

#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <semphr.h>
#include <task.h>
#include <thread>

namespace {

using Clock = std::chrono::steady_clock;
using Ticks = std::chrono::duration<std::int64_t, std::ratio<1, configTICK_RATE_HZ>>;

// Never destroyed: a task outlives main().
std::mutex& kernel = *new std::mutex;
std::condition_variable& given = *new std::condition_variable;
std::uint64_t ticks_ahead = 0; ///< of the build machine's clock; guarded by `kernel`
const Clock::time_point began = Clock::now();
thread_local unsigned interrupts = 0;
thread_local unsigned yields_asked = 0;

/// The real kernel's configASSERT: who calls it wrongly learns it at once.
void require(bool met, const char* what) {
    if (met) return;
    std::fprintf(stderr, "the kernel was called wrongly: %s\n", what);
    std::abort();
}

const void* self() { return &interrupts; }

void give(StaticSemaphore_t& semaphore) {
    semaphore.count = 1;
    if (semaphore.sleepers != 0) given.notify_all();
}

SemaphoreHandle_t make(StaticSemaphore_t* memory, bool is_mutex) {
    require(interrupts == 0, "created in an interrupt");
    *memory = {};
    memory->is_mutex = is_mutex;
    memory->count = is_mutex ? 1 : 0;
    return memory;
}

/// Sleeps until it is given, or for so long. False: the time is over.
bool sleep(std::unique_lock<std::mutex>& held, StaticSemaphore_t& semaphore, TickType_t most) {
    const auto is_given = [&semaphore] { return semaphore.count != 0; };
    ++semaphore.sleepers;
    if (most == portMAX_DELAY) {
        given.wait(held, is_given);
    } else {
        // The count is that of whole ticks: it ends as one begins.
        const auto now = std::chrono::floor<Ticks>(Clock::now() - began);
        given.wait_until(held, began + now + Ticks{most}, is_given);
    }
    --semaphore.sleepers;
    return semaphore.count != 0;
}

} // namespace

namespace nwp::shim {

void set_ticks(std::uint64_t ticks) {
    const std::scoped_lock lock(kernel);
    ticks_ahead = ticks - static_cast<std::uint64_t>(std::chrono::floor<Ticks>(Clock::now() - began).count());
}

InInterrupt::InInterrupt() { ++interrupts; }
InInterrupt::~InInterrupt() { --interrupts; }

unsigned yields() { return yields_asked; }

unsigned long sleepers(const StaticSemaphore_t& semaphore) {
    const std::scoped_lock lock(kernel);
    return semaphore.sleepers;
}

} // namespace nwp::shim

void vTaskSetTimeOutState(TimeOut_t* at) {
    require(interrupts == 0, "vTaskSetTimeOutState in an interrupt");
    const std::scoped_lock lock(kernel);
    const auto passed = std::chrono::floor<Ticks>(Clock::now() - began).count();
    const std::uint64_t ticks = ticks_ahead + static_cast<std::uint64_t>(passed);
    *at = {static_cast<BaseType_t>(ticks >> 32), static_cast<TickType_t>(ticks)};
}

TaskHandle_t xTaskCreateStatic(TaskFunction_t code, const char*, std::uint32_t depth, void* argument,
                               UBaseType_t, StackType_t* stack, StaticTask_t* memory) {
    require(depth != 0 && stack != nullptr, "a task without stack");
    std::thread{code, argument}.detach(); // as on a board: it ends with the power
    return memory;
}

void shim_disable_interrupts() { std::abort(); }

void shim_yield_from_isr(BaseType_t woken) {
    require(interrupts != 0, "portYIELD_FROM_ISR outside of an interrupt");
    if (woken != pdFALSE) ++yields_asked;
}

SemaphoreHandle_t xSemaphoreCreateMutexStatic(StaticSemaphore_t* memory) { return make(memory, true); }
SemaphoreHandle_t xSemaphoreCreateBinaryStatic(StaticSemaphore_t* memory) { return make(memory, false); }

void vSemaphoreDelete(SemaphoreHandle_t semaphore) {
    const std::scoped_lock lock(kernel);
    require(semaphore->sleepers == 0, "deleted while a task sleeps on it");
}

BaseType_t xSemaphoreTake(SemaphoreHandle_t semaphore, TickType_t most) {
    require(interrupts == 0, "xSemaphoreTake in an interrupt");
    std::unique_lock held(kernel);
    require(!semaphore->is_mutex || semaphore->owner != self(), "a mutex taken twice");
    if (semaphore->count == 0 && (most == 0 || !sleep(held, *semaphore, most))) return pdFALSE;
    semaphore->count = 0;
    semaphore->owner = self();
    return pdTRUE;
}

BaseType_t xSemaphoreGive(SemaphoreHandle_t semaphore) {
    require(interrupts == 0, "xSemaphoreGive in an interrupt");
    const std::scoped_lock lock(kernel);
    require(!semaphore->is_mutex || semaphore->owner == self(), "another task's mutex given");
    if (semaphore->count != 0) return pdFALSE;
    semaphore->owner = nullptr;
    give(*semaphore);
    return pdTRUE;
}

BaseType_t xSemaphoreGiveFromISR(SemaphoreHandle_t semaphore, BaseType_t* woken) {
    require(interrupts != 0, "xSemaphoreGiveFromISR outside of an interrupt");
    const std::scoped_lock lock(kernel);
    require(!semaphore->is_mutex, "a mutex given in an interrupt");
    if (semaphore->count != 0) return pdFALSE;
    if (semaphore->sleepers != 0) *woken = pdTRUE;
    give(*semaphore);
    return pdTRUE;
}
