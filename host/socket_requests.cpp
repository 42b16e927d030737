// SPDX-License-Identifier: Apache-2.0
#include "nwp/socket_requests.h"

#include "nwp/host.h"

namespace nwp::request {

SetOption::SetOption(SocketId socket, SocketOption option, ByteView value) : OfSocket(socket) {
    message_.option = option;
    message_.value = value;
}

/// Some options decide where a datagram socket may send.
Error SetOption::take(const void*) {
    if (DatagramState* const state = host().datagram_state(socket())) state->forget_routes();
    return Error{};
}

GetOption::GetOption(SocketId socket, SocketOption option, Bytes into) : OfSocket(socket), into_(into) {
    message_.option = option;
}

Error GetOption::take(const void* received) {
    const wire::SocketOptionValue& reply = as_reply(received);
    size_ = reply.value.size();
    copy_bytes(into_, reply.value);
    return Error{};
}

ShutDown::ShutDown(SocketId socket, Shutdown how) : OfSocket(socket) { message_.how = how; }

Error ShutDown::prepare() { return host().may_shut(socket(), message_.how); }

Error ShutDown::take(const void*) {
    host().mark_shut(socket(), message_.how);
    return Error{};
}

Disconnect::Disconnect(SocketId socket) : OfSocket(socket) {} // its message names no peer

Error Disconnect::take(const void*) {
    host().disconnected(socket());
    return Error{};
}

GetName::GetName(SocketId socket, End end) : OfSocket(socket) {
    message_.peer = static_cast<std::uint8_t>(end);
}

Error GetName::take(const void* received) {
    const wire::SocketName& reply = as_reply(received);
    address_ = reply.address;
    return Error{};
}

GetVerdict::GetVerdict(SocketId socket) : OfSocket(socket) {}

Error GetVerdict::take(const void* received) {
    const wire::SocketVerdict& reply = as_reply(received);
    verdict_.rules = reply.rules;
    verdict_.depth = reply.depth;
    verdict_.alert = reply.alert;
    verdict_.subject.assign(reply.subject);
    return Error{};
}

} // namespace nwp::request
