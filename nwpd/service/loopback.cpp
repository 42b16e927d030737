// SPDX-License-Identifier: Apache-2.0
#include "nwpd/service/loopback.h"

#include "nwpd/service/mapped_address.h"

#include <algorithm>
#include <random>

namespace nwp::service {

Loopback::Loopback() {
    // Far from where radio files put lease networks, and apart from other NWPs of this machine.
    std::random_device chance;
    const auto corner = static_cast<Byte>(224 + chance() % 31);
    const auto network = static_cast<Byte>(chance() % 256);
    const auto host = static_cast<Byte>(1 + chance() % 126);
    behind_ipv4_ = Address::ipv4(127, corner, network, host);
    behind_ipv6_ = Address::ipv4(127, corner, network, static_cast<Byte>(host + 127));
}

Loopback::Registration Loopback::add(SocketType type, const Address& seen, const Address& real) {
    const auto plain = [](const Address& address) {
        return is_ipv4_mapped(address) ? to_ipv4(address) : address;
    };
    return bound_.insert(bound_.end(), Bound{type, plain(seen), plain(real)});
}

Result<Address> Loopback::find(SocketType type, const Address& seen) const {
    const Family family = is_ipv4_mapped(seen) ? Family::ipv4 : seen.family;
    const auto found = std::find_if(bound_.begin(), bound_.end(), [&](const Bound& bound) {
        return bound.type == type && bound.seen.family == family && bound.seen.port == seen.port;
    });
    if (found == bound_.end()) return Error::connection_refused;
    return found->real;
}

Result<Address> Loopback::seen(SocketType type, const Address& real) const {
    const bool mapped = is_ipv4_mapped(real);
    const Address ipv4 = mapped ? to_ipv4(real) : real;
    const bool of_ipv6 = equal(ipv4.ip_bytes(), behind_ipv6_.ip_bytes());
    if (!of_ipv6 && !equal(ipv4.ip_bytes(), behind_ipv4_.ip_bytes())) return Error::address_not_available;

    Address seen = of_ipv6 ? ipv6_loopback(ipv4.port) : Address::ipv4(127, 0, 0, 1, ipv4.port);
    for (const Bound& bound : bound_)
        if (bound.type == type && bound.real == ipv4) seen.port = bound.seen.port;
    return mapped && !of_ipv6 ? to_ipv4_mapped(seen) : seen;
}

} // namespace nwp::service
