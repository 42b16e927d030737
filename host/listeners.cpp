// SPDX-License-Identifier: Apache-2.0
// Sockets that others connect to. Nothing else refers to this file: an image without servers links none of
// it.
#include "nwp/listeners.h"

#include "nwp/host.h"

namespace nwp {

using Phase = SocketState::Phase;

Result<void> Host::acceptable(SocketId socket) const {
    const Lock lock{port_};
    const Slot* const slot = find(socket);
    if (slot == nullptr) return Error::bad_handle;
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

Result<void> Host::settle(SocketId listener, SocketId place, const wire::SocketAccepted& accepted) {
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
    return {};
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

Result<Pending::Next> Bind::take(const wire::SocketName& reply) {
    local_ = reply.address;
    return Next::done;
}

Listen::Listen(SocketId socket, int backlog) : OfSocket(socket) {
    message_.backlog = static_cast<std::uint16_t>(backlog < 1 ? 1 : backlog > 0xFFFF ? 0xFFFF : backlog);
}

Result<Pending::Next> Listen::take(const wire::Done&) {
    host().mark_listening(socket());
    return Next::done;
}

Accept::Accept(SocketId listener, std::uint32_t cookie) : OfSocket(listener) {
    message_.cookie = cookie;
    may_find_nothing();
}

Result<void> Accept::send(session::Session& session, std::uint16_t number, std::uint32_t deadline_ms,
                          wire::SocketHandle handle) {
    accepted_ = {};
    const Result<SocketId> place = host().reserve(socket(), message_);
    if (!place) return place.error();
    const Result<void> sent = OfSocket::send(session, number, deadline_ms, handle);
    if (sent)
        accepted_ = *place;
    else
        host().abandon(socket(), *place, Error{});
    return sent;
}

Result<Pending::Next> Accept::take(const wire::SocketAccepted& reply) {
    const Result<void> settled = host().settle(socket(), accepted_, reply);
    if (!settled) return settled.error();
    peer_ = reply.peer;
    local_ = reply.local;
    return Next::done;
}

void Accept::failed(Error error) {
    if (accepted_) host().abandon(socket(), accepted_, error);
    accepted_ = {};
}

} // namespace request
} // namespace nwp
