// SPDX-License-Identifier: Apache-2.0
// Datagram sockets. Only HostSettings::datagrams leads here: an image without them links none of it.
//
// In a socket's memory a datagram is its size (two bytes), the sender's address as it travelled, its bytes:
// never more than what it costs in credit.
#include "nwp/datagrams.h"

#include "nwp/host.h"

namespace nwp {

using Phase = SocketState::Phase;

namespace {

constexpr std::size_t kSizeField = 2;
constexpr std::size_t kLongestAddress = 23; // family, port, 16 bytes, scope
static_assert(kSizeField + kLongestAddress <= DatagramState::kOverhead);

struct Head {
    Address from;
    std::size_t length; ///< of the head itself
    std::size_t size;   ///< of the datagram
};

Head front_of(const ByteRing& ring) {
    Byte bytes[kSizeField + kLongestAddress];
    wire::Reader reader{ByteView{bytes}.first(ring.peek(bytes))};
    Head head{};
    head.size = static_cast<std::size_t>(reader.number(kSizeField));
    const std::size_t before = reader.left().size();
    wire::get(reader, head.from);
    head.length = kSizeField + before - reader.left().size();
    return head;
}

bool has_whole(const SocketSlot& slot, const DatagramState& state) {
    return slot.received.size() > state.arriving();
}

} // namespace

const DatagramSupport Host::kDatagrams{
    [](Host& host, Slot& slot, ByteView part, bool more) { host.on_part(slot, part, more); },
    [](const Host& host, const Slot& slot) { return host.datagram_readiness(slot); },
    [](const Host& host, const Slot& slot) { return host.next_size(slot); },
};

// ---- In ---------------------------------------------------------------------------------------------------

void Host::on_part(Slot& slot, ByteView part, bool more) {
    DatagramState& state = datagram_of(slot);
    ByteView bytes = part;
    ByteView address; // of a first part
    if (state.arriving() == 0) {
        wire::Reader reader{part};
        Address from;
        wire::get(reader, from);
        if (!reader.ok()) return break_off("the NWP sent a datagram without an address");
        bytes = reader.left();
        address = part.first(part.size() - bytes.size());
    }
    const auto size = static_cast<std::uint32_t>(bytes.size());
    const bool allowed = slot.receive_credit.accept(size + (address.empty() ? 0 : DatagramState::kOverhead));
    const std::size_t head = address.empty() ? 0 : kSizeField + address.size();
    if (!allowed || head + size > slot.received.room()) {
        return break_off("the NWP sent more than it has credit for");
    }
    if (head != 0) {
        const Byte size_later[kSizeField] = {};
        slot.received.push(size_later);
        slot.received.push(address);
        state.arrival_begins(static_cast<std::uint8_t>(head));
    }
    slot.received.push(bytes);
    state.arrived(size);
    if (state.arriving_size() > DatagramState::kMostIpv6) {
        return break_off("the NWP sent a datagram that is too long");
    }
    if (!more) {
        const std::uint32_t whole = state.arriving_size();
        const Byte size_field[kSizeField] = {static_cast<Byte>(whole & 0xFF), static_cast<Byte>(whole >> 8)};
        slot.received.overwrite(slot.received.size() - state.arriving(), size_field);
        state.arrival_ends();
        changed(slot);
    }
    // As for streams: a frame is copied, and whoever waits for the lock may have it now.
    service_lock_->release();
    service_lock_->take();
}

Result<std::size_t> Host::receive_datagram(SocketId socket, DatagramReceiving& receiving, Bytes into) {
    const Named slot{*this, socket};
    if (!slot) return Error::bad_handle;
    if (slot->state.phase() != Phase::datagram) return not_datagrams(*slot, slot->state.receive(0));
    if (!receiving.begun_) {
        const Error pending = slot->state.take_error();
        if (pending != Error{}) return pending;
        const Result<void> may = datagram_of(*slot).receive(has_whole(*slot, datagram_of(*slot)));
        if (!may) return may.error();
        const Head head = front_of(slot->received);
        receiving.from_ = head.from;
        receiving.head_ = head.length;
        receiving.size_ = head.size;
        receiving.copied_ = 0;
        receiving.begun_ = true;
        datagram_of(*slot).receiving(true);
    }
    const std::size_t left = receiving.size_ - receiving.copied_;
    const Bytes part = into.first(left < session_.data_room() ? left : session_.data_room());
    const std::size_t count = slot->received.peek(part, receiving.head_ + receiving.copied_);
    receiving.copied_ += count;
    return count;
}

Result<void> Host::end_datagram(SocketId socket, DatagramReceiving& receiving, bool keep) {
    const Named slot{*this, socket};
    if (!slot) return Error::bad_handle;
    if (slot->state.phase() != Phase::datagram) return not_datagrams(*slot, slot->state.receive(0));
    if (!receiving.begun_) return {};
    receiving.begun_ = false;
    DatagramState& state = datagram_of(*slot);
    state.receiving(false);
    state.heard(receiving.from_);
    if (!keep) {
        slot->received.drop(receiving.head_ + receiving.size_);
        slot->receive_credit.consume(static_cast<std::uint32_t>(receiving.size_) + DatagramState::kOverhead);
        // One that needs the whole window is never waited for in vain.
        slot->owes_credit = slot->owes_credit || slot->received.empty();
    }
    if (has_whole(*slot, state)) changed(*slot); // for whoever came while it was being copied
    if (return_credit(*slot)) flush();
    return {};
}

Result<std::size_t> Host::next_size(const Slot& slot) const {
    return has_whole(slot, datagram_of(slot)) ? front_of(slot.received).size : std::size_t{0};
}

// ---- Out --------------------------------------------------------------------------------------------------

Result<std::size_t> Host::send_datagram(SocketId socket, DatagramSending& sending, ByteView bytes) {
    const Named slot{*this, socket};
    if (!slot) return Error::bad_handle;
    if (is_dtls(slot->protocol)) {
        if (sending.size_ == 0) return Error::invalid_argument; // OpenSSL sends no empty record
        if (sending.size_ > DatagramState::kMostDtls) return Error::message_too_long;
    }
    if (slot->state.phase() != Phase::datagram) return not_datagrams(*slot, slot->state.send(false));
    NWP_EXPECT(bytes.size() <= sending.size_ - sending.taken_);
    DatagramState& state = datagram_of(*slot);
    if (!sending.begun_) {
        const Result<void> may = state.send(sending.size_, sending.to_.family, slot->family);
        if (!may) return may.error();
        const Error pending = slot->state.take_error();
        if (pending != Error{}) return pending;
        const Result<void> now = state.begin(sending.size_, slot->send_credit.available(), !full_);
        if (!now) return now.error();
    }

    Byte encoded[kLongestAddress];
    wire::Writer address{encoded};
    if (!sending.begun_) wire::put(address, sending.to_);
    const ByteView head{encoded, address.written()};
    const bool goes_on = sending.taken_ + bytes.size() < sending.size_;
    const Result<std::size_t> sent =
        session_.send_datagram(static_cast<std::uint16_t>(slot->handle), head, bytes, goes_on);
    if (!sent) {
        full_ = full_ || sent.error() == Error::would_block;
        return sent.error() == Error::would_block ? Error::would_block : Error::connection_aborted;
    }
    const std::uint32_t overhead = sending.begun_ ? 0 : DatagramState::kOverhead;
    slot->send_credit.take(static_cast<std::uint32_t>(*sent) + overhead);
    sending.begun_ = true;
    sending.taken_ += *sent;
    const bool was_more = sending.taken_ != *sent || !sending.done();
    state.sending(!sending.done());
    if (sending.done() && was_more) changed(*slot); // for others who send
    flush();
    return *sent;
}

// ---- State ------------------------------------------------------------------------------------------------

/// Why a socket that is no open datagram socket does neither: a stream; else what its state says, which is
/// `told` with it.
Error Host::not_datagrams(const Slot& slot, Result<void> told) {
    const Result<void> there = slot.state.opening();
    if (!there) return there.error();
    return slot.type == SocketType::datagram ? told.error() : Error::operation_not_supported;
}

Readiness Host::datagram_readiness(const Slot& slot) const {
    const DatagramState& state = datagram_of(slot);
    return state.readiness(has_whole(slot, state), slot.send_credit.available(), !full_,
                           slot.state.pending_error());
}

bool Host::knows_route(SocketId socket, const Address& to) const {
    const Lock lock{port_};
    const DatagramState* const state = datagram_state(socket);
    return state != nullptr && state->knows_route(to);
}

namespace request {

ConnectDatagrams::ConnectDatagrams(SocketId socket, const Address& peer) : OfSocket(socket) {
    message_.peer = peer;
}

Error ConnectDatagrams::take(const void*) {
    if (DatagramState* const state = host().datagram_state(socket())) {
        state->connected(true);
        state->forget_routes();
    }
    return Error{};
}

CheckRoute::CheckRoute(SocketId socket, const Address& peer) : OfSocket(socket) { message_.peer = peer; }

Error CheckRoute::take(const void*) {
    if (DatagramState* const state = host().datagram_state(socket())) state->route_checked(message_.peer);
    return Error{};
}

} // namespace request
} // namespace nwp
