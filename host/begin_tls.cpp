// SPDX-License-Identifier: Apache-2.0
// TLS that begins on a stream that stands. Nothing else refers to this file: an image whose streams are
// secure from the start, or never, links none of it.
#include "nwp/host.h"
#include "nwp/socket_requests.h"

#include <utility>

namespace nwp {

/// How many bytes of the stream the application has taken, if it stands; from now on it takes no more.
Result<std::uint32_t> Host::begin_securing(SocketId socket) {
    Slot* const slot = find(socket);
    if (slot == nullptr) return Error::bad_handle;
    if (slot->state.phase() != SocketState::Phase::connected || slot->securing)
        return Error::invalid_argument;
    slot->securing = true;
    return slot->receive_credit.consumed();
}

/// `began`: what came in plain text and was not taken is TLS's now; what comes next is secured.
void Host::end_securing(SocketId socket, bool began) {
    Slot* const slot = find(socket);
    if (slot == nullptr || !slot->securing) return;
    slot->securing = false;
    if (began) {
        slot->receive_credit.consume(static_cast<std::uint32_t>(slot->received.size()));
        slot->received.clear();
        return_credit(*slot);
    }
    changed(*slot);
}

namespace request {

BeginTls::BeginTls(SocketId socket) : OfSocket(socket) {
    message_.option = SocketOption::tls_defer;
    set_deadline(kConnectDeadline);
}

Result<void> BeginTls::send(session::Session& session, std::uint16_t number, std::uint32_t deadline_ms,
                            wire::SocketHandle handle) {
    const Result<std::uint32_t> taken = host().begin_securing(socket());
    if (!taken) return taken.error();
    for (std::size_t i = 0; i < 4; ++i) value_[4 + i] = static_cast<Byte>(*taken >> (8 * i));
    message_.value = value_;
    const Result<void> sent = OfSocket::send(session, number, deadline_ms, handle);
    begun_ = sent.ok();
    if (!sent) host().end_securing(socket(), false);
    return sent;
}

Result<Pending::Next> BeginTls::take(const wire::Done&) {
    begun_ = false;
    host().end_securing(socket(), true);
    return Next::done;
}

void BeginTls::failed(Error error) {
    const bool refused = error == Error::invalid_argument || error == Error::no_protocol_option;
    if (std::exchange(begun_, false)) host().end_securing(socket(), !refused);
}

} // namespace request
} // namespace nwp
