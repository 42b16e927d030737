// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/c/call.h"
#include "nwp/types.h"

namespace nwp::c {

/// What the socket calls do with datagram sockets. An attachment names it, or there are none: then an image
/// does not link it.
struct DatagramCalls {
    /// Whom connect() means.
    Result<void> (*read_peer)(Family family, const sockaddr* address, socklen_t length, Address& into);
    /// With UDP there is nothing to wait for.
    Result<void> (*connect)(const Call& call, const Address& peer);
    /// A message of `size` bytes; msg_name may be null. As nwp_sendmsg().
    ssize_t (*send)(const Call& call, const msghdr& message, std::size_t size, int flags);
    /// As nwp_recvmsg().
    ssize_t (*receive)(const Call& call, msghdr& message, int flags);
};
extern const DatagramCalls kDatagramCalls;

} // namespace nwp::c
