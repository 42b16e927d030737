// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwp/waited.h"

#include <string_view>

/// What applications of nwp::Host that wait for each step share: one line each instead of a loop.
namespace nwp::firmware {

constexpr std::uint32_t kCaTag = 1; ///< the CA's certificate, in the network processor's store

/// The first IPv4 address of a name, with the service's port. Errors of request::Resolve.
Result<Address> resolve(Host& host, std::string_view name, std::string_view service);

/// A stream socket, once the network processor has it. Errors of Host::open() and Host::opened(); after one
/// there is no socket.
Result<SocketId> open_stream(Host& host, Protocol protocol, std::uint32_t cookie = 0);

/// Connects a socket of TLS: the peer's chain must end in kCaTag's certificate, and its name be `name`.
/// Errors of Host::connect(); connection_aborted: request::GetVerdict says why.
Result<void> connect_secured(Host& host, SocketId socket, const Address& peer, std::string_view name);

/// All of it. Errors of Host::send().
Result<void> send_all(Host& host, SocketId socket, std::string_view text);

} // namespace nwp::firmware
