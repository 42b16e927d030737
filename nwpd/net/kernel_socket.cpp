// SPDX-License-Identifier: Apache-2.0
#include "nwpd/net/kernel_socket.h"

#include "nwpd/net/errno_map.h"
#include "nwpd/net/sockaddr.h"

#include <netinet/in.h>
#include <sys/socket.h>

namespace nwp::net {

Result<int> make_kernel_socket(Family family, int type) {
    if (family == Family::unspecified) return Error::family_not_supported;
    const int domain = family == Family::ipv6 ? AF_INET6 : AF_INET;
    const int made = socket(domain, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (made < 0) return last_error();
    return made;
}

Result<void> set_kernel_option(int socket, int level, int name, int value) {
    if (setsockopt(socket, level, name, &value, sizeof value) != 0) return last_error();
    return {};
}

Result<void> set_hop_limit(int socket, int hops) {
    if (local_of(socket).family == Family::ipv6)
        if (auto set = set_kernel_option(socket, IPPROTO_IPV6, IPV6_UNICAST_HOPS, hops); !set || hops == 0)
            return set; // IPv4 has no 0
    return set_kernel_option(socket, IPPROTO_IP, IP_TTL, hops);
}

Result<void> bind_kernel_socket(int socket, const Address& local) {
    const SocketAddress name{local};
    if (bind(socket, name.get(), name.size) != 0) return last_error();
    return {};
}

Address local_of(int socket) {
    SocketAddress name;
    if (getsockname(socket, name.get(), &name.size) != 0) return {};
    return name.address();
}

} // namespace nwp::net
