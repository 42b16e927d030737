// SPDX-License-Identifier: Apache-2.0
#pragma once

// Sockets have the build machine's types and numbers.

#include "nwp/socket.h"

#include <net/if.h>

#define zsock_pollfd pollfd
#define zsock_addrinfo addrinfo
