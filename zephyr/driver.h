// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwp/host.h"

#include <opennwp/plane.h>
#include <zephyr/kernel.h>

struct net_if;

namespace nwp::zephyr {

/// The one driver; made by opennwp_init(), never destroyed.
Host& host();
Plane& plane();

/// The interface as the network processor reports it: link, address, Wi-Fi state.
void start_network(Host& host, net_if* interface);
/// Waits until the interface can be used. False: the time is over.
bool await_network(k_timeout_t limit);

} // namespace nwp::zephyr
