/* SPDX-License-Identifier: Apache-2.0 */
/* CONFIG_OPENNWP_SOCKOPT_TLS: Zephyr's socket layer asks for this once it sees that there are TLS sockets. */
#include <zephyr/kernel.h>

#include <sockets_internal.h>

bool net_socket_is_tls(void* obj) {
    ARG_UNUSED(obj);
    return false; /* none of them are Zephyr's own */
}
