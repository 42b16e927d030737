// SPDX-License-Identifier: Apache-2.0
// What the link does with sockets: replies to their own requests, data, credit, loss.
#include "nwp/host.h"

namespace nwp {

using Phase = SocketState::Phase;

namespace {

constexpr std::int32_t kLongestLinger = 24 * 60 * 60; // seconds that a host waits for the end of a close

} // namespace

SocketSlot* Host::find(wire::SocketHandle handle) const {
    if (handle == wire::SocketHandle::none) return nullptr;
    for (Slot& slot : slots_) {
        if (slot.handle == handle && slot.state.phase() != Phase::free) return &slot;
    }
    return nullptr;
}

SocketSlot* Host::find_asked(std::uint16_t number) const {
    for (Slot& slot : slots_) {
        if (slot.asked != Slot::Asked::nothing && slot.number == number) return &slot;
    }
    return nullptr;
}

/// Somebody who waits for this socket may find something new.
void Host::changed(Slot& slot) {
    wake_watches(id_of(slot));
    if (slot.callback) slot.notify = notify_ = true;
}

/// Sends what a socket itself asks for. An error: nothing was sent.
Error Host::ask(Slot& slot, Slot::Asked what, Duration deadline, const void* message,
                const wire::Code* code) {
    const Error error = send(slot.number, deadline, message, code);
    if (error == Error{}) asked(slot, what, deadline);
    return error;
}

void Host::asked(Slot& slot, Slot::Asked what, Duration deadline) {
    if (slot.asked == Slot::Asked::nothing) ++waiting_slots_;
    slot.asked = what;
    slot.asked_until = NearInstant{due(deadline)};
}

void Host::answered(Slot& slot) {
    if (slot.asked == Slot::Asked::nothing) return;
    --waiting_slots_;
    slot.asked = Slot::Asked::nothing;
    slot.number = 0;
}

/// The place is free for a successor, whose ids differ.
void Host::release(Slot& slot) {
    const SocketId was = id_of(slot);
    answered(slot);
    set_callback(slot, {});
    slot.state = SocketState{};
    slot.handle = wire::SocketHandle::none;
    slot.adopted = true;
    slot.owes_credit = slot.securing = false;
    slot.received.clear();
    if (++slot.generation == 0) slot.generation = 1;
    wake_watches(was);
}

// ---- Replies ----------------------------------------------------------------------------------------------

void Host::on_slot_reply(Slot& slot, const session::Message& message) {
    const Slot::Asked asked = slot.asked;
    answered(slot);
    std::uint32_t detail = 0; // nobody asks for it
    Error error = refusal_in(message, detail);
    if (error == Error::would_block) error = Error::protocol_error;
    if (asked == Slot::Asked::close) return release(slot); // whatever it says, the handle is gone
    if (asked == Slot::Asked::open) return on_opened(slot, message, error);

    if (error == Error{} && message.id != wire::SocketConnected::id) {
        ++counters_.broken_rules;
        error = Error::protocol_error;
    }
    if (error == Error{})
        connect_succeeded(slot);
    else
        slot.state.connect_failed(error);
    changed(slot);
}

void Host::connect_succeeded(Slot& slot) {
    slot.state.connect_succeeded();
    if (slot.type == SocketType::datagram) datagram_of(slot).connected(true);
}

/// The NWP has disconnected it. What came before is nobody's; its credit goes back now, for the next
/// connection gives no other occasion.
void Host::disconnected(SocketId socket) {
    Slot* const slot = find(socket);
    if (slot == nullptr) return;
    // An attempt that this ended has said so already.
    const bool was_under_way =
        slot->state.phase() == Phase::connected || slot->state.pending_error() == Error::cancelled;
    const bool broke_off = slot->type == SocketType::stream && was_under_way;
    slot->state.disconnected(broke_off ? Error::connection_reset : Error{}); // as Linux
    slot->waiting = 0;
    if (slot->type == SocketType::datagram) {
        datagram_of(*slot).connected(false);
    } else {
        slot->receive_credit.consume(static_cast<std::uint32_t>(slot->received.size()));
        slot->received.clear();
        slot->owes_credit = !slot->receive_credit.is_told();
        return_credit(*slot);
    }
    changed(*slot);
}

void Host::on_opened(Slot& slot, const session::Message& message, Error error) {
    if (error == Error{}) {
        wire::SocketOpened opened;
        const bool right = message.id == wire::SocketOpened::id &&
                           wire::decode(message.body, &opened, wire::code<wire::SocketOpened>());
        // A handle that another socket has would mix their bytes.
        if (right && opened.socket != wire::SocketHandle::none && find(opened.socket) == nullptr) {
            slot.handle = opened.socket;
            slot.send_credit = session::SendCredit{opened.send_limit};
            if (slot.type == SocketType::datagram) datagram_of(slot) = DatagramState{opened.send_limit};
        } else {
            ++counters_.broken_rules;
            error = Error::protocol_error;
        }
    }
    if (slot.state.phase() == Phase::closing) {
        if (error != Error{}) return release(slot);
        return begin_close(slot);
    }
    if (error == Error{})
        slot.state.opened(slot.type);
    else
        slot.state.open_failed(error);
    changed(slot);
}

void Host::begin_close(Slot& slot) {
    const std::int32_t linger_s = slot.linger_s < kLongestLinger ? slot.linger_s : kLongestLinger;
    slot.number = 0;
    asked(slot, Slot::Asked::close, settings_.close_deadline + seconds(linger_s > 0 ? linger_s : 0));
    send_close(slot);
}

void Host::send_close(Slot& slot) {
    wire::SocketClose close;
    close.socket = slot.handle;
    close.linger_s = slot.linger_s;
    const Instant now = port_.now();
    const Duration left = slot.asked_until.read(now) - now - settings_.grace;
    if (send(slot.number, left, &close, wire::code<wire::SocketClose>()) != Error{}) full_ = unsent_ = true;
}

/// A socket that nobody waits for any more takes a free place until the NWP has closed it. Where no place is
/// free it stays open at the NWP until this session ends: no more can be done without memory.
void Host::close_orphan(wire::SocketHandle handle) {
    Slot* const slot = free_slot();
    if (slot == nullptr) return;
    slot->state.closed();
    slot->handle = handle;
    slot->linger_s = -1;
    begin_close(*slot);
}

// ---- Data and credit --------------------------------------------------------------------------------------

void Host::on_data(std::uint16_t channel, ByteView bytes, bool end) {
    Slot* const slot = find(static_cast<wire::SocketHandle>(channel));
    if (slot != nullptr && slot->state.phase() == Phase::datagram) {
        return break_off("the NWP sent stream data on a datagram socket");
    }
    if (slot == nullptr || !slot->state.takes_data()) {
        // What was on the way when it was closed is nobody's fault.
        if (slot == nullptr || slot->state.phase() != Phase::closing) ++counters_.stray_data;
        return;
    }
    const bool allowed = slot->receive_credit.accept(static_cast<std::uint32_t>(bytes.size()));
    if (!allowed || bytes.size() > slot->received.room()) {
        return break_off("the NWP sent more than it has credit for");
    }
    slot->received.push(bytes);
    if (end) slot->state.peer_finished();
    changed(*slot);
    // A frame is copied: whoever waits for the lock may have it now.
    service_lock_->release();
    service_lock_->take();
}

void Host::on_datagram(std::uint16_t channel, ByteView part, bool more) {
    Slot* const slot = find(static_cast<wire::SocketHandle>(channel));
    if (slot != nullptr && slot->state.takes_datagrams()) {
        return settings_.datagrams->on_part(*this, *slot, part, more);
    }
    if (slot == nullptr || slot->state.phase() != Phase::closing) ++counters_.stray_data;
}

void Host::on_credit(std::uint16_t channel, std::uint32_t limit) {
    Slot* const slot = find(static_cast<wire::SocketHandle>(channel));
    if (slot == nullptr) return;
    slot->send_credit.raise(limit);
    changed(*slot);
}

/// Tells the NWP when the application made room. True: something was queued.
bool Host::return_credit(Slot& slot) {
    if (!slot.state.gives_credit()) return false;
    const auto frame = static_cast<std::uint32_t>(session_.data_room());
    if (!slot.owes_credit && !slot.receive_credit.worth_telling(frame)) return false;
    const Result<void> sent =
        session_.send_credit(static_cast<std::uint16_t>(slot.handle), slot.receive_credit.limit());
    if (!sent) {
        full_ = unsent_ = true;
        return false;
    }
    slot.owes_credit = false;
    slot.receive_credit.tell();
    return true;
}

/// What had no room when it was due.
void Host::send_waiting_for_sockets() {
    for (Slot& slot : slots_) {
        if (full_) return;
        if (slot.asked == Slot::Asked::close && slot.number == 0)
            send_close(slot);
        else
            return_credit(slot);
    }
}

// ---- Ends -------------------------------------------------------------------------------------------------

void Host::expire_sockets(Instant now) {
    for (Slot& slot : slots_) {
        if (slot.asked == Slot::Asked::nothing) continue;
        const Instant until = slot.asked_until.read(now);
        if (now < until) {
            expires(until);
            continue;
        }
        if (slot.number != 0) static_cast<void>(session_.send_cancel(slot.number));
        answered(slot);
        if (slot.state.phase() == Phase::closing) {
            release(slot);
            continue;
        }
        slot.state.open_failed(Error::timed_out);
        slot.state.connect_failed(Error::timed_out);
        changed(slot);
    }
}

void Host::lose_sockets() {
    for (Slot& slot : slots_) {
        if (slot.state.phase() == Phase::free) continue;
        if (slot.state.phase() == Phase::closing || !slot.adopted) {
            release(slot);
            continue;
        }
        answered(slot);
        slot.state.link_lost();
        slot.securing = false;
        slot.handle = wire::SocketHandle::none;
        slot.received.clear();
        changed(slot);
    }
}

// ---- Readiness --------------------------------------------------------------------------------------------

void Host::call_ready_sockets() {
    notify_ = false;
    for (Slot& slot : slots_) {
        if (!slot.notify) continue;
        slot.notify = false;
        const ReadinessCallback callback = slot.callback;
        const SocketId socket = id_of(slot);
        const Readiness is = readiness_of(slot);
        service_lock_->release();
        callback(socket, is);
        service_lock_->take();
    }
}

} // namespace nwp
