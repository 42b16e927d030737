/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Sockets have the types and numbers of the build machine, or those that nwp/types.h gives a microcontroller.
 */

#include "nwp/socket.h"

#ifdef __has_include
#if __has_include(<net/if.h>)
#include <net/if.h>
#else
struct ifreq {
    char ifr_name[16];
};
#endif
#endif

#define zsock_pollfd pollfd
#define zsock_addrinfo addrinfo

/* The one family of sockets, for the board. */
struct shim_family {
    bool (*supports)(int, int, int);
    int (*create)(int, int, int);
};
extern const struct shim_family shim_family;
#define NET_SOCKET_OFFLOAD_REGISTER(name, priority, family, supports, create)                                \
    const struct shim_family shim_family = {(supports), (create)}
