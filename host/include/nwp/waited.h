// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwp/host.h"

namespace nwp {

/// Waits until `attempt`, a call of the host about this socket, gives anything but would_block, and returns
/// that. would_block: the port ended the wait early (a signal on Linux).
template <typename Attempt>
auto waited(Host& host, SocketId socket, const Attempt& attempt) {
    decltype(attempt()) result = Error::would_block;
    host.block(socket, Instant::never(), [&] {
        result = attempt();
        return result.error() != Error::would_block;
    });
    return result;
}

/// Asks for a socket as Host::open() does, and waits while that says would_block: for room on the link, or
/// for the place of a socket whose close the NWP is about to confirm. The NWP's answer is still to come: see
/// Host::opened(). would_block: the port ended the wait early.
inline Result<SocketId> open_in_turn(Host& host, Family family, SocketType type, Protocol protocol,
                                     std::uint32_t cookie = 0) {
    Watch any{Callback<bool(SocketId)>{[](void*, SocketId) { return true; }, nullptr}};
    Result<SocketId> begun = Error::would_block;
    host.block(any, Instant::never(), [&] {
        begun = host.open(family, type, protocol, cookie);
        return begun.error() != Error::would_block;
    });
    return begun;
}

} // namespace nwp
