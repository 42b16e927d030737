// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/socket_types.h"
#include "wire/general.h"

namespace nwp::wire {

struct SocketOpened {
    static constexpr std::uint16_t id = 0x0201;
    static constexpr const char* name = "SocketOpened";
    static constexpr const char* meaning = "Reply to SocketOpen.";

    SocketHandle socket{};
    std::uint32_t send_limit = 0;

    static constexpr auto fields() {
        return layout(field("socket", &SocketOpened::socket, "handle from SocketOpened"),
                      field("send_limit", &SocketOpened::send_limit,
                            "total bytes the host may send before more credit comes; a datagram costs its "
                            "length plus 32"));
    }
};
static_assert(well_formed<SocketOpened>());

struct SocketOpen {
    static constexpr std::uint16_t id = 0x0200;
    static constexpr const char* name = "SocketOpen";
    static constexpr const char* meaning = "Makes a socket.";
    using Reply = SocketOpened;

    Family family{};
    SocketType type{};
    Protocol protocol{};
    std::uint32_t cookie = 0;
    std::uint32_t receive_limit = 0;

    static constexpr auto fields() {
        return layout(
            field("family", &SocketOpen::family, "4, 6, or 17: Ethernet frames, each a datagram"),
            field("type", &SocketOpen::type, "1 stream, 2 datagram, 3 raw"),
            field("protocol", &SocketOpen::protocol, "0, an IANA number, or 256 to 273 for TLS and DTLS"),
            field("cookie", &SocketOpen::cookie, "anything; SocketSnapshot gives it back"),
            field("receive_limit", &SocketOpen::receive_limit,
                  "total bytes the NWP may send before more credit comes; a datagram costs its length plus "
                  "32"));
    }
};
static_assert(well_formed<SocketOpen>());

struct SocketConnected {
    static constexpr std::uint16_t id = 0x0203;
    static constexpr const char* name = "SocketConnected";
    static constexpr const char* meaning =
        "Reply to SocketConnect: the stream stands and, with TLS, is secure.";

    Address local{};

    static constexpr auto fields() {
        return layout(field("local", &SocketConnected::local, "our end, as the lease has it"));
    }
};
static_assert(well_formed<SocketConnected>());

struct SocketConnect {
    static constexpr std::uint16_t id = 0x0202;
    static constexpr const char* name = "SocketConnect";
    static constexpr const char* meaning = "Connects; for a TLS socket the handshake is part of it. Failed: "
                                           "connection_aborted where TLS refused, else the error of TCP.";
    using Reply = SocketConnected;

    SocketHandle socket{};
    Address peer{};

    static constexpr auto fields() {
        return layout(field("socket", &SocketConnect::socket, "handle from SocketOpened"),
                      field("peer", &SocketConnect::peer,
                            "whom to connect to; unspecified: the socket is disconnected, and what the host "
                            "has not consumed counts as consumed"));
    }
};
static_assert(well_formed<SocketConnect>());

struct SocketOptionSet {
    static constexpr std::uint16_t id = 0x0204;
    static constexpr const char* name = "SocketOptionSet";
    static constexpr const char* meaning = "Sets an option. Answered by Done.";
    using Reply = Done;

    SocketHandle socket{};
    SocketOption option{};
    ByteView value{};

    static constexpr auto fields() {
        return layout(field("socket", &SocketOptionSet::socket, "handle from SocketOpened"),
                      field("option", &SocketOptionSet::option, "a number of the option table"),
                      field("value", &SocketOptionSet::value, "in the form the option table gives"));
    }
};
static_assert(well_formed<SocketOptionSet>());

struct SocketOptionValue {
    static constexpr std::uint16_t id = 0x0206;
    static constexpr const char* name = "SocketOptionValue";
    static constexpr const char* meaning = "Reply to SocketOptionGet.";

    ByteView value{};

    static constexpr auto fields() {
        return layout(field("value", &SocketOptionValue::value, "in the form the option table gives"));
    }
};
static_assert(well_formed<SocketOptionValue>());

struct SocketOptionGet {
    static constexpr std::uint16_t id = 0x0205;
    static constexpr const char* name = "SocketOptionGet";
    static constexpr const char* meaning = "Reads an option.";
    using Reply = SocketOptionValue;

    SocketHandle socket{};
    SocketOption option{};

    static constexpr auto fields() {
        return layout(field("socket", &SocketOptionGet::socket, "handle from SocketOpened"),
                      field("option", &SocketOptionGet::option, "a number of the option table"));
    }
};
static_assert(well_formed<SocketOptionGet>());

struct SocketShutdown {
    static constexpr std::uint16_t id = 0x0207;
    static constexpr const char* name = "SocketShutdown";
    static constexpr const char* meaning =
        "Ends one or both halves. Answered by Done; data frames sent before it go out first.";
    using Reply = Done;

    SocketHandle socket{};
    Shutdown how{};

    static constexpr auto fields() {
        return layout(field("socket", &SocketShutdown::socket, "handle from SocketOpened"),
                      field("how", &SocketShutdown::how, "0 receive, 1 send, 2 both"));
    }
};
static_assert(well_formed<SocketShutdown>());

struct SocketClose {
    static constexpr std::uint16_t id = 0x0208;
    static constexpr const char* name = "SocketClose";
    static constexpr const char* meaning = "Closes. Answered by Done, after which nothing comes for this "
                                           "handle any more; what was sent goes out in the background.";
    using Reply = Done;

