// SPDX-License-Identifier: Apache-2.0
// TLS that begins on a stream that stands, at the application's word (docs/decisions/0013).
#include "nwp/host.h"
#include "nwp/socket_requests.h"
#include "wire/writer.h"

#include <utility>

namespace nwp {

/// Where it may begin: how many bytes of the stream the application has taken.
Result<std::uint32_t> Host::may_secure(SocketId socket) const {
    const Slot* const slot = find(socket);
    if (slot == nullptr) return Error::bad_handle;
    const bool stands = slot->state.phase() == SocketState::Phase::connected;
    if (!stands || slot->securing) return Error::invalid_argument;
    return slot->receive_credit.consumed();
}

/// From now on no byte passes between it and the application, until end_securing().
void Host::begin_securing(SocketId socket) {
    if (Slot* const slot = find(socket)) slot->securing = true;
}

/// Null: closed or lost meanwhile.
SocketSlot* Host::end_securing(SocketId socket) {
    Slot* const slot = find(socket);
    if (slot == nullptr || !std::exchange(slot->securing, false)) return nullptr;
    changed(*slot);
    return slot;
}

/// What came in plain text and nobody took is TLS's; what comes next is secured.
void Host::secured(SocketId socket) {
    Slot* const slot = end_securing(socket);
    if (slot == nullptr) return;
    slot->receive_credit.consume(static_cast<std::uint32_t>(slot->received.size()));
    slot->received.clear();
    return_credit(*slot);
}

/// Nobody knows what its bytes are any more, whether the NWP has ended it already or not.
void Host::securing_failed(SocketId socket, Error error) {
    Slot* const slot = end_securing(socket);
    if (slot == nullptr) return;
    slot->received.clear();
    slot->state.failed(error);
}

namespace request {

BeginTls::BeginTls(SocketId socket) : OfSocket(socket) { message_.option = SocketOption::tls_defer; }

/// Credit tells in whole frames what was consumed. This must be exact: it is counted here, and
/// from here on nothing is taken.
Error BeginTls::prepare() {
    if (begun_) return Error{}; // it waits for room, and nothing was consumed since
    const Result<std::uint32_t> consumed = host().may_secure(socket());
    if (!consumed) return consumed.error();
    wire::Writer value{value_};
    value.number(0, 4);
    value.number(*consumed, 4);
    message_.value = value_;
    begun_ = true;
    host().begin_securing(socket());
    return Error{};
}

Error BeginTls::take(const void*) {
    begun_ = false;
    host().secured(socket());
    return Error{};
}

void BeginTls::failed(Error error) {
    if (!std::exchange(begun_, false)) return; // also another's that runs on the same socket
    if (error == Error::invalid_argument || error == Error::no_protocol_option)
        static_cast<void>(host().end_securing(socket())); // nothing began
    else
        host().securing_failed(socket(), error);
}

} // namespace request
} // namespace nwp
