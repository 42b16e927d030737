// SPDX-License-Identifier: Apache-2.0
#pragma once

// The server side of sockets, and what datagrams need beside their frames.

#include "base/socket_types.h"
#include "wire/general.h"
#include "wire/socket.h"

namespace nwp::wire {

struct SocketBind {
    static constexpr std::uint16_t id = 0x020F;
    static constexpr const char* name = "SocketBind";
    static constexpr const char* meaning =
        "Gives a socket its own address. Failed: address_in_use, address_not_available (no address of ours), "
        "access_denied (port), invalid_argument (bound already), family_not_supported.";
    using Reply = SocketName;

    SocketHandle socket{};
    Address local{};

    static constexpr auto fields() {
        return layout(field("socket", &SocketBind::socket, "handle from SocketOpened"),
                      field("local", &SocketBind::local,
                            "as the lease has it; the unspecified address: every one of ours; port 0: any"));
    }
};
static_assert(well_formed<SocketBind>());

struct SocketListen {
    static constexpr std::uint16_t id = 0x0210;
    static constexpr const char* name = "SocketListen";
    static constexpr const char* meaning =
        "The socket waits for connections; on a listening socket it changes the backlog. Answered by Done.";
    using Reply = Done;

    SocketHandle socket{};
    std::uint16_t backlog = 0;

    static constexpr auto fields() {
        return layout(field("socket", &SocketListen::socket, "handle from SocketOpened"),
                      field("backlog", &SocketListen::backlog,
                            "connections that may wait for SocketAccept; with TLS also handshakes that run "
                            "side by side; 0 counts as 1"));
    }
};
static_assert(well_formed<SocketListen>());

struct SocketAcceptable {
    static constexpr std::uint16_t id = 0x0211;
    static constexpr const char* name = "SocketAcceptable";
    static constexpr const char* meaning = "Event: more connections wait on a listening socket than before "
                                           "(with TLS: finished handshakes). Each "
                                           "SocketAccepted behind it takes one away.";

    SocketHandle socket{};
    std::uint16_t waiting = 0;

    static constexpr auto fields() {
        return layout(field("socket", &SocketAcceptable::socket, "the listening socket"),
                      field("waiting", &SocketAcceptable::waiting, "connections that wait at this moment"));
    }
};
static_assert(well_formed<SocketAcceptable>());

struct SocketAccepted {
    static constexpr std::uint16_t id = 0x0213;
    static constexpr const char* name = "SocketAccepted";
    static constexpr const char* meaning =
        "Reply to SocketAccept: a connected socket, with TLS a secure one. It has the options of the "
        "listening socket.";

    SocketHandle socket{};
    std::uint32_t send_limit = 0;
    Address local{};
    Address peer{};

    static constexpr auto fields() {
        return layout(field("socket", &SocketAccepted::socket, "handle of the new socket"),
                      field("send_limit", &SocketAccepted::send_limit,
                            "total bytes the host may send before more credit comes"),
                      field("local", &SocketAccepted::local, "our end, as the lease has it"),
                      field("peer", &SocketAccepted::peer, "who connected"));
    }
};
static_assert(well_formed<SocketAccepted>());

struct SocketAccept {
    static constexpr std::uint16_t id = 0x0212;
    static constexpr const char* name = "SocketAccept";
    static constexpr const char* meaning =
        "Takes the connection that has waited longest. Answered at once; Failed: would_block (none waits), "
        "invalid_argument (not listening), too_many_files_in_system (it goes on waiting).";
    using Reply = SocketAccepted;

    SocketHandle socket{};
    std::uint32_t cookie = 0;
    std::uint32_t receive_limit = 0;

    static constexpr auto fields() {
        return layout(
            field("socket", &SocketAccept::socket, "the listening socket"),
            field("cookie", &SocketAccept::cookie, "of the new socket; SocketSnapshot gives it back"),
            field("receive_limit", &SocketAccept::receive_limit,
                  "of the new socket: total bytes the NWP may send before more credit comes"));
    }
};
static_assert(well_formed<SocketAccept>());

struct SocketRouteCheck {
    static constexpr std::uint16_t id = 0x0214;
    static constexpr const char* name = "SocketRouteCheck";
    static constexpr const char* meaning =
        "May this datagram socket send there? Answered at once: Done, or Failed with what sendto() says "
        "(network_unreachable, access_denied for a broadcast address without the option, "
        "family_not_supported, invalid_argument). A datagram that was sent without asking fails the same "
        "way, told by SocketProblem.";
    using Reply = Done;

    SocketHandle socket{};
    Address peer{};

    static constexpr auto fields() {
        return layout(field("socket", &SocketRouteCheck::socket, "handle from SocketOpened"),
                      field("peer", &SocketRouteCheck::peer, "whom to send to"));
    }
};
static_assert(well_formed<SocketRouteCheck>());

struct SocketProblem {
    static constexpr std::uint16_t id = 0x0215;
    static constexpr const char* name = "SocketProblem";
    static constexpr const char* meaning =
        "Event: an error that waits to be told (SO_ERROR) on a socket that lives on: a datagram met nobody, "
        "or could not leave.";

    SocketHandle socket{};
    Error error{};

    static constexpr auto fields() {
        return layout(field("socket", &SocketProblem::socket, "handle from SocketOpened"),
                      field("error", &SocketProblem::error, "connection_refused, network_unreachable, ..."));
    }
};
static_assert(well_formed<SocketProblem>());

} // namespace nwp::wire
