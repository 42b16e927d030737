// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/address.h"
#include "base/result.h"
#include "nwpd/net/resolver.h"

#include <boost/asio/io_context.hpp>

#include <functional>
#include <memory>
#include <vector>

namespace nwp::net {

/// One set of DNS servers, asked by c-ares on Asio. Not started again: other servers are another channel.
class DnsChannel {
public:
    using Done = std::function<void(Result<LookupAnswer>)>;

    DnsChannel(boost::asio::io_context& context, const std::vector<Address>& servers);
    /// Drops every question unanswered.
    ~DnsChannel();
    DnsChannel(const DnsChannel&) = delete;

    /// Calls `done` once, maybe from inside; errors as Resolver::resolve.
    void ask(const Lookup& lookup, Done done);

private:
    struct Impl;
    std::shared_ptr<Impl> impl_;
};

} // namespace nwp::net
