/* SPDX-License-Identifier: Apache-2.0 */
/* Sockets in Zephyr's tables. */
#include "zephyr/registration.h"

#include <zephyr/net/socket.h>

NET_SOCKET_OFFLOAD_REGISTER(opennwp, CONFIG_NET_SOCKETS_OFFLOAD_PRIORITY, AF_UNSPEC, opennwp_supports,
                            opennwp_socket);
