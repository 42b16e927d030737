// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

namespace nwp::kit {

/// Returns when that thread (gettid()) of this process sleeps in the kernel: a call that blocks is then
/// waiting. A lock that it waits for meanwhile looks the same, so a test must hold either way. False: it did
/// not within 60 s.
bool falls_asleep(pid_t thread);

} // namespace nwp::kit
