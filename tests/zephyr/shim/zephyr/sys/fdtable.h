// SPDX-License-Identifier: Apache-2.0
#pragma once

// A small table of descriptors. Calls go through it with the descriptor's mutex held, as Zephyr's do.

#include <cstdarg>
#include <cstddef>
#include <sys/types.h>
#include <zephyr/kernel.h>

struct fd_op_vtable {
    ssize_t (*read)(void* object, void* bytes, std::size_t size);
    ssize_t (*write)(void* object, const void* bytes, std::size_t size);
    int (*close)(void* object);
    int (*ioctl)(void* object, unsigned request, va_list arguments);
};

enum {
    ZFD_IOCTL_POLL_PREPARE = 0x102,
    ZFD_IOCTL_POLL_UPDATE,
    ZFD_IOCTL_POLL_OFFLOAD,
    ZFD_IOCTL_SET_LOCK,
};

int z_reserve_fd();
void z_free_fd(int descriptor);
void z_finalize_fd(int descriptor, void* object, const fd_op_vtable* calls);
