// SPDX-License-Identifier: Apache-2.0
// How an image ends when a bug of ours was found: Zephyr's fault handler tells from where.
#include "base/expect.h"

#include <zephyr/kernel.h>

namespace nwp {

void panic() {
    k_panic();
    CODE_UNREACHABLE;
}

} // namespace nwp

/// Abstract functions are called by bugs alone.
extern "C" [[noreturn]] __weak void __cxa_pure_virtual() { nwp::panic(); }
