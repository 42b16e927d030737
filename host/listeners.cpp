// SPDX-License-Identifier: Apache-2.0
// Sockets that others connect to. Nothing else refers to this file: an image without servers links none of
// it.
#include "nwp/listeners.h"

#include "nwp/host.h"

namespace nwp {

using Phase = SocketState::Phase;

Result<void> Host::acceptable(SocketId socket) const {
    const Named slot{*this, socket};
    if (!slot) return Error::bad_handle;
    const Result<void> may = slot->state.accept();
    if (may && slot->waiting <= slot->accepts) return Error::would_block;
    return may;
}

void Host::mark_listening(SocketId socket) {
    Slot* const slot = find(socket);
    if (slot == nullptr) return;
    slot->state.listening();
    changed(*slot);
}

/// A place for the connection that `message` asks for.
Result<SocketId> Host::reserve(SocketId listener, wire::SocketAccept& message) {
    Slot* const from = find(listener);
    if (from == nullptr) return Error::bad_handle;
    const Result<void> may = from->state.accept();
    if (!may) return may.error();
    Slot* const slot = free_slot();
    if (slot == nullptr) return Error::too_many_files;

    prepare(*slot, from->family, from->type, from->protocol, message.cookie);
    message.receive_limit = slot->receive_credit.limit();
    ++from->accepts;
    return id_of(*slot);
}

Error Host::settle(SocketId listener, SocketId place, const wire::SocketAccepted& accepted) {
    Slot* const slot = find(place);
    if (slot == nullptr || accepted.socket == wire::SocketHandle::none || find(accepted.socket) != nullptr) {
        return Error::protocol_error;
    }
    slot->handle = accepted.socket;
    slot->send_credit = session::SendCredit{accepted.send_limit};
    slot->state.accepted();
    if (Slot* const from = find(listener)) {
        --from->accepts;
        if (from->waiting != 0) --from->waiting;
    }
    return Error{};
}

void Host::abandon(SocketId listener, SocketId place, Error error) {
    if (Slot* const slot = find(place)) release(*slot);
    Slot* const from = find(listener);
    if (from == nullptr) return;
    --from->accepts;
    if (error == Error::would_block) from->waiting = 0; // it says so itself
    changed(*from);
}

namespace request {

Bind::Bind(SocketId socket, const Address& local) : OfSocket(socket) { message_.local = local; }

Error Bind::take(const void* received) {
    const wire::SocketName& reply = as_reply(received);
    local_ = reply.address;
    return Error{};
}

Listen::Listen(SocketId socket, int backlog) : OfSocket(socket) {
    message_.backlog = static_cast<std::uint16_t>(backlog < 1 ? 1 : backlog > 0xFFFF ? 0xFFFF : backlog);
}

Error Listen::take(const void*) {
    host().mark_listening(socket());
    return Error{};
}

Accept::Accept(SocketId listener, std::uint32_t cookie) : OfSocket(listener) {
    message_.cookie = cookie;
    may_find_nothing();
}

/// Keeps the place while the message waits for room.
Error Accept::prepare() {
    if (waits_) return Error{};
    const Result<SocketId> place = host().reserve(socket(), message_);
    accepted_ = place ? *place : SocketId{};
    waits_ = place.ok();
    return place.error();
}

Error Accept::take(const void* received) {
    const wire::SocketAccepted& reply = as_reply(received);
    const Error settled = host().settle(socket(), accepted_, reply);
    if (settled != Error{}) return settled;
    waits_ = false;
    peer_ = reply.peer;
    local_ = reply.local;
    return Error{};
}

void Accept::failed(Error error) {
    if (waits_) host().abandon(socket(), accepted_, error);
    waits_ = false;
    accepted_ = {};
}

} // namespace request
} // namespace nwp
