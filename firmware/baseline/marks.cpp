// SPDX-License-Identifier: Apache-2.0
#include "marks.h"

// Each has a body of its own, so that the compiler does not fold them into one.
#define MARK(name, number)                                                                                   \
    [[gnu::noinline]] void name() { asm volatile("" ::"i"(number)); }
MARK(mark_started, 1)
MARK(mark_joined, 2)
MARK(mark_resolved, 3)
MARK(mark_connected, 4)
MARK(mark_requested, 5)
MARK(mark_received, 6)
MARK(mark_closed, 7)
