// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/socket_types.h"
#include "nwpd/net/resolver.h"
#include "nwpd/service/network.h"

#include <functional>
#include <memory>
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
    Protocol protocol{}; ///< as asked for; any: tcp or udp by type

    friend bool operator==(const NameEntry&, const NameEntry&) = default;
};

struct NameAnswer {
    std::vector<NameEntry> entries; ///< at most 20 addresses, those that can be reached first
    std::string canonical;          ///< with name_flag::canonical_name only
};

/// getaddrinfo by contracts 8, RFC 3493 6.1: numeric hosts, service names, DNS. One executor.
///
/// What needs no network (numeric hosts, no node at all) is answered without one. Reads the system's table of
/// services once, when it is made: no file is read while bytes move.
class Names {
public:
    Names(boost::asio::io_context& context, net::Resolver& resolver, Network& network);
    ~Names(); ///< calls no `done` any more
    Names(const Names&) = delete;
    Names& operator=(const Names&) = delete;

    /// Calls `done` once, later, at most `limit` from now.
    ///   name_bad_flags   a flag not listed above, or canonical_name without a node
    ///   name_family      no family
    ///   name_socktype    no type, or one that the protocol does not go with
    ///   name_service     no such service for the type, or a port above 65535
    ///   name_not_found   neither node nor service; NXDOMAIN; not numeric where a flag wants that; no name at
    ///   all name_no_data     the node has no address of the family name_again       no address yet,
    ///   SERVFAIL, silence; a lost access point did not come back within `limit` name_fail        an answer
    ///   that cannot be read cancelled        by cancel()
    /// Returns a number for cancel().
    std::uint64_t resolve(const NameQuestion& question, Duration limit,
                          std::function<void(Result<NameAnswer>)> done);
    /// Nothing when it was answered already.
    void cancel(std::uint64_t question);

private:
    struct Impl;
    std::shared_ptr<Impl> impl_; ///< answers under way hold it weakly
};

} // namespace nwp::service
