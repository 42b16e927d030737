/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The table of calls that net_context gives away. */

#include <zephyr/net/net_context.h>

struct net_offload {
    int (*get)(sa_family_t family, net_sock_type type, net_ip_protocol protocol,
               struct net_context** context);
    int (*bind)(struct net_context* context, const struct sockaddr* address, socklen_t length);
    int (*listen)(struct net_context* context, int backlog);
    int (*connect)(struct net_context* context, const struct sockaddr* address, socklen_t length,
                   net_context_connect_cb_t callback, int32_t timeout, void* user_data);
    int (*accept)(struct net_context* context, net_tcp_accept_cb_t callback, int32_t timeout,
                  void* user_data);
    int (*send)(struct net_pkt* packet, net_context_send_cb_t callback, int32_t timeout, void* user_data);
    int (*sendto)(struct net_pkt* packet, const struct sockaddr* address, socklen_t length,
                  net_context_send_cb_t callback, int32_t timeout, void* user_data);
    int (*recv)(struct net_context* context, net_context_recv_cb_t callback, int32_t timeout,
                void* user_data);
    int (*put)(struct net_context* context);
};
