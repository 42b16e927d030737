// SPDX-License-Identifier: Apache-2.0
// Requests of the application: begun, sent when there is room, answered, ended.
#include "nwp/host.h"
#include "wire/server_socket.h"

namespace nwp {

Pending::Pending(const Exchange& exchange, void* message)
    : exchange_(exchange), message_at_(message), deadline_(milliseconds(exchange.deadline_ms)) {}

Pending::Pending(const Exchange& exchange, void* message, SocketId socket) : Pending(exchange, message) {
    socket_ = socket;
    of_socket_ = true;
}

Result<void> Host::begin(Pending& pending) {
    const Lock lock{port_};
    NWP_EXPECT(pending.host_ == nullptr);
    if (pending.of_socket_) {
        const Slot* const slot = find(pending.socket_);
        if (slot == nullptr) return Error::bad_handle;
        const Result<void> there = slot->state.opening();
        if (!there) return there;
        *static_cast<wire::SocketHandle*>(pending.message_at_) = slot->handle;
    }
    if (state_ != LinkState::up) return Error::network_down;

    pending.error_ = Error{};
    pending.detail_ = 0;
    pending.decided_ = pending.goes_on_ = pending.again_ = false;
    pending.number_ = 0;
    pending.done_.store(false, std::memory_order_relaxed);
    pending.host_ = this;
    pending.ends_at_ = due(pending.deadline_);
    const Error refused = submit(pending);
    if (refused != Error{}) {
        pending.failed(refused);
        pending.host_ = nullptr;
        return refused;
    }
    Pending** at = &pending_;
    while (*at != nullptr) at = &(*at)->next_;
    *at = &pending;
    pending.next_ = nullptr;
    flush();
    return {};
}

/// Sends it, or leaves it unsent when there is no room; unsent ones go out in their order.
Error Host::submit(Pending& pending) {
    const Error error = pending.prepare();
    if (error != Error{}) return error;
    if (full_) {
        unsent_ = true;
        return Error{};
    }
    const Duration left = pending.ends_at_ - port_.now() - settings_.grace;
    const Error sent = send(pending.number_, left, pending.message_at_, pending.exchange_.request);
    if (sent != Error::would_block) return sent;
    unsent_ = true;
    return Error{};
}

/// A request; `number` becomes its number.
///   would_block    no room
///   network_down   no session
Error Host::send(std::uint16_t& number, Duration deadline, const void* message, const wire::Code* code) {
    const std::uint16_t next = next_number();
    const std::uint32_t deadline_ms = deadline < milliseconds(1) ? 1 : deadline.milliseconds_32();
    const Error error =
        session_.send_message(session::FrameKind::request, next, deadline_ms, message, code).error();
    if (error == Error{}) number = next;
    if (error == Error::would_block) full_ = true;
    return error == Error::link_down ? Error::network_down : error;
}

/// When the host gives up what the NWP may take so long for. It looks then.
Instant Host::due(Duration deadline) {
    const Instant at = port_.now() + (deadline + settings_.grace);
    expires(at);
    return at;
}

void Host::submit_waiting() {
    for (Pending* pending = pending_; pending != nullptr && !full_;) {
        Pending* const next = pending->next_;
        if (pending->number_ == 0 && !pending->decided_) {
            const Error error = submit(*pending);
            if (error != Error{}) {
                complete(*pending, error);
                pending = pending_; // the lock was released: anything may have changed
                continue;
            }
        }
        pending = next;
    }
}

Result<void> Host::await(Pending& pending) {
    Lock lock{port_};
    while (!pending.done()) port_.wait(pending.waiter_, lock, Instant::never());
    return pending.result();
}

Result<void> Host::perform(Pending& pending) {
    const Result<void> begun = begin(pending);
    if (!begun) return begun;
    return await(pending);
}

void Host::cancel(Pending& pending) {
    const Lock lock{port_};
    if (pending.host_ == nullptr) return;
    pending.error_ = Error::cancelled;
    const Instant now = port_.now();
    if (pending.number_ == 0) pending.decided_ = true;
    pending.ends_at_ = earlier(pending.ends_at_, pending.decided_ ? now : now + settings_.grace);
    expires(pending.ends_at_);
    // Where there is no room for the word, the grace ends it.
    if (pending.number_ != 0) static_cast<void>(session_.send_cancel(pending.number_));
    flush();
}

/// Its socket is closed: they end at once, on the servicing thread.
void Host::end_requests_of(SocketId socket) {
    for (Pending* pending = pending_; pending != nullptr; pending = pending->next_) {
        if (!pending->of_socket_ || pending->socket_ != socket) continue;
        pending->error_ = Error::bad_handle;
        pending->decided_ = true;
        pending->ends_at_ = Instant{};
        expires(pending->ends_at_);
    }
}

// ---- What comes back --------------------------------------------------------------------------------------

Pending* Host::find_pending(std::uint16_t number) const {
    if (number == 0) return nullptr;
    Pending* pending = pending_;
    while (pending != nullptr && pending->number_ != number) pending = pending->next_;
    return pending;
}

namespace {

/// Room for any reply or item, decoded.
struct Received {
    alignas(std::max_align_t) Byte room[kReceivedRoom] = {};