    SocketHandle socket{};
    std::int32_t linger_s = 0;

    static constexpr auto fields() {
        return layout(field("socket", &SocketClose::socket, "handle from SocketOpened"),
                      field("linger_s", &SocketClose::linger_s,
                            "-1 in the background; 0 reset; else seconds the reply may wait for the data to "
                            "be acknowledged"));
    }
};
static_assert(well_formed<SocketClose>());

struct SocketName {
    static constexpr std::uint16_t id = 0x020A;
    static constexpr const char* name = "SocketName";
    static constexpr const char* meaning = "Reply to SocketNameGet.";

    Address address{};

    static constexpr auto fields() {
        return layout(field("address", &SocketName::address, "as the lease has it"));
    }
};
static_assert(well_formed<SocketName>());

struct SocketNameGet {
    static constexpr std::uint16_t id = 0x0209;
    static constexpr const char* name = "SocketNameGet";
    static constexpr const char* meaning = "Address of one end.";
    using Reply = SocketName;

    SocketHandle socket{};
    std::uint8_t peer = 0;

    static constexpr auto fields() {
        return layout(field("socket", &SocketNameGet::socket, "handle from SocketOpened"),
                      field("peer", &SocketNameGet::peer, "0 our end, 1 the peer"));
    }
};
static_assert(well_formed<SocketNameGet>());

struct SocketVerdict {
    static constexpr std::uint16_t id = 0x020C;
    static constexpr const char* name = "SocketVerdict";
    static constexpr const char* meaning = "Reply to SocketVerdictGet.";

    RuleSet rules{};
    std::uint8_t depth = 0;
    std::uint8_t alert = 0;
    std::string_view subject{};

    static constexpr auto fields() {
        return layout(field("rules", &SocketVerdict::rules,
                            "set of broken rules, bit by number of the rule table; 0: nothing failed"),
                      field("depth", &SocketVerdict::depth,
                            "place in the chain of the first failure, 0 the peer's own certificate"),
                      field("alert", &SocketVerdict::alert, "TLS alert sent or received, 0 none"),
                      field("subject", &SocketVerdict::subject, "subject of that certificate"));
    }
};
static_assert(well_formed<SocketVerdict>());

struct SocketVerdictGet {
    static constexpr std::uint16_t id = 0x020B;
    static constexpr const char* name = "SocketVerdictGet";
    static constexpr const char* meaning = "Why did TLS refuse?";
    using Reply = SocketVerdict;

    SocketHandle socket{};

    static constexpr auto fields() {
        return layout(field("socket", &SocketVerdictGet::socket, "handle from SocketOpened"));
    }
};
static_assert(well_formed<SocketVerdictGet>());

struct SocketFailed {
    static constexpr std::uint16_t id = 0x020D;
    static constexpr const char* name = "SocketFailed";
    static constexpr const char* meaning =
        "Event: the socket ended by itself. Data frames sent before it are valid.";

    SocketHandle socket{};
    Error error{};

    static constexpr auto fields() {
        return layout(field("socket", &SocketFailed::socket, "handle from SocketOpened"),
                      field("error", &SocketFailed::error, "what recv() and SO_ERROR will say"));
    }
};
static_assert(well_formed<SocketFailed>());

struct SocketSnapshot {
    static constexpr std::uint16_t id = 0x020E;
    static constexpr const char* name = "SocketSnapshot";
    static constexpr const char* meaning =
        "Event after a hello with the right token: one for each socket that lives on.";

    SocketHandle socket{};
    std::uint32_t cookie = 0;
    Family family{};
    SocketType type{};
    Protocol protocol{};
    std::uint8_t state = 0;
    Address peer{};
    std::uint32_t bytes_taken = 0;
    std::uint32_t bytes_consumed = 0;
    std::uint32_t send_limit = 0;

    static constexpr auto fields() {
        return layout(
            field("socket", &SocketSnapshot::socket, "handle from SocketOpened"),
            field("cookie", &SocketSnapshot::cookie, "from SocketOpen"),
            field("family", &SocketSnapshot::family, "4, 6 or 17"),
            field("type", &SocketSnapshot::type, "as in SocketOpen"),
            field("protocol", &SocketSnapshot::protocol, "as in SocketOpen"),
            field("state", &SocketSnapshot::state,
                  "0 open, 1 connecting, 2 connected, 3 failed, 4 listening"),
            field("peer", &SocketSnapshot::peer, "unspecified before connect"),
            field("bytes_taken", &SocketSnapshot::bytes_taken,
                  "stream bytes the NWP has taken for sending, modulo 2^32; datagrams: 0"),
            field("bytes_consumed", &SocketSnapshot::bytes_consumed,
                  "stream bytes the earlier host had consumed; what follows them comes again; datagrams: 0"),
            field("send_limit", &SocketSnapshot::send_limit,
                  "total bytes the host may send, counted as bytes_taken is"));
    }
};
static_assert(well_formed<SocketSnapshot>());

} // namespace nwp::wire
