// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.h"

namespace nwp::c {

/// The platform's errno for an error; the one table there is. EIO for an error newer than this code.
int errno_of(Error error);

/// EAI_... for an error of getaddrinfo; EAI_SYSTEM where errno_of() says it.
int eai_of(Error error);

/// Sets errno and returns -1, as calls of the C interface do.
int fail(Error error);

} // namespace nwp::c
