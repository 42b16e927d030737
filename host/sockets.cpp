// SPDX-License-Identifier: Apache-2.0
// What the application does with its sockets. socket_link.cpp holds what the link does with them.
#include "nwp/host.h"

namespace nwp {

using Phase = SocketState::Phase;

Host::Named::Named(const Host& host, SocketId socket) : lock_(host.port_), slot_(host.find(socket)) {}

/// A socket that the application may still name.
SocketSlot* Host::find(SocketId socket) const {
    if (socket.index >= slots_.size()) return nullptr;
    Slot& slot = slots_[socket.index];
    const Phase phase = slot.state.phase();
    const bool named =
        slot.generation == socket.generation && phase != Phase::free && phase != Phase::closing;
    return named ? &slot : nullptr;
}

SocketId Host::id_of(const Slot& slot) const {
    return {static_cast<std::uint16_t>(index_of(slot)), slot.generation};
}

Result<SocketId> Host::open(Family family, SocketType type, Protocol protocol, std::uint32_t cookie) {
    const bool known =
        type == SocketType::stream || (type == SocketType::datagram && settings_.datagrams != nullptr);
    if (!known) return Error::socket_type_not_supported;
    const Lock lock{port_};
    if (state_ != LinkState::up) return Error::network_down;
    Slot* const slot = free_slot();
    if (slot == nullptr) return place_is_coming() ? Error::would_block : Error::too_many_files;

    wire::SocketOpen request;
    request.family = family;
    request.type = type;
    request.protocol = protocol;
    request.cookie = cookie;
    prepare(*slot, family, type, protocol, cookie);
    request.receive_limit = slot->receive_credit.limit();
    const Error error =
        ask(*slot, Slot::Asked::open, settings_.open_deadline, &request, wire::code<wire::SocketOpen>());
    if (error != Error{}) {
        slot->state = SocketState{};
        return error;
    }
    flush();
    return id_of(*slot);
}

/// The application has closed a socket, which the NWP is about to confirm. One that lingers is in use.
bool Host::place_is_coming() const {
    for (const Slot& slot : slots_) {
        if (slot.state.phase() == Phase::closing && slot.linger_s <= 0) return true;
    }
    return false;
}

SocketSlot* Host::free_slot() const {
    for (Slot& slot : slots_) {
        if (slot.state.phase() == Phase::free) return &slot;
    }
    return nullptr;
}

/// A free place becomes a socket that is being opened.
void Host::prepare(Slot& slot, Family family, SocketType type, Protocol protocol, std::uint32_t cookie) {
    slot.state = SocketState{is_tls(protocol) || is_dtls(protocol)};
    slot.family = family;
    slot.type = type;
    slot.protocol = protocol;
    slot.cookie = cookie;
    slot.adopted = true;
    slot.owes_credit = slot.securing = false;
    slot.handle = wire::SocketHandle::none;
    slot.waiting = slot.accepts = 0;
    slot.send_credit = {};
    slot.receive_credit = fresh_credit(slot, 0);
    slot.received.clear();
}

/// Stream credit is told in whole frames; a datagram's costs have nothing to do with frames.
session::ReceiveCredit Host::fresh_credit(const Slot& slot, std::uint32_t consumed) const {
    const std::size_t step = slot.type == SocketType::datagram ? 1 : session_.data_room();
    return session::ReceiveCredit{static_cast<std::uint32_t>(slot.received.capacity()), consumed,
                                  static_cast<std::uint32_t>(step)};
}

Result<void> Host::opened(SocketId socket) {
    const Named slot{*this, socket};
    if (!slot) return Error::bad_handle;
    return slot->state.opening();
}

Result<void> Host::connect(SocketId socket, const Address& peer) {
    const Named slot{*this, socket};
    if (!slot) return Error::bad_handle;
    const Result<bool> begins = slot->state.connect();
    if (!begins) return begins.error();
    if (!*begins) return {};
    if (slot->type == SocketType::datagram && datagram_of(*slot).is_sending())
        return Error::would_block; // the rest of it goes first

    wire::SocketConnect request;
    request.socket = slot->handle;
    request.peer = peer;
    const Error error = ask(*slot, Slot::Asked::connect, settings_.connect_deadline, &request,
                            wire::code<wire::SocketConnect>());
    if (error != Error{}) return error;
    slot->state.connect_begun();
    flush();
    return Error::in_progress;
}

Result<std::size_t> Host::send(SocketId socket, ByteView bytes) {
    std::size_t done = 0;
    do {
        // A frame at a time, as receive_some().
        const Result<std::size_t> sent = send_frame(socket, bytes.from(done), done != 0);
        if (!sent) return done != 0 ? Result<std::size_t>{done} : sent;
        done += *sent;
    } while (done < bytes.size());
    return done;
}

/// `goes_on`: this call has sent already, so that an error which came meanwhile is for the next one.
Result<std::size_t> Host::send_frame(SocketId socket, ByteView bytes, bool goes_on) {
    const Named slot{*this, socket};
    if (!slot) return Error::bad_handle;
    if (slot->securing || (goes_on && slot->state.phase() != Phase::connected)) return Error::would_block;
    const Result<void> may = slot->state.send(room_for(*slot));
    if (!may) return may.error();
    if (bytes.empty()) return std::size_t{0};

    const ByteView part = bytes.first(slot->send_credit.available());
    const Result<std::size_t> sent =
        session_.send_data(static_cast<std::uint16_t>(slot->handle), part, false);
    if (!sent) {
        full_ = full_ || sent.error() == Error::would_block;
        return sent.error() == Error::would_block ? Error::would_block : Error::connection_aborted;
    }
    slot->send_credit.take(static_cast<std::uint32_t>(*sent));
    flush();
    return *sent;
}

Result<std::size_t> Host::receive(SocketId socket, Bytes into, bool peek) {
    return receive_all(socket, into, 0, peek);
}

Result<std::size_t> Host::peek(SocketId socket, Bytes into, std::size_t skip) {
    return receive_all(socket, into, skip, true);
}

Result<std::size_t> Host::receive_all(SocketId socket, Bytes into, std::size_t skip, bool peek) {
    std::size_t done = 0;
    do {
        const Result<std::size_t> part = receive_some(socket, into.from(done), skip + done, peek);
        if (!part) return done != 0 ? Result<std::size_t>{done} : part;
        if (*part == 0) break;
        done += *part;
    } while (done < into.size());
    return done;
}

/// At most a frame's worth, so that nobody else waits longer for the lock. 0: an earlier turn took `done`
/// bytes and that was all there is.
Result<std::size_t> Host::receive_some(SocketId socket, Bytes into, std::size_t done, bool peek) {
    const Named slot{*this, socket};
    if (!slot) return Error::bad_handle;
    const std::size_t skip = peek ? done : 0;
    if (slot->securing) return Error::would_block;
    if (done != 0 && slot->received.size() <= skip) return std::size_t{0};
    const Result<void> may = slot->state.receive(slot->received.size());
    if (!may) return may.error();
    const std::size_t count = slot->received.peek(into.first(session_.data_room()), skip);
    if (peek) return count;

    slot->received.drop(count);
    slot->receive_credit.consume(static_cast<std::uint32_t>(count));
    if (return_credit(*slot)) flush();
    return count;
}

bool Host::make_room(SocketId socket) {
    const Named slot{*this, socket};
    if (!slot) return false;
    slot->owes_credit = slot->owes_credit || !slot->receive_credit.is_told();
    if (return_credit(*slot)) flush();
    return !slot->receive_credit.exhausted();
}

Result<Readiness> Host::readiness(SocketId socket) const {
    const Named slot{*this, socket};
    if (!slot) return Error::bad_handle;
    return readiness_of(*slot);
}

Readiness Host::readiness_of(const Slot& slot) const {
    const std::size_t queued = slot.state.phase() == Phase::listening
                                   ? static_cast<std::size_t>(slot.waiting > slot.accepts)
                                   : slot.received.size();
    if (slot.securing) return ready::settled;
    const Readiness is = slot.state.phase() == Phase::datagram ? settings_.datagrams->readiness(*this, slot)
                                                               : slot.state.readiness(queued, room_for(slot));
    return slot.asked == Slot::Asked::nothing ? is | ready::settled : is;
}

Result<std::size_t> Host::available(SocketId socket) const {
    const Named slot{*this, socket};
    if (!slot) return Error::bad_handle;
    if (slot->state.phase() == Phase::listening) return Error::invalid_argument;
    if (slot->state.phase() == Phase::datagram) return settings_.datagrams->next_size(*this, *slot);
    return slot->securing ? 0 : slot->received.size();
}

Result<void> Host::take_error(SocketId socket, Error& error) {
    const Named slot{*this, socket};
    if (!slot) return Error::bad_handle;
    error = slot->state.take_error();
    return {};
}

Result<SocketInfo> Host::describe(SocketId socket) const {
    const Named slot{*this, socket};
    if (!slot) return Error::bad_handle;
    return SocketInfo{slot->family,
                      slot->type,
                      slot->protocol,
                      slot->cookie,
                      slot->state.phase() == Phase::listening,
                      slot->state.phase() == Phase::connected};
}

Result<void> Host::on_readiness(SocketId socket, ReadinessCallback callback) {
    const Named slot{*this, socket};
    if (!slot) return Error::bad_handle;
    set_callback(*slot, callback);
    if (callback && readiness_of(*slot).any()) changed(*slot);
    flush();
    return {};
}

void Host::set_callback(Slot& slot, ReadinessCallback callback) {
    if (slot.callback) --waiting_slots_;
    if (callback) ++waiting_slots_;
    slot.callback = callback;
    slot.notify = false;
}

Result<void> Host::close(SocketId socket, std::int32_t linger_s) {
    const Named slot{*this, socket};
    if (!slot) return Error::bad_handle;
    end_requests_of(socket);
    set_callback(*slot, {});
    const bool lost = slot->state.phase() == Phase::lost;
    slot->state.closed();
    slot->linger_s = linger_s;
    wake_watches(socket);
    if (slot->asked == Slot::Asked::connect) {
        static_cast<void>(session_.send_cancel(slot->number)); // closing ends it as well
        answered(*slot);
    }
    if (slot->asked == Slot::Asked::open) return {}; // closed as soon as it is there
    if (lost || slot->handle == wire::SocketHandle::none) {
        release(*slot);
        return {};
    }
    begin_close(*slot);
    flush();
    return {};
}

bool Host::closing(SocketId socket) const {
    const Lock lock{port_};
    if (socket.index >= slots_.size()) return false;
    const Slot& slot = slots_[socket.index];
    return slot.generation == socket.generation && slot.state.phase() == Phase::closing;
}

std::size_t Host::attached(Span<AttachedSocket> into) const {
    const Lock lock{port_};
    std::size_t count = 0;
    for (const Slot& slot : slots_) {
        if (slot.adopted || slot.state.phase() == Phase::free) continue;
        if (count < into.size()) {
            AttachedSocket& lives = into[count];
            lives = {id_of(slot), slot.cookie, slot.family, slot.type, slot.protocol};
            lives.connected = slot.type == SocketType::datagram ? datagram_of(slot).is_connected()
                                                                : slot.state.phase() == Phase::connected;
            lives.listening = slot.state.phase() == Phase::listening;
            lives.bytes_taken = slot.send_credit.sent();
            lives.bytes_consumed = slot.receive_credit.consumed();
        }
        ++count;
    }
    return count;
}

Result<void> Host::adopt(SocketId socket) {
    const Named slot{*this, socket};
    if (!slot || slot->adopted) return Error::bad_handle;
    slot->adopted = true;
    return {};
}

/// The state of an open datagram socket.
DatagramState* Host::datagram_state(SocketId socket) const {
    Slot* const slot = find(socket);
    return slot != nullptr && slot->state.phase() == Phase::datagram ? &datagram_of(*slot) : nullptr;
}

Error Host::may_shut(SocketId socket, Shutdown how) {
    const Slot* const slot = find(socket);
    if (slot == nullptr) return Error::bad_handle;
    if (slot->type != SocketType::datagram) return slot->state.may_shut().error();
    if (datagram_of(*slot).is_connected()) return Error{};
    mark_shut(socket, how); // Linux says ENOTCONN, and does it all the same
    return Error::not_connected;
}

void Host::mark_shut(SocketId socket, Shutdown how) {
    Slot* const slot = find(socket);
    if (slot == nullptr) return;
    if (slot->type == SocketType::datagram) datagram_of(*slot).shut(how);
    if (slot->state.phase() == Phase::listening && how != Shutdown::send) slot->waiting = 0;
    slot->state.shut(how);
    changed(*slot);
}

} // namespace nwp
