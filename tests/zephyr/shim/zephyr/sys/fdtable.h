// SPDX-License-Identifier: Apache-2.0
#pragma once

// As the version SHIM_ZEPHYR has it (33 for 3.3). A small table of descriptors. Calls go through it with the
// descriptor's mutex held, as Zephyr's do.

#include <cstdarg>
#include <cstddef>
#include <sys/types.h>
#include <zephyr/kernel.h>

struct fd_op_vtable {
#if SHIM_ZEPHYR < 37
    ssize_t (*read)(void* object, void* bytes, std::size_t size);
    ssize_t (*write)(void* object, const void* bytes, std::size_t size);
    int (*close)(void* object);
#else
    union {
        ssize_t (*read)(void* object, void* bytes, std::size_t size);
        ssize_t (*read_offs)(void* object, void* bytes, std::size_t size, std::size_t offset);
    };
    union {
        ssize_t (*write)(void* object, const void* bytes, std::size_t size);
        ssize_t (*write_offs)(void* object, const void* bytes, std::size_t size, std::size_t offset);
    };
    union {
        int (*close)(void* object);
        int (*close2)(void* object, int fd);
    };
#endif
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
#if SHIM_ZEPHYR >= 37
#define ZVFS_MODE_IFSOCK 0140000
#define zvfs_reserve_fd z_reserve_fd
#define zvfs_free_fd z_free_fd
inline void zvfs_finalize_typed_fd(int descriptor, void* object, const fd_op_vtable* calls, std::uint32_t) {
    z_finalize_fd(descriptor, object, calls);
}
#endif
