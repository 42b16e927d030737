// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/c/call.h"
#include "nwp/types.h"

namespace nwp::c {

struct Travelling;

/// What the socket calls do with datagram sockets. An attachment names it, or there are none: then an image
/// does not link it.
struct DatagramCalls {
    /// Whom connect() means.
    Result<void> (*read_peer)(Family family, const sockaddr* address, socklen_t length, Address& into);
    /// With UDP there is nothing to wait for.
    Result<void> (*connect)(const Call& call, const Address& peer);
    /// A message of `size` bytes; msg_name may be null. As nwp_sendmsg().
    ssize_t (*send)(Call& call, const msghdr& message, std::size_t size, int flags);
    /// As nwp_recvmsg().
    ssize_t (*receive)(Call& call, msghdr& message, int flags);
    /// A multicast group to be joined or left, of an option of that level.
    Result<void> (*pack_group)(int level, const void* value, socklen_t size, Travelling& travelling);
};
extern const DatagramCalls kDatagramCalls;

} // namespace nwp::c
