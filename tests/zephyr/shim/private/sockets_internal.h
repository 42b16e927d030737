// SPDX-License-Identifier: Apache-2.0
#pragma once

// Zephyr's table of socket calls, in the order of the version.

#include <zephyr/net/socket.h>
#include <zephyr/sys/fdtable.h>

struct socket_op_vtable {
    fd_op_vtable fd_vtable;
    int (*shutdown)(void*, int);
    int (*bind)(void*, const sockaddr*, socklen_t);
    int (*connect)(void*, const sockaddr*, socklen_t);
    int (*listen)(void*, int);
    int (*accept)(void*, sockaddr*, socklen_t*);
    ssize_t (*sendto)(void*, const void*, std::size_t, int, const sockaddr*, socklen_t);
    ssize_t (*recvfrom)(void*, void*, std::size_t, int, sockaddr*, socklen_t*);
    int (*getsockopt)(void*, int, int, void*, socklen_t*);
    int (*setsockopt)(void*, int, int, const void*, socklen_t);
    ssize_t (*sendmsg)(void*, const msghdr*, int);
#if SHIM_ZEPHYR >= 37
    ssize_t (*recvmsg)(void*, msghdr*, int);
#endif
    int (*getpeername)(void*, sockaddr*, socklen_t*);
    int (*getsockname)(void*, sockaddr*, socklen_t*);
};
