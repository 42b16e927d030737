// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.h"

namespace nwp::net {

/// What the kernel's errno is called here. input_output for one that no socket call is known to give.
Error error_from_errno(int number);

/// error_from_errno(errno), to be called right behind the system call.
Error last_error();

} // namespace nwp::net
