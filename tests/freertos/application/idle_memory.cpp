// SPDX-License-Identifier: Apache-2.0
// Where nothing comes from a heap the kernel asks the application for its idle task's memory.
#include <FreeRTOS.h>
#include <task.h>

#include <cstdint>

extern "C" void vApplicationGetIdleTaskMemory(StaticTask_t** task, StackType_t** stack, std::uint32_t* size) {
    static StaticTask_t its_task;
    alignas(8) static StackType_t its_stack[configMINIMAL_STACK_SIZE];
    *task = &its_task;
    *stack = its_stack;
    *size = configMINIMAL_STACK_SIZE;
}
