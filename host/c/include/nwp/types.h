/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The types and numbers of sockets: the system's own where it has them, else ours of the same shapes (or ours
 * everywhere with NWP_OWN_TYPES, which a test uses). A build for a system that has them under other names
 * defines NWP_TYPES_HEADER, a header in quotes that includes all of it. */
#ifdef NWP_TYPES_HEADER
#include NWP_TYPES_HEADER
#else
#if defined(__has_include) && !defined(NWP_OWN_TYPES)
#if __has_include(<sys/socket.h>)
#define NWP_SYSTEM_HAS_SOCKETS 1
#endif
#endif

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#ifdef NWP_SYSTEM_HAS_SOCKETS
#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/uio.h>
#else
#include "nwp/own_types.h"
#endif
#endif /* NWP_TYPES_HEADER */
