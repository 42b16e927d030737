// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/address.h"
#include "nwpd/service/mapped_address.h"
#include "simplelink/socket.h"

namespace nwp::simplelink {

/// The address in a command of this silo.
template <typename Command>
Address address_in(const Command& command) {
    static_assert(sizeof command.address == 4 || sizeof command.address == 16);
    Address address;
    address.family = sizeof command.address == 4 ? nwp::Family::ipv4 : nwp::Family::ipv6;
    address.port = command.port.value;
    copy_bytes(address.ip, command.address);
    return address;
}

/// Puts an address into an event. IPv6 addresses do not fit into the short form: unless they are IPv4-mapped,
/// nothing of them but the port is told there.
template <typename Event>
void put_address(Event& event, const Address& address) {
    constexpr bool is_short = sizeof event.address == 4;
    event.family = is_short ? Family::ipv4 : Family::ipv6;
    event.port = {address.port};
    Address told = address;
    if (is_short && service::is_ipv4_mapped(address)) told = service::to_ipv4(address);
    if (!is_short && address.family == nwp::Family::ipv4) told = service::to_ipv4_mapped(address);
    if (told.ip_size() == event.address.size()) copy_bytes(event.address, told.ip_bytes());
}

} // namespace nwp::simplelink
