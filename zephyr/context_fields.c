/* SPDX-License-Identifier: Apache-2.0 */
#include "zephyr/context_fields.h"

int opennwp_context_family(const struct net_context* context) {
    return net_context_get_family((struct net_context*)context);
}

bool opennwp_context_is_stream(const struct net_context* context) {
    return net_context_get_type((struct net_context*)context) == SOCK_STREAM;
}

void opennwp_context_take(struct net_context* context, struct net_if* interface, void* place) {
    context->offload_context = place;
    net_context_set_iface(context, interface);
}

void* opennwp_context_place(const struct net_context* context) { return context->offload_context; }

void opennwp_context_set_state(struct net_context* context, enum net_context_state state) {
    net_context_set_state(context, state);
}

struct sockaddr* opennwp_context_remote(struct net_context* context) {
    context->flags |= NET_CONTEXT_REMOTE_ADDR_SET;
    return &context->remote;
}
