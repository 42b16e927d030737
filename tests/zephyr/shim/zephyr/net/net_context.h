/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Contexts as far as an offload sees them: no native stack, no lock of their own, so that a test may call
 * what Zephyr would keep apart. */

#include <stdint.h>
#include <zephyr/net/net_if.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef int net_sock_type;
typedef int net_ip_protocol;
struct net_context;
struct net_pkt;
union net_ip_header;
union net_proto_header;

typedef void (*net_context_connect_cb_t)(struct net_context* context, int status, void* user_data);
typedef void (*net_tcp_accept_cb_t)(struct net_context* made, struct sockaddr* address, socklen_t length,
                                    int status, void* user_data);
typedef void (*net_context_send_cb_t)(struct net_context* context, int status, void* user_data);
typedef void (*net_context_recv_cb_t)(struct net_context* context, struct net_pkt* packet,
                                      union net_ip_header* ip, union net_proto_header* protocol, int status,
                                      void* user_data);

enum net_context_state { NET_CONTEXT_UNCONNECTED, NET_CONTEXT_CONNECTED = 4, NET_CONTEXT_LISTENING };
#define NET_CONTEXT_REMOTE_ADDR_SET 1U

struct net_context {
    bool used;
    int family;
    net_sock_type type;
    unsigned flags;
    enum net_context_state state;
    struct sockaddr remote;
    struct net_if* interface;
    void* offload_context;
};

inline static int net_context_get_family(struct net_context* context) { return context->family; }
inline static net_sock_type net_context_get_type(struct net_context* context) { return context->type; }
inline static void net_context_set_iface(struct net_context* context, struct net_if* interface) {
    context->interface = interface;
}
inline static void net_context_set_state(struct net_context* context, enum net_context_state state) {
    context->state = state;
}
/* One of four; the driver's table says whether there is room below. */
int net_context_get(sa_family_t family, net_sock_type type, uint16_t protocol, struct net_context** context);
int net_context_put(struct net_context* context);

#ifdef __cplusplus
}
#endif
