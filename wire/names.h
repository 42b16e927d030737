// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/socket_types.h"
#include "wire/layout.h"

namespace nwp::wire {

struct Resolved {
    static constexpr std::uint16_t id = 0x0302;
    static constexpr const char* name = "Resolved";
    static constexpr const char* meaning = "Reply to Resolve, behind its items.";

    std::uint8_t count = 0;
    std::string_view canonical{};

    static constexpr auto fields() {
        return layout(field("count", &Resolved::count, "items that were sent"),
                      field("canonical", &Resolved::canonical, "only when asked for"));
    }
};
static_assert(well_formed<Resolved>());

struct Resolve {
    static constexpr std::uint16_t id = 0x0300;
    static constexpr const char* name = "Resolve";
    static constexpr const char* meaning = "getaddrinfo. Answered by items ResolvedAddress and Resolved, or "
                                           "Failed with an error of the names group.";
    using Reply = Resolved;

    std::string_view node{};
    std::string_view service{};
    Family family{};
    SocketType type{};
    Protocol protocol{};
    std::uint16_t flags = 0;

    static constexpr auto fields() {
        return layout(field("node", &Resolve::node,
                            "host name or numeric address; empty: loopback or, with AI_PASSIVE, any"),
                      field("service", &Resolve::service, "service name or port number; may be empty"),
                      field("family", &Resolve::family, "0 both, 4 or 6"),
                      field("type", &Resolve::type, "0 any"), field("protocol", &Resolve::protocol, "0 any"),
                      field("flags", &Resolve::flags,
                            "1 passive, 2 canonical name, 4 numeric host, 8 v4 mapped, 16 all, 32 address "
                            "configured, 1024 numeric service"));
    }
};
static_assert(well_formed<Resolve>());

struct ResolvedAddress {
    static constexpr std::uint16_t id = 0x0301;
    static constexpr const char* name = "ResolvedAddress";
    static constexpr const char* meaning = "Item of Resolve.";

    Address address{};
    SocketType type{};
    Protocol protocol{};

    static constexpr auto fields() {
        return layout(field("address", &ResolvedAddress::address, "with the port of the service"),
                      field("type", &ResolvedAddress::type, "stream or datagram"),
                      field("protocol", &ResolvedAddress::protocol, "tcp or udp"));
    }
};
static_assert(well_formed<ResolvedAddress>());

} // namespace nwp::wire
