/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Fields of net_context, for C++: the struct may have an empty one inside, which has a size there and none in
 * C. */

#include <zephyr/net/net_context.h>

#ifdef __cplusplus
extern "C" {
#endif

int opennwp_context_family(const struct net_context* context);
bool opennwp_context_is_stream(const struct net_context* context);
/* It is the network processor's, on this interface. */
void opennwp_context_take(struct net_context* context, struct net_if* interface, void* place);
void* opennwp_context_place(const struct net_context* context);
void opennwp_context_set_state(struct net_context* context, enum net_context_state state);
/* Where its peer's address stands; it has one from now on. */
struct sockaddr* opennwp_context_remote(struct net_context* context);

#ifdef __cplusplus
}
#endif
