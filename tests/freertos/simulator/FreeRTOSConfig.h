/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "tests/freertos/application/common_config.h"

#include <stdlib.h>

#define configMINIMAL_STACK_SIZE 4096 /* a thread of the build machine is behind each task */
#define configUSE_TICK_HOOK 1         /* the line's interrupts */
#define configASSERT(met) ((met) ? (void)0 : abort())
