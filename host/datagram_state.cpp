// SPDX-License-Identifier: Apache-2.0
#include "host/datagram_state.h"

namespace nwp {

std::uint32_t DatagramState::mark_of(const Address& address) {
    std::uint32_t mark = 2166136261U; // FNV-1a
    const auto add = [&mark](std::uint32_t value) { mark = (mark ^ value) * 16777619U; };
    for (const Byte octet : address.ip) add(octet);
    add(address.port & 0xFFU);
    add(static_cast<std::uint32_t>(address.port) >> 8);
    add(address.scope);
    add(static_cast<std::uint32_t>(address.family));
    return mark != 0 ? mark : 1;
}

bool DatagramState::knows_route(const Address& to) const {
    const std::uint32_t mark = mark_of(to);
    return mark == checked_ || mark == heard_;
}

Readiness DatagramState::readiness(bool whole, std::uint32_t credit, bool room, Error pending) const {
    Readiness is;
    if (whole || receive_shut_) is = is | ready::readable;
    if (receive_shut_) is = is | ready::read_hang_up;
    if (receive_shut_ && send_shut_) is = is | ready::hang_up;
    // As Linux: half of the memory is free. Who wants more waits for it in a blocking call.
    if (room && !sending_ && credit >= window_ / 2) is = is | ready::writable;
    if (pending != Error{}) is = is | ready::error;
    return is;
}

Result<void> DatagramState::receive(bool whole) const {
    if (whole && !receiving_) return {};
    return receive_shut_ && !whole ? Error::closed : Error::would_block;
}

Result<void> DatagramState::send(std::size_t size, Family to, Family own) const {
    // A frame says itself where it goes.
    const bool needs_address = !connected_ && own != Family::packet;
    if (to == Family::unspecified && needs_address) return Error::destination_required;
    const bool ipv4 = to == Family::ipv4 || (to == Family::unspecified && own == Family::ipv4);
    const bool fits = size <= (ipv4 ? kMostIpv4 : kMostIpv6) && size + kOverhead <= window_;
    if (!fits) return Error::message_too_long;
    return {};
}

Result<void> DatagramState::begin(std::size_t size, std::uint32_t credit, bool room) const {
    if (send_shut_) return Error::broken_pipe;
    if (!room || sending_ || credit < size + kOverhead) return Error::would_block;
    return {};
}

} // namespace nwp
