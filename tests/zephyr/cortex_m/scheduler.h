// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace nwp::shim {

/// From main(), before anything of Zephyr's kernel is called: what runs becomes a thread of priority 0.
void start_scheduler();

/// The most bytes of its stack that the thread of that name has needed so far.
std::size_t stack_used(const char* name);

} // namespace nwp::shim
