// SPDX-License-Identifier: Apache-2.0
#pragma once

// What `ss` is to a kernel: every socket of the NWP, for people who look into it.

#include "base/socket_types.h"
#include "wire/general.h"

namespace nwp::wire {

struct SocketList {
    static constexpr std::uint16_t id = 0x0216;
    static constexpr const char* name = "SocketList";
    static constexpr const char* meaning =
        "Lists sockets. Answered by SocketEntry items, then Listed. Failed: access_denied (this client may "
        "not see those of others).";
    using Reply = Listed;

    std::uint8_t all = 0;

    static constexpr auto fields() {
        return layout(field("all", &SocketList::all, "0 those of this client, 1 those of every client"));
    }
};
static_assert(well_formed<SocketList>());

struct SocketEntry {
    static constexpr std::uint16_t id = 0x0217;
    static constexpr const char* name = "SocketEntry";
    static constexpr const char* meaning = "One socket in the answer to SocketList.";

    std::string_view client{};
    SocketType type{};
    Protocol protocol{};
    std::uint8_t state = 0;
    Address local{};
    Address peer{};
    Protocol tls_version{};
    std::uint16_t tls_cipher = 0;
    std::uint64_t bytes_in = 0;
    std::uint64_t bytes_out = 0;
    std::uint32_t unread = 0;
    std::uint32_t unsent = 0;
    std::uint32_t credit = 0;

    static constexpr auto fields() {
        return layout(
            field("client", &SocketEntry::client, "whose it is: the client's name in the configuration"),
            field("type", &SocketEntry::type, "as in SocketOpen"),
            field("protocol", &SocketEntry::protocol, "as in SocketOpen"),
            field("state", &SocketEntry::state, "as in SocketSnapshot"),
            field("local", &SocketEntry::local, "our end, as the lease has it; unspecified when it has none"),
            field("peer", &SocketEntry::peer, "unspecified when it has none"),
            field("tls_version", &SocketEntry::tls_version, "agreed with the peer; 0: not secured"),
            field("tls_cipher", &SocketEntry::tls_cipher, "IANA number of the cipher suite; 0: not secured"),
            field("bytes_in", &SocketEntry::bytes_in, "bytes of the application that came from the network"),
            field("bytes_out", &SocketEntry::bytes_out, "bytes of the application that left for the network"),
            field("unread", &SocketEntry::unread, "bytes that came and that the host has not consumed"),
            field("unsent", &SocketEntry::unsent, "bytes of the host that wait for the network"),
            field("credit", &SocketEntry::credit,
                  "bytes more that may come before the host must consume; at 0 the peer is held up"));
    }
};
static_assert(well_formed<SocketEntry>());

} // namespace nwp::wire
