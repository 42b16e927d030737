// SPDX-License-Identifier: Apache-2.0
#pragma once

// The legal conversations as data: in which state of a socket and of the station which message may come.
// The NWP answers with the error in the table, a host need not ask at all, and a trace marks what is wrong.

#include "base/error.h"
#include "base/wifi.h"
#include "wire/messages.h"

namespace nwp::wire {

/// As SocketSnapshot's state tells it. `none`: no such socket, or closed.
enum class SocketState : std::uint8_t { open = 0, connecting = 1, connected = 2, failed = 3, none = 4 };

/// What the host may ask of a stream socket: 0 where it may, else the error that answers it. As Linux
/// answers; contracts 5 for TLS.
struct SocketRule {
    std::uint16_t id;
    Error in_state[4];
};

constexpr SocketRule kSocketRules[] = {
    // id                      open  connecting  connected  failed
    {SocketConnect::id, {Error{}, Error::already, Error::is_connected, Error{}}},
    {SocketOptionSet::id, {Error{}, Error{}, Error{}, Error{}}},
    {SocketOptionGet::id, {Error{}, Error{}, Error{}, Error{}}},
    {SocketShutdown::id, {Error::not_connected, Error{}, Error{}, Error::not_connected}},
    {SocketClose::id, {Error{}, Error{}, Error{}, Error{}}},
    {SocketNameGet::id, {Error{}, Error{}, Error{}, Error{}}},
    {SocketVerdictGet::id, {Error{}, Error{}, Error{}, Error{}}},
};

/// Stream bytes from the host: in `failed` they may have crossed the news of the failure.
constexpr Error kDataRule[] = {Error::broken_pipe, Error::would_block, Error{}, Error{}};

/// What the host may ask of the station: 0 where it may, else the error that answers it.
struct StationRule {
    std::uint16_t id;
    Error in_state[6];
};

constexpr StationRule kStationRules[] = {
    // id      disconnected  scanning  joining  connected  lost  off
    {WifiScan::id, {Error{}, Error{}, Error{}, Error{}, Error{}, Error::operation_not_supported}},
    {WifiConnect::id, {Error{}, Error{}, Error::wifi_busy, Error{}, Error{}, Error::operation_not_supported}},
    {WifiDisconnect::id, {Error{}, Error{}, Error{}, Error{}, Error{}, Error::operation_not_supported}},
    {WifiStatusGet::id, {Error{}, Error{}, Error{}, Error{}, Error{}, Error{}}},
};

/// bad_handle where there is no socket; 0 for requests that are not about a socket.
constexpr Error socket_refusal(std::uint16_t request, SocketState state) {
    for (const SocketRule& rule : kSocketRules) {
        if (rule.id != request) continue;
        return state < SocketState::none ? rule.in_state[static_cast<unsigned>(state)] : Error::bad_handle;
    }
    return Error{};
}
constexpr Error data_refusal(SocketState state) {
    return state < SocketState::none ? kDataRule[static_cast<unsigned>(state)] : Error::bad_handle;
}
/// 0 for requests that are not about the station.
constexpr Error station_refusal(std::uint16_t request, WifiState state) {
    for (const StationRule& rule : kStationRules) {
        if (rule.id == request && state <= WifiState::off) return rule.in_state[static_cast<unsigned>(state)];
    }
    return Error{};
}

/// The state after a request was sent, and after its reply.
constexpr SocketState after_request(std::uint16_t request, SocketState state) {
    return request == SocketConnect::id && socket_refusal(request, state) == Error{} ? SocketState::connecting
                                                                                     : state;
}
constexpr SocketState after_reply(std::uint16_t request, bool success, SocketState state) {
    if (request == SocketConnect::id && state == SocketState::connecting) {
        return success ? SocketState::connected : SocketState::failed;
    }
    return request == SocketClose::id && success ? SocketState::none : state;
}

} // namespace nwp::wire
