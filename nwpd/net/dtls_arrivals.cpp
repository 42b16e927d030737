// SPDX-License-Identifier: Apache-2.0
#include "nwpd/net/dtls_datagrams_impl.h"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <array>

namespace nwp::net {
namespace {

constexpr std::size_t kRecord = 16384;              // RFC 6347 4.1: as RFC 5246 6.2.1
constexpr std::size_t kLongest = 16384 + 2048 + 13; // RFC 6347 4.1: a whole record
/// So many datagrams at a time; then others of the loop have their turn.
constexpr int kBurst = 64;

constexpr Byte kHandshakeMessage = 22; // RFC 5246 6.2.1
constexpr Byte kChangeCipherSpec = 20;
constexpr Byte kAlert = 21;

/// What of the handshake and of alerts leads to nothing is no sign of damage: a flight may come again.
bool counts_when_useless(ByteView datagram) {
    const Byte type = datagram.empty() ? Byte{0} : datagram[0];
    return type != kHandshakeMessage && type != kChangeCipherSpec && type != kAlert;
}

} // namespace

// ---- what comes in

void DtlsDatagrams::Impl::watch() {
    if (closed || std::exchange(watching, true)) return;
    lower->wait_readable([weak = weak_from_this()] {
        if (auto self = weak.lock()) self->on_lower_readable();
    });
}

void DtlsDatagrams::Impl::on_lower_readable() {
    watching = false;
    std::array<Byte, kLongest> buffer;
    for (int i = 0; i < kBurst && !closed; ++i) {
        const auto got = lower->receive(buffer);
        if (got)
            route(ByteView{buffer}.first(got->size), is_connected() ? connected_to : got->from);
        else if (got.error() == Error::would_block)
            break;
        else
            lower_failed(got.error());
    }
    watch();
    arm();
}

/// RFC 6347 says nothing of ICMP; a handshake that meets nobody ends as a TCP connect does (contracts 5).
void DtlsDatagrams::Impl::lower_failed(Error error) {
    DtlsPeer* peer = is_connected() ? peers.find(connected_to) : nullptr;
    if (peer != nullptr && peer->handshaking() && !serves()) return failed(*peer, error);
    pending = error;
    notify();
}

void DtlsDatagrams::Impl::route(ByteView datagram, const Address& from) {
    DtlsPeer* peer = peers.find(from);
    const auto random = door ? client_hello_random(datagram) : std::nullopt;
    // RFC 6347 4.2.8: a client that began anew; but one of the association's own hellos may come late.
    if (random && (peer == nullptr || peer->hello != random)) return greet(datagram, *random, from);
    if (peer == nullptr) {
        ++counters.dropped;
        return;
    }
    const bool was_established = !peer->handshaking();
    peer->association.offer(datagram);
    const std::size_t came = pump(*peer);
    if (was_established && came == 0 && counts_when_useless(datagram)) ++counters.dropped;
}

void DtlsDatagrams::Impl::greet(ByteView client_hello, const HelloRandom& random, const Address& from) {
    if (!door->admits(client_hello, from, to_lower(from))) {
        ++counters.hellos_without_cookie;
        return;
    }
    Guest guest{from, random, {client_hello.begin(), client_hello.end()}};
    if (look_up) return look_up_for(std::move(guest));
    admit(guest);
}

/// A peer that repeats itself meanwhile is asked for once.
void DtlsDatagrams::Impl::look_up_for(Guest guest) {
    const bool waits =
        std::any_of(guests.begin(), guests.end(), [&](const Guest& each) { return each.from == guest.from; });
    if (waits || guests.size() >= settings->most_associations) return;
    guests.push_back(std::move(guest));
    look_up([weak = weak_from_this(), from = guests.back().from](Result<DtlsSettings> found) {
        auto self = weak.lock();
        if (!self || self->closed) return;
        const auto at = std::find_if(self->guests.begin(), self->guests.end(),
                                     [&](const Guest& each) { return each.from == from; });
        if (at == self->guests.end()) return;
        const Guest asked = std::move(*at);
        self->guests.erase(at);
        if (!found) {
            ++self->counters.handshakes_failed;
            return;
        }
        self->settings = prepared(std::move(*found));
        self->admit(asked);
        self->arm();
    });
}

void DtlsDatagrams::Impl::admit(const Guest& guest) {
    const Address& from = guest.from;
    // RFC 6347 4.2.8: the cookie shows that the association's peer itself begins anew.
    if (DtlsPeer* former = peers.find(from)) evict(*former);
    if (DtlsPeer* leaving = peers.next_to_go(settings->most_associations)) evict(*leaving);

    std::list<DtlsPeer> made;
    DtlsPeer& one = made.emplace_back(*lower, settings, from, to_lower(from));
    one.hello = guest.random;
    one.limit = after(settings->handshake_limit);
    for (auto& each : awaited)
        if (each.peer == from) {
            one.limit = each.limit;
            one.waiting.push_back(std::move(each.done));
        }
    std::erase_if(awaited, [&](const Awaited& each) { return each.peer == from; });
    peers.add(std::move(made));
    if (!one.association.prepare(contexts, calendar, &cookies)) return failed(one, Error::connection_aborted);
    // OpenSSL asks for the cookie again. It holds, if the settings did not come a minute later.
    if (!one.association.greet(guest.hello)) return failed(one, Error::connection_aborted);
    pump(one);
}

/// Goes on with what was offered; returns how many datagrams came out. The peer may be gone afterwards.
std::size_t DtlsDatagrams::Impl::pump(DtlsPeer& peer) {
    std::array<Byte, kRecord> buffer;
    bool established_before = peer.association.was_established();
    std::size_t came = 0;
    for (;;) {
        const auto got = peer.association.read(buffer);
        if (!std::exchange(established_before, peer.association.was_established()) && established_before)
            established(peer);
        if (!got) {
            if (came != 0) peers.used(peer);
            if (got.error() != Error::would_block) over(peer, got.error());
            return came;
        }
        ++came;
        if (!inbox.put(ByteView{buffer}.first(*got), peer.address)) ++counters.overflow;
        notify();
    }
}

void DtlsDatagrams::Impl::over(DtlsPeer& peer, Error error) {
    if (peer.association.was_established())
        ended(peer, error);
    else
        failed(peer, error);
}

} // namespace nwp::net
