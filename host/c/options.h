// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/c/call.h"
#include "nwp/socket_requests.h"

namespace nwp::c {

/// Longest value that travels.
constexpr std::size_t kLongestValue = request::kPart;
constexpr std::size_t kLongestName = 255; ///< of a host, of a protocol (RFC 7301 3.1)

/// Where a value to be set is made ready to travel.
struct Travelling {
    ByteView bytes;           ///< of `room`, or the caller's own
    Byte room[kLongestValue]; ///< for what has another form on the link
};

/// Copies an int or a struct to be set, of which there must be all.   invalid_argument, bad_address
Result<void> read_value(void* into, std::size_t wanted, const void* value, std::size_t size);

/// Bytes before the NUL, or `most` when there is none among so many.
std::size_t length_of(const char* text, std::size_t most);

/// Names of protocols: whether they fit; makes them ready to travel.
Result<void> pack_protocols(const Call& call, const void* value, socklen_t size, Travelling& travelling);
/// Remembers them for getsockopt().
void keep_protocols(const Call& call, const void* value, socklen_t size);
Result<void> get_protocols(const Call& call, void* value, socklen_t* size);
Result<void> get_verdict(const Call& call, void* value, const socklen_t* size);

} // namespace nwp::c
