// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/address.h"
#include "base/instant.h"
#include "base/result.h"

#include <boost/asio/io_context.hpp>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace nwp::net {

/// Which families a lookup wants; unspecified asks for both.
struct Lookup {
    std::string name;
    Family family = Family::unspecified;
    bool want_canonical = false;
};

struct LookupAnswer {
    std::vector<Address>
        addresses;         ///< at most 20, port 0, none twice; IPv4 first, then as the server orders them
    std::string canonical; ///< only when asked for
};

/// DNS by c-ares: the given servers only (lookups "b", no hosts file, no search list); TCP on truncation.
class Resolver {
public:
    explicit Resolver(boost::asio::io_context& context);
    ~Resolver();
    Resolver(const Resolver&) = delete;

    /// Servers as real addresses with ports (0: 53), tried in order. Empty: every lookup ends with
    /// name_again. Lookups that are under way ask the new servers.
    void set_servers(const std::vector<Address>& servers);

    /// Asks and calls `done` once, later, at most `limit` from now:
    ///   name_not_found   NXDOMAIN
    ///   name_no_data     the name exists, with no address of the family
    ///   name_again       SERVFAIL, refusal, silence
    ///   name_fail        an answer that cannot be read
    ///   name_memory      out of memory
    ///   cancelled        by cancel()
    /// Destroying the resolver drops `done` uncalled.
    /// Returns a number for cancel(). "localhost" and names under it give loopback without asking (RFC
    /// 6761 6.3).
    std::uint64_t resolve(const Lookup& lookup, Duration limit,
                          std::function<void(Result<LookupAnswer>)> done);
    void cancel(std::uint64_t lookup);

private:
    struct Impl;
    std::shared_ptr<Impl> impl_;
};

} // namespace nwp::net
