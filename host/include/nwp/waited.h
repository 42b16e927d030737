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

} // namespace nwp
