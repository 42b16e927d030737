// SPDX-License-Identifier: Apache-2.0
#include "nwp/socket_requests.h"

#include "nwp/host.h"

namespace nwp::request {

SetOption::SetOption(SocketId socket, SocketOption option, ByteView value) : OfSocket(socket) {
    message_.option = option;
    message_.value = value;
}

/// Some options decide where a datagram socket may send.
Result<Pending::Next> SetOption::take(const wire::Done&) {
    if (DatagramState* const state = host().datagram_state(socket())) state->forget_routes();
    return Next::done;
}

GetOption::GetOption(SocketId socket, SocketOption option, Bytes into) : OfSocket(socket), into_(into) {
    message_.option = option;
}

Result<Pending::Next> GetOption::take(const wire::SocketOptionValue& reply) {
    size_ = reply.value.size();
    copy_bytes(into_, reply.value);
    return Next::done;
}

ShutDown::ShutDown(SocketId socket, Shutdown how) : OfSocket(socket) { message_.how = how; }

Result<void> ShutDown::send(session::Session& session, std::uint16_t number, std::uint32_t deadline_ms,
                            wire::SocketHandle handle) {
    const Result<void> may = host().may_shut(socket(), message_.how);
    if (!may) return may;
    return OfSocket::send(session, number, deadline_ms, handle);
}

Result<Pending::Next> ShutDown::take(const wire::Done&) {
    host().mark_shut(socket(), message_.how);
    return Next::done;
}

Disconnect::Disconnect(SocketId socket) : OfSocket(socket) {} // its message names no peer

Result<Pending::Next> Disconnect::take(const wire::SocketConnected&) {
    host().disconnected(socket());
    return Next::done;
}

GetName::GetName(SocketId socket, End end) : OfSocket(socket) {
    message_.peer = static_cast<std::uint8_t>(end);
}

Result<Pending::Next> GetName::take(const wire::SocketName& reply) {
    address_ = reply.address;
    return Next::done;
}

GetVerdict::GetVerdict(SocketId socket) : OfSocket(socket) {}

Result<Pending::Next> GetVerdict::take(const wire::SocketVerdict& reply) {
    verdict_.rules = reply.rules;
    verdict_.depth = reply.depth;
    verdict_.alert = reply.alert;
    verdict_.subject.assign(reply.subject);
    return Next::done;
}

} // namespace nwp::request
