// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/address.h"

#include <sys/socket.h>

#include <string>
#include <string_view>

namespace nwp::net {

/// An address as the kernel takes it.
struct SocketAddress {
    sockaddr_storage storage{};
    socklen_t size = sizeof storage;

    SocketAddress() = default;
    /// Unspecified family: size 0.
    explicit SocketAddress(const Address& address);

    sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
    const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }

    /// Unspecified when it is neither IPv4 nor IPv6.
    Address address() const;
};

/// "192.0.2.1:80", "[2001:db8::1]:80"; for logs and for c-ares. A scope is written as the interface's name.
std::string to_text(const Address& address);

/// The address that `text` spells (RFC 4291 2.2; "fe80::1%eth0" with its scope), with port 0; unspecified
/// when it is a name.
Address literal_address(std::string_view text);

} // namespace nwp::net
