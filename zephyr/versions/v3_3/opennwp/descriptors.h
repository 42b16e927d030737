// SPDX-License-Identifier: Apache-2.0
#pragma once

/// Zephyr's descriptors and the table of socket calls, as 3.3 has them.

#include <zephyr/sys/fdtable.h>

extern "C" {
#include <sockets_internal.h>
}

namespace nwp::zephyr {

using CallTable = socket_op_vtable;

/// A descriptor that is not in use yet. -1 with errno: there is none.
inline int reserve_descriptor() { return z_reserve_fd(); }
inline void free_descriptor(int descriptor) { z_free_fd(descriptor); }
inline void open_descriptor(int descriptor, void* object, const CallTable& calls) {
    z_finalize_fd(descriptor, object, &calls.fd_vtable);
}

/// There is no recvmsg() yet.
constexpr void take_messages(CallTable&, ssize_t (*)(void*, msghdr*, int)) {}

} // namespace nwp::zephyr
