// SPDX-License-Identifier: Apache-2.0
#pragma once

/// Zephyr's descriptors and the table of socket calls, as 3.7 has them.

#include <zephyr/sys/fdtable.h>

extern "C" {
#include <sockets_internal.h>
}

namespace nwp::zephyr {

using CallTable = socket_op_vtable;

/// A descriptor that is not in use yet. -1 with errno: there is none.
inline int reserve_descriptor() { return zvfs_reserve_fd(); }
inline void free_descriptor(int descriptor) { zvfs_free_fd(descriptor); }
inline void open_descriptor(int descriptor, void* object, const CallTable& calls) {
    zvfs_finalize_typed_fd(descriptor, object, &calls.fd_vtable, ZVFS_MODE_IFSOCK);
}

constexpr void take_messages(CallTable& table, ssize_t (*receive)(void*, msghdr*, int)) {
    table.recvmsg = receive;
}

} // namespace nwp::zephyr
