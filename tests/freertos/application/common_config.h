/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What FreeRTOSConfig.h says on every machine that the application runs on: as little as the port needs. */
#include <stdint.h>

#define configSUPPORT_STATIC_ALLOCATION 1
#define configSUPPORT_DYNAMIC_ALLOCATION 0
#define configUSE_MUTEXES 1
#define configUSE_PREEMPTION 1
#define configUSE_IDLE_HOOK 1
#define configUSE_16_BIT_TICKS 0
#define configTICK_RATE_HZ 1000
#define configMAX_PRIORITIES 5
#define configSTACK_DEPTH_TYPE uint32_t
#define configIDLE_SHOULD_YIELD 1
#define configINITIAL_TICK_COUNT ((TickType_t)-2000) /* it goes round while the application runs */
#define INCLUDE_vTaskDelay 1
#define INCLUDE_vTaskSuspend 1