    /// False: it is another message, or breaks its layout.
    bool decode(const session::Message& message, const wire::Code* code) {
        return code != nullptr && message.id == *code && wire::decode(message.body, room, code);
    }
};

} // namespace

/// What the reply Failed says; Error{} for any other.
Error Host::refusal_in(const session::Message& message, std::uint32_t& detail) {
    if (message.id != wire::Failed::id) return Error{};
    wire::Failed failed;
    if (!wire::decode(message.body, &failed, wire::code<wire::Failed>())) return Error::protocol_error;
    detail = failed.detail;
    return failed.error == Error::would_block ? failed.error : sound(failed.error);
}

void Host::on_item(const session::Message& message) {
    Pending* const pending = find_pending(message.request);
    if (pending == nullptr) {
        ++counters_.late_replies;
        return;
    }
    if (pending->decided_) return;
    Received item;
    if (!item.decode(message, pending->exchange_.item)) {
        ++counters_.broken_rules;
        pending->error_ = Error::protocol_error;
        pending->decided_ = true;
        return;
    }
    // It stays while the lock is away: only this thread ends requests.
    service_lock_->release();
    pending->take_item(item.room);
    service_lock_->take();
}

void Host::on_reply(const session::Message& message) {
    Pending* const pending = find_pending(message.request);
    if (pending == nullptr) {
        Slot* const slot = find_asked(message.request);
        return slot != nullptr ? on_slot_reply(*slot, message) : on_late_reply(message);
    }
    pending->number_ = 0;
    if (pending->decided_) {
        complete(*pending, pending->error_);
        return on_late_reply(message);
    }
    Error error = refusal_in(message, pending->detail_);
    if (error == Error{}) {
        Received reply;
        const bool right = reply.decode(message, pending->exchange_.reply);
        error = right ? pending->take(reply.room) : Error::protocol_error;
        if (error == Error::protocol_error) ++counters_.broken_rules;
    } else if (error == Error::would_block && !pending->may_block_) {
        error = Error::protocol_error;
    }
    if (error != Error{} || !pending->again_) return complete(*pending, error);
    pending->again_ = false;
    pending->goes_on_ = true;
    pending->ends_at_ = due(pending->deadline_);
    error = submit(*pending);
    if (error != Error{}) complete(*pending, error);
}

/// To a request that ended without it. A socket that nobody waits for any more is closed.
void Host::on_late_reply(const session::Message& message) {
    ++counters_.late_replies;
    if (message.id != wire::SocketOpened::id && message.id != wire::SocketAccepted::id) return;
    wire::Reader reader{message.body}; // both begin with the handle
    wire::SocketHandle handle{};
    wire::get(reader, handle);
    if (reader.ok() && handle != wire::SocketHandle::none && find(handle) == nullptr) close_orphan(handle);
}

// ---- How they end -----------------------------------------------------------------------------------------

void Host::remove(Pending& pending) {
    Pending** at = &pending_;
    while (*at != &pending) at = &(*at)->next_;
    *at = pending.next_;
    pending.next_ = nullptr;
}

/// On the servicing thread. Releases the lock when there is a callback.
void Host::complete(Pending& pending, Error error) {
    remove(pending);
    if (error != Error{}) pending.failed(error);
    pending.error_ = error;
    pending.host_ = nullptr;
    const Callback<void(Pending&)> callback = pending.when_done_;
    port_.wake(pending.waiter_);
    pending.done_.store(true, std::memory_order_release); // from here on it may be gone
    if (!callback) return;
    service_lock_->release();
    callback(pending);
    service_lock_->take();
}

void Host::complete_all(Error error) {
    while (pending_ != nullptr) complete(*pending_, pending_->decided_ ? pending_->error_ : error);
}

void Host::expire_requests(Instant now) {
    for (Pending* pending = pending_; pending != nullptr;) {
        if (now < pending->ends_at_) {
            expires(pending->ends_at_);
            pending = pending->next_;
            continue;
        }
        if (pending->number_ != 0) static_cast<void>(session_.send_cancel(pending->number_));
        complete(*pending, pending->error_ != Error{} ? pending->error_ : Error::timed_out);
        pending = pending_; // the lock was released: anything may have changed
    }
}

std::uint16_t Host::next_number() {
    do {
        ++number_;
    } while (number_ == 0 || find_pending(number_) != nullptr || find_asked(number_) != nullptr);
    return number_;
}

} // namespace nwp
