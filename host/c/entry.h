// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/c/call.h"
#include "nwp/types.h"

namespace nwp::c {

/// What may stand beside a type of socket(), and in accept4().
#ifdef SOCK_NONBLOCK
constexpr int kTypeFlags = SOCK_NONBLOCK | SOCK_CLOEXEC;
#else
constexpr int kTypeFlags = 0;
#endif

/// A number for a socket of the host. -1 with EMFILE: there are no more numbers, and the socket is closed.
int make_entry(Attachment& to, SocketId socket, SocketType type, int flags);

} // namespace nwp::c
