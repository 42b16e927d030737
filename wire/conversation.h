// SPDX-License-Identifier: Apache-2.0
#pragma once

// The legal conversations as data: in which state of a socket and of the station which message may come.
// The NWP answers with the error in the table, a host need not ask at all, and a trace marks what is wrong.

#include "base/error.h"
#include "base/wifi.h"
#include "wire/messages.h"

namespace nwp::wire {

/// The first five as SocketSnapshot's state tells them. `datagram`: a datagram socket, whatever it did.
/// `none`: no such socket, or closed.
enum class SocketState : std::uint8_t {
    open = 0,
    connecting = 1,
    connected = 2,
    failed = 3,
    listening = 4,
    datagram = 5,
    none = 6
};
constexpr unsigned kSocketStates = static_cast<unsigned>(SocketState::none);

/// What the host may ask of a socket: 0 where it may, else the error that answers it. As Linux
/// answers; contracts 5 for TLS.
struct SocketRule {
    std::uint16_t id;
    Error in_state[kSocketStates];
};

constexpr Error kMay{};
constexpr Error kInvalid = Error::invalid_argument;
constexpr Error kNever = Error::operation_not_supported;

constexpr SocketRule kSocketRules[] = {
    // id open connecting connected failed listening datagram
    {SocketConnect::id, {kMay, Error::already, Error::is_connected, kMay, Error::is_connected, kMay}},
    {SocketOptionSet::id, {kMay, kMay, kMay, kMay, kMay, kMay}},
    {SocketOptionGet::id, {kMay, kMay, kMay, kMay, kMay, kMay}},
    {SocketShutdown::id, {Error::not_connected, kMay, kMay, Error::not_connected, kMay, kMay}},
    {SocketClose::id, {kMay, kMay, kMay, kMay, kMay, kMay}},
    {SocketNameGet::id, {kMay, kMay, kMay, kMay, kMay, kMay}},
    {SocketVerdictGet::id, {kMay, kMay, kMay, kMay, kMay, kMay}},
    {SocketBind::id, {kMay, kInvalid, kInvalid, kMay, kInvalid, kMay}},
    {SocketListen::id, {kMay, kInvalid, kInvalid, kMay, kMay, kNever}},
    {SocketAccept::id, {kInvalid, kInvalid, kInvalid, kInvalid, kMay, kNever}},
    {SocketRouteCheck::id, {kNever, kNever, kNever, kNever, kNever, kMay}},
};

/// Stream bytes from the host: in `failed` they may have crossed the news of the failure.
constexpr Error kDataRule[kSocketStates] = {
    Error::broken_pipe, Error::would_block, kMay, kMay, Error::broken_pipe, kNever};

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
    {WifiCountrySet::id, {Error{}, Error{}, Error{}, Error{}, Error{}, Error::operation_not_supported}},
    {WifiCountryGet::id, {Error{}, Error{}, Error{}, Error{}, Error{}, Error::operation_not_supported}},
    {WifiPowerSaveSet::id, {Error{}, Error{}, Error{}, Error{}, Error{}, Error::operation_not_supported}},
    {WifiPowerSaveGet::id, {Error{}, Error{}, Error{}, Error{}, Error{}, Error::operation_not_supported}},
    {WifiStatisticsGet::id, {Error{}, Error{}, Error{}, Error{}, Error{}, Error::operation_not_supported}},
    {WifiAccessPointStop::id, {Error{}, Error{}, Error{}, Error{}, Error{}, Error::operation_not_supported}},
    {WifiAccessPointGet::id, {Error{}, Error{}, Error{}, Error{}, Error{}, Error::operation_not_supported}},
    {WifiStationRemove::id, {Error{}, Error{}, Error{}, Error{}, Error{}, Error::operation_not_supported}},
    {WifiAccessPointStart::id,
     {Error{}, Error{}, Error::wifi_busy, Error::wifi_busy, Error::wifi_busy,
      Error::operation_not_supported}},
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
/// Datagrams from the host.
constexpr Error datagram_refusal(SocketState state) {
    if (state == SocketState::none) return Error::bad_handle;
    return state == SocketState::datagram ? Error{} : Error::operation_not_supported;
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
    const bool begins = request == SocketConnect::id && state != SocketState::datagram &&
                        socket_refusal(request, state) == Error{};
    return begins ? SocketState::connecting : state;
}
constexpr SocketState after_reply(std::uint16_t request, bool success, SocketState state) {
    if (request == SocketListen::id && success) return SocketState::listening;
    if (request == SocketConnect::id && state == SocketState::connecting) {
        return success ? SocketState::connected : SocketState::failed;
    }
    return request == SocketClose::id && success ? SocketState::none : state;
}

} // namespace nwp::wire
