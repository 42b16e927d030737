// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <FreeRTOS.h>

/// What tests do to the kernel of ours: every thread is a task of it, and all run side by side.
namespace nwp::shim {

/// The tick's count, with its rounds above the 32 bits that a TickType_t has; it goes on from there.
void set_ticks(std::uint64_t ticks);

/// While it lives this thread is an interrupt: only functions for those may be called, and no others.
class InInterrupt {
public:
    InInterrupt();
    ~InInterrupt();
    InInterrupt(const InInterrupt&) = delete;
    InInterrupt& operator=(const InInterrupt&) = delete;
};

/// How often this thread asked for another task at an interrupt's end.
unsigned yields();

/// How many tasks sleep on that.
unsigned long sleepers(const StaticSemaphore_t& semaphore);

} // namespace nwp::shim
