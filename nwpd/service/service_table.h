// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "base/socket_types.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace nwp::service {

/// Port numbers by service name, as the system's database has them (Debian: /etc/services of netbase).
class ServiceTable {
public:
    /// Reads the whole database; a later change is not noticed.
    static ServiceTable of_system();

    void add(std::string name, SocketType type, std::uint16_t port);
    /// not_found   no such service over TCP (stream) or UDP (datagram)
    Result<std::uint16_t> port(std::string_view name, SocketType type) const;

private:
    std::map<std::pair<std::string, SocketType>, std::uint16_t> ports_;
};

} // namespace nwp::service
