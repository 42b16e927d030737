// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/span.h"
#include "host/c/call.h"

namespace nwp::c {

/// Where a message came from, and whether it was longer than the caller's memory.
struct Arrival {
    Address from; ///< unspecified: of a stream
    bool truncated = false;
};

/// What the socket calls do with datagram sockets. An attachment names it, or there are none: then an image
/// does not link it.
struct DatagramCalls {
    /// Whom connect() means; unspecified: nobody any more.
    Result<Address> (*read_peer)(Family family, const sockaddr* address, socklen_t length);
    /// With UDP there is nothing to wait for.
    Result<void> (*connect)(const Call& call, const Address& peer);
    /// `address` may be null.
    ssize_t (*send)(const Call& call, Span<const iovec> pieces, int flags, const sockaddr* address,
                    socklen_t length);
    ssize_t (*receive)(const Call& call, Span<const iovec> pieces, int flags, Arrival& arrival);
};
extern const DatagramCalls kDatagramCalls;

} // namespace nwp::c
