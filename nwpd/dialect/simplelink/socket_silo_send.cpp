// SPDX-License-Identifier: Apache-2.0
// SocketSilo: SEND and SENDTO. Nothing is answered. The host counts the buffers that it fills; they are free
// again when the network took their bytes, so that a slow peer slows the host down.
#include "nwpd/dialect/simplelink/socket_address.h"
#include "nwpd/dialect/simplelink/socket_errors.h"
#include "nwpd/dialect/simplelink/socket_silo.h"

namespace nwp::simplelink {
namespace {

constexpr std::size_t kMostWakes = 16; ///< each wakes everybody: more say nothing new

} // namespace

void SocketSilo::on(const SocketSend& command, ByteView payload) {
    send(command.descriptor, command.length, payload, nullptr);
}

void SocketSilo::on(const SocketSendTo& command, ByteView payload) {
    const Address to = address_in(command);
    send(command.descriptor, command.length, payload, &to);
}

void SocketSilo::on(const SocketSendToV6& command, ByteView payload) {
    const Address to = address_in(command);
    send(command.descriptor, command.length, payload, &to);
}

void SocketSilo::send(std::uint8_t descriptor, std::uint16_t length, ByteView payload, const Address* to) {
    const std::size_t buffers = Outbox::buffers_for(length);
    out_.take_buffers(buffers);
    const Entry entry = find(descriptor);
    const ByteView data = payload.first(length);
    if (!entry || data.size() < length || data.empty()) return give_buffers(buffers);
    if (wake(*entry, data, to)) {
        give_buffers(buffers);
        return check_select();
    }

    if (entry->starts_tls) {
        give_buffers(buffers);
        return tell_send_failed(*entry, code::bsd_esecsslduringhandshake);
    }
    const Result<void> written = write(*entry, data, to);
    if (!written) {
        give_buffers(buffers);
        const bool over = entry->state == SocketEntry::State::failed;
        return send_failed(*entry, over ? entry->failure : socket_code(written.error()));
    }
    const std::size_t overhead = entry->is_stream() ? 0 : service::Sockets::kDatagramCost;
    entry->sends.add(data.size() + overhead, buffers);
    settle(*entry);
}

Result<void> SocketSilo::write(SocketEntry& entry, ByteView data, const Address* to) {
    if (!entry.is_stream())
        return sockets_.send_datagram(client_, entry.id, data, to == nullptr ? Address{} : *to);
    if (entry.state != SocketEntry::State::connected) return Error::not_connected;
    return sockets_.write(client_, entry.id, data);
}

/// The driver's control socket sends to itself (facts 2.4). That never leaves the chip.
bool SocketSilo::wake(SocketEntry& entry, ByteView data, const Address* to) {
    if (!entry.wakes_select || to == nullptr) return false;
    Address loopback = Address::ipv4(127, 0, 0, 1, to->port);
    if (*to != loopback || to->port != SocketEntry::kControlPort) return false;
    if (entry.wakes.size() < kMostWakes) entry.wakes.emplace_back(data.begin(), data.end());
    try_receive(entry);
    return true;
}

void SocketSilo::settle(SocketEntry& entry) {
    give_buffers(entry.sends.settle(sockets_.waiting(client_, entry.id)));
}

void SocketSilo::give_buffers(std::size_t count) {
    if (count > 0) out_.give_buffers(count);
}

/// From now on the host sends nothing on a stream. A datagram that went astray says nothing about the next.
void SocketSilo::send_failed(const SocketEntry& entry, std::int16_t status) {
    if (entry.is_stream()) out_.set_tx_failure(entry.descriptor, true);
    tell_send_failed(entry, status);
}

void SocketSilo::tell_send_failed(const SocketEntry& entry, std::int16_t status) {
    SocketTxFailed event;
    event.status = status;
    event.descriptor = entry.descriptor;
    out_.tell(event);
}

} // namespace nwp::simplelink
