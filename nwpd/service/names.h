// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/socket_types.h"
#include "nwpd/net/resolver.h"
#include "nwpd/service/network.h"

#include <functional>
#include <string>
#include <vector>

namespace nwp::service {

/// The AI_* flags by POSIX's meaning and Zephyr's numbers (wire::Resolve).
namespace name_flag {
constexpr std::uint16_t passive = 1;
constexpr std::uint16_t canonical_name = 2;
constexpr std::uint16_t numeric_host = 4;
constexpr std::uint16_t v4_mapped = 8;
constexpr std::uint16_t all = 16;
constexpr std::uint16_t address_configured = 32;
constexpr std::uint16_t numeric_service = 1024;
} // namespace name_flag

struct NameQuestion {
    std::string node;
    std::string service;
    Family family = Family::unspecified;
    SocketType type{};   ///< 0: any
    Protocol protocol{}; ///< 0: any
    std::uint16_t flags = 0;
};

struct NameEntry {
    Address address;
    SocketType type{};
    Protocol protocol{};
};

struct NameAnswer {
    std::vector<NameEntry> entries; ///< at most 20 addresses
    std::string canonical;
};

/// getaddrinfo by contracts 8, RFC 3493 6.1: numeric hosts, service names, DNS. One executor.
class Names {
public:
    Names(boost::asio::io_context& context, net::Resolver& resolver, const Network& network);

    /// `done` once, later; errors of the names group of base/error.h; name_again without an address.
    std::uint64_t resolve(const NameQuestion& question, Duration limit,
                          std::function<void(Result<NameAnswer>)> done);
    void cancel(std::uint64_t question);

private:
    boost::asio::io_context& context_;
    net::Resolver& resolver_;
    const Network& network_;
};

} // namespace nwp::service
