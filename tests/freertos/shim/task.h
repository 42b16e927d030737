// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/freertos/shim/FreeRTOS.h"

using TaskHandle_t = StaticTask_t*;
using TaskFunction_t = void (*)(void*);

struct TimeOut_t {
    BaseType_t xOverflowCount;
    TickType_t xTimeOnEntering;
};

extern "C" {
void vTaskSetTimeOutState(TimeOut_t* at);
TaskHandle_t xTaskCreateStatic(TaskFunction_t code, const char* name, std::uint32_t depth, void* argument,
                               UBaseType_t priority, StackType_t* stack, StaticTask_t* memory);
void shim_disable_interrupts();
}
#define taskDISABLE_INTERRUPTS() shim_disable_interrupts()
