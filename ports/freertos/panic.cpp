// SPDX-License-Identifier: Apache-2.0
// How an image ends when a bug of ours was found, unless the application has a nwp::panic() of its own:
// nothing runs any more, and a debugger or watchdog finds it here.
#include "base/expect.h"

#include <FreeRTOS.h>
#include <task.h>

namespace nwp {

#ifdef NWP_PANIC_WITHOUT_WORDS
[[gnu::weak]] void panic() {
#else
[[gnu::weak]] void panic(const char*, const char*, int) {
#endif
    taskDISABLE_INTERRUPTS();
    for (;;) {
    }
}

} // namespace nwp
