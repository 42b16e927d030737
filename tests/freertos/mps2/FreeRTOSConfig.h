/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "tests/freertos/application/common_config.h"

#define configCPU_CLOCK_HZ 25000000
#define configMINIMAL_STACK_SIZE 128 /* words */
#define configUSE_TICK_HOOK 0
#define configUSE_NEWLIB_REENTRANT 1 /* an errno for each task */
#define configCHECK_FOR_STACK_OVERFLOW 2

/* Eight bits of priority; smaller is more urgent. */
#define configKERNEL_INTERRUPT_PRIORITY 0xFF
#define configMAX_SYSCALL_INTERRUPT_PRIORITY 0x40

#ifdef __cplusplus
extern "C"
#endif
    void
    application_failed(void);
#define configASSERT(met) ((met) ? (void)0 : application_failed())

/* Under these names they stand in the board's vector table. */
#define vPortSVCHandler svc_handler
#define xPortPendSVHandler pend_sv_handler
#define xPortSysTickHandler sys_tick_handler
