// SPDX-License-Identifier: Apache-2.0
#pragma once

// Messages for people: traces. What may be secret is not shown, only how long it is: passphrases, keys,
// tokens, the bytes of files and sockets, values of settings that are no plain numbers.

#include "simplelink/host_framer.h"
#include "simplelink/nwp_framer.h"

#include <string>

namespace nwp::simplelink {

/// `HostByName{name_length=11, family=2} name="example.com"`.
std::string print_message(const HostMessage& message);

/// `SocketReceivedResponse{status=BSD_EAGAIN, descriptor=0} free=12*1536`: the header's state stands behind,
/// as far as it says something.
std::string print_message(const NwpMessage& message);

/// One captured message with its sync word. Bytes that are none, or more than one, are said to be so.
std::string print_frame(ByteView frame, bool from_host);

/// Whether a captured frame begins as messages of this protocol do, in either direction.
bool is_frame(ByteView frame);

} // namespace nwp::simplelink
