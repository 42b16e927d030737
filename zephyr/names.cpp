// SPDX-License-Identifier: Apache-2.0
// getaddrinfo() and freeaddrinfo() of the network processor, for Zephyr's.
#include "nwp/socket.h"
#include "zephyr/driver.h"

#include <zephyr/net/socket_offload.h>

namespace nwp::zephyr {

void offload_names() {
    static constexpr socket_dns_offload names{&nwp_getaddrinfo, &nwp_freeaddrinfo};
    socket_offload_dns_register(&names);
}

} // namespace nwp::zephyr
