// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/address.h"

#include <string>
#include <string_view>

namespace nwp::endpoint {

/// An address of this machine's loopback with a port, or why the text is none, for whoever wrote it.
struct LoopbackAddress {
    Address address;
    std::string error;
};

/// "127.0.0.1:7000" (any of 127.0.0.0/8) or "[::1]:7000". Port 0 is one that the system chooses. Addresses
/// that other machines reach are refused: whoever reaches the port is served, unasked who it is.
LoopbackAddress loopback_address(std::string_view text);

/// The same as text.
std::string text_of(const Address& loopback);

} // namespace nwp::endpoint
