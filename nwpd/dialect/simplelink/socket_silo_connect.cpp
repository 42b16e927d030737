// SPDX-License-Identifier: Apache-2.0
// SocketSilo: CONNECT and ACCEPT.
#include "nwpd/dialect/simplelink/socket_address.h"
#include "nwpd/dialect/simplelink/socket_errors.h"
#include "nwpd/dialect/simplelink/socket_silo.h"

#include <utility>

namespace nwp::simplelink {
namespace {

/// TCP and TLS together: what a chip's own retransmissions take.
constexpr Duration kConnectLimit = seconds(60);

} // namespace

// ---- connect
//
// Blocking: one 0x1006 with the outcome. Non-blocking: 0x1006 -114 at once, the outcome with the CONNECT
// after it ended; SELECT tells when. The response says only whether the socket can try at all.

void SocketSilo::on(const SocketConnect& command, ByteView) {
    connect(command.descriptor, address_in(command));
}

void SocketSilo::on(const SocketConnectV6& command, ByteView) {
    connect(command.descriptor, address_in(command));
}

void SocketSilo::connect(std::uint8_t descriptor, const Address& peer) {
    const Entry entry = find(descriptor);
    if (!entry) return answer<SocketConnectResponse>(code::bsd_ebadf, descriptor);
    if (peer.family != entry->family && entry->is_stream())
        return answer<SocketConnectResponse>(code::bsd_eafnosupport, descriptor);
    if (entry->state == SocketEntry::State::listening)
        return answer<SocketConnectResponse>(code::bsd_einval, descriptor);
    if (entry->connect_waits) return answer<SocketConnectResponse>(code::bsd_ealready, descriptor);

    answer<SocketConnectResponse>(code::success, descriptor);
    if (entry->connect_outcome)
        return complete_connect(*entry, *std::exchange(entry->connect_outcome, std::nullopt));
    if (entry->state == SocketEntry::State::connecting) return complete_connect(*entry, code::bsd_ealready);
    if (entry->state == SocketEntry::State::connected && entry->is_stream())
        return complete_connect(*entry, code::bsd_eisconn);
    begin_connect(entry, peer);
}

void SocketSilo::begin_connect(const Entry& entry, const Address& peer) {
    const bool waits = !entry->is_stream() || !is_non_blocking(*entry);
    entry->state = SocketEntry::State::connecting;
    entry->connect_waits = waits;
    entry->peer = peer;
    entry->is_tls = entry->secures_at_once;
    if (!waits) complete_connect(*entry, code::bsd_ealready);
    out_.set_tx_failure(entry->descriptor, false);
    if (entry->is_stream()) {
        prepare(*entry);
        static_cast<void>(sockets_.drop_received(client_, entry->id, 0));
    }
    if (!entry->is_tls) return connect_transport(entry);
    with_tls(entry, false, [this, weak = std::weak_ptr{entry}](std::int16_t status) {
        const Entry self = weak.lock();
        if (!self || self->state != SocketEntry::State::connecting) return;
        if (status != code::success) return finish_connect(*self, status, false);
        connect_transport(self);
    });
}

void SocketSilo::connect_transport(const Entry& entry) {
    sockets_.connect(client_, entry->id, entry->peer, kConnectLimit,
                     [this, weak = std::weak_ptr{entry}](const Result<Address>& outcome) {
                         const Entry self = weak.lock();
                         if (!self || self->state != SocketEntry::State::connecting) return;
                         connect_ended(*self, outcome ? Result<void>{} : Result<void>{outcome.error()});
                     });
}

void SocketSilo::connect_ended(SocketEntry& entry, Result<void> outcome) {
    std::int16_t status = outcome ? std::int16_t{code::success} : socket_code(outcome.error());
    if (entry.is_tls) status = tls_outcome(entry, outcome);
    const bool stays = outcome && stays_connected(entry, status);
    if (outcome && !stays) renew(entry);
    finish_connect(entry, status, stays);
}

void SocketSilo::finish_connect(SocketEntry& entry, std::int16_t status, bool is_up) {
    entry.state = is_up ? SocketEntry::State::connected : SocketEntry::State::failed;
    entry.failure = code::bsd_enotconn;
    // A datagram socket without a peer is as good as a new one.
    if (!is_up && !entry.is_stream()) entry.state = SocketEntry::State::open;
    if (entry.connect_waits)
        complete_connect(entry, status);
    else
        entry.connect_outcome = status;
    check_select();
}

void SocketSilo::complete_connect(SocketEntry& entry, std::int16_t status) {
    entry.connect_waits = false;
    SocketConnected event;
    event.status = status;
    event.descriptor = entry.descriptor;
    out_.complete(event);
}

// ---- accept

void SocketSilo::on(const SocketAccept& command, ByteView) {
    const Entry entry = find(command.descriptor);
    if (!entry) return answer<SocketAcceptResponse>(code::bsd_ebadf, command.descriptor);
    if (!entry->is_stream()) return answer<SocketAcceptResponse>(code::bsd_eopnotsupp, command.descriptor);
    if (entry->state != SocketEntry::State::listening)
        return answer<SocketAcceptResponse>(code::bsd_einval, command.descriptor);
    if (entry->accept_waits) return answer<SocketAcceptResponse>(code::bsd_inexe, command.descriptor);
    answer<SocketAcceptResponse>(code::success, command.descriptor);
    entry->accept_waits = true;
    accept(*entry);
}

/// Ends the ACCEPT if it can be ended now.
void SocketSilo::accept(SocketEntry& listener) {
    if (sockets_.acceptable(client_, listener.id) == 0) {
        if (is_non_blocking(listener)) complete_accept(listener, code::bsd_eagain, {});
        return;
    }
    const auto descriptor = free_descriptor();
    if (!descriptor) return complete_accept(listener, code::bsd_ensock, {});
    const auto accepted = sockets_.accept(client_, listener.id);
    if (!accepted) return complete_accept(listener, socket_code(accepted.error()), {});
    const Entry entry = add(*descriptor, accepted->socket, listener.family, listener.type, listener.is_tls);
    entry->accepted = true;
    entry->peer = accepted->peer;
    entry->settings = listener.settings;
    entry->state = SocketEntry::State::connected;
    static_cast<void>(sockets_.set_receive_room(client_, entry->id, entry->settings.receive_buffer));
    complete_accept(listener, *descriptor, accepted->peer);
}

/// One opcode for both families: hosts do not hear the other.
void SocketSilo::complete_accept(SocketEntry& listener, std::int16_t status, const Address& peer) {
    listener.accept_waits = false;
    const auto tell = [&](auto event) {
        event.status = status;
        event.descriptor = listener.descriptor;
        put_address(event, peer);
        out_.complete(event);
    };
    if (listener.family == nwp::Family::ipv6)
        tell(SocketAcceptedV6{});
    else
        tell(SocketAccepted{});
}

} // namespace nwp::simplelink
