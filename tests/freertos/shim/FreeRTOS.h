// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the port takes of FreeRTOS, for a build without it: types and macros as the kernel's manual describes
// them, with a tick of 32 bits. What the functions do here is in tests/freertos/kernel.cpp.

#include <cstdint>

#define configSUPPORT_STATIC_ALLOCATION 1
#define configUSE_MUTEXES 1
#define configTICK_RATE_HZ 1000

using BaseType_t = long;
using UBaseType_t = unsigned long;
using TickType_t = std::uint32_t;
using StackType_t = std::uint32_t;

constexpr BaseType_t pdFALSE = 0;
constexpr BaseType_t pdTRUE = 1;
constexpr TickType_t portMAX_DELAY = 0xFFFFFFFF;

/// As much memory as the kernel's, with other things in it.
struct StaticSemaphore_t {
    UBaseType_t count;
    UBaseType_t sleepers;
    const void* owner; ///< the task that has taken a mutex
    bool is_mutex;
    unsigned char rest[44];
};
struct StaticTask_t {
    unsigned char rest[84];
};

extern "C" void shim_yield_from_isr(BaseType_t woken);
#define portYIELD_FROM_ISR(woken) shim_yield_from_isr(woken)
