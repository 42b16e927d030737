// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/freertos/shim/FreeRTOS.h"

using SemaphoreHandle_t = StaticSemaphore_t*;

extern "C" {
SemaphoreHandle_t xSemaphoreCreateMutexStatic(StaticSemaphore_t* memory);
SemaphoreHandle_t xSemaphoreCreateBinaryStatic(StaticSemaphore_t* memory);
void vSemaphoreDelete(SemaphoreHandle_t semaphore);
BaseType_t xSemaphoreTake(SemaphoreHandle_t semaphore, TickType_t most);
BaseType_t xSemaphoreGive(SemaphoreHandle_t semaphore);
BaseType_t xSemaphoreGiveFromISR(SemaphoreHandle_t semaphore, BaseType_t* woken);
}
