// SPDX-License-Identifier: Apache-2.0
// SocketSilo: RECV and RECVFROM. A request stands until there is data, an end, an error, its time is up, or
// the socket is closed; then it is answered exactly once, with no more than it asked for.
#include "nwpd/dialect/simplelink/socket_address.h"
#include "nwpd/dialect/simplelink/socket_errors.h"
#include "nwpd/dialect/simplelink/socket_silo.h"

#include <algorithm>
#include <utility>

namespace nwp::simplelink {
namespace {

constexpr std::size_t kMostReceived = 32767; ///< the length is a signed field

PendingReceive request_in(std::uint16_t length, std::uint8_t family_and_flags, bool from) {
    PendingReceive request;
    request.length = length;
    request.dont_wait = (family_and_flags & kDontWait) != 0;
    if (from) request.from = static_cast<Family>(family_and_flags >> 4U);
    return request;
}

std::size_t room_of(const PendingReceive& request) {
    return std::min<std::size_t>(request.length, kMostReceived);
}

} // namespace

void SocketSilo::on(const SocketReceive& command, ByteView) {
    receive(command.descriptor, request_in(command.length, command.family_and_flags, false));
}

void SocketSilo::on(const SocketReceiveFrom& command, ByteView) {
    receive(command.descriptor, request_in(command.length, command.family_and_flags, true));
}

void SocketSilo::receive(std::uint8_t descriptor, const PendingReceive& request) {
    const Entry entry = find(descriptor);
    const auto refuse = [&](std::int16_t status) { tell_received(descriptor, request, status, {}, {}); };
    if (!entry) return refuse(code::bsd_ebadf);
    if (entry->receive) return refuse(code::bsd_inexe);
    if (request.length == 0) return refuse(code::bsd_einval);
    entry->receive = request;
    try_receive(*entry);
    if (!entry->receive) return;
    if (request.dont_wait || is_non_blocking(*entry)) return complete_receive(*entry, code::bsd_eagain);
    wait_receive(entry);
}

void SocketSilo::wait_receive(const Entry& entry) {
    const auto limit = entry->settings.receive_timeout();
    if (!limit) return;
    entry->receive_timer.set(*limit, [this, receiver = entry.get()] { // it owns the timer
        complete_receive(*receiver, code::bsd_eagain);
    });
}

/// Answers the request that stands, if it can be answered now.
void SocketSilo::try_receive(SocketEntry& entry) {
    if (!entry.receive) return;
    entry.is_stream() ? receive_stream(entry) : receive_datagram(entry);
}

void SocketSilo::receive_stream(SocketEntry& entry) {
    const auto peer = sockets_.peer(client_, entry.id);
    const auto held = sockets_.received(client_, entry.id);
    if (held && !held->empty()) {
        const ByteView data = held->first(std::min(room_of(*entry.receive), held->size()));
        complete_receive(entry, static_cast<std::int16_t>(data.size()), data, peer ? *peer : Address{});
        static_cast<void>(sockets_.consume(client_, entry.id, data.size()));
        return;
    }
    if (sockets_.ended(client_, entry.id)) return complete_receive(entry, 0);
    if (entry.state != SocketEntry::State::connected) complete_receive(entry, entry.failure);
}

void SocketSilo::receive_datagram(SocketEntry& entry) {
    if (!entry.wakes.empty()) return receive_wake(entry);
    const auto datagram = sockets_.datagram(client_, entry.id);
    if (!datagram) return;
    const ByteView rest = datagram->bytes.from(entry.datagram_taken);
    const std::size_t size = std::min(room_of(*entry.receive), rest.size());
    const bool keeps_rest = entry.settings.keep_datagram_rest != 0 && size < rest.size();
    entry.datagram_taken = keeps_rest ? entry.datagram_taken + size : 0;
    complete_receive(entry, static_cast<std::int16_t>(size), rest.first(size), datagram->from);
    if (!keeps_rest) sockets_.consume_datagram(client_, entry.id, true);
}

void SocketSilo::receive_wake(SocketEntry& entry) {
    const std::vector<Byte> wake = std::move(entry.wakes.front());
    entry.wakes.pop_front();
    const std::size_t size = std::min(room_of(*entry.receive), wake.size());
    complete_receive(entry, static_cast<std::int16_t>(size), ByteView{wake}.first(size),
                     Address::ipv4(127, 0, 0, 1, SocketEntry::kControlPort));
}

void SocketSilo::complete_receive(SocketEntry& entry, std::int16_t status) {
    complete_receive(entry, status, {}, {});
}

void SocketSilo::complete_receive(SocketEntry& entry, std::int16_t status, ByteView data,
                                  const Address& from) {
    entry.receive_timer.cancel();
    const PendingReceive request = *std::exchange(entry.receive, std::nullopt);
    tell_received(entry.descriptor, request, status, data, from);
}

void SocketSilo::tell_received(std::uint8_t descriptor, const PendingReceive& request, std::int16_t status,
                               ByteView data, const Address& from) {
    const auto tell = [&](auto event) {
        event.status = status;
        event.descriptor = descriptor;
        if constexpr (decltype(event)::size > SocketReceived::size) put_address(event, from);
        out_.complete(event, data);
    };
    if (!request.from) return tell(SocketReceived{});
    // The host has room for a long address only if it asked with one.
    if (*request.from == Family::ipv6) return tell(SocketReceivedFromV6{});
    tell(SocketReceivedFrom{});
}

} // namespace nwp::simplelink
