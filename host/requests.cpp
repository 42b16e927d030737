// SPDX-License-Identifier: Apache-2.0
// Requests of the application: begun, sent when there is room, answered, ended.
#include "nwp/host.h"
#include "wire/server_socket.h"

namespace nwp {

Result<void> Host::begin(Pending& pending) {
    const Lock lock{port_};
    NWP_EXPECT(pending.host_ == nullptr);
    if (pending.of_socket_) {
        const Slot* const slot = find(pending.socket_);
        if (slot == nullptr) return Error::bad_handle;
        const Result<void> there = slot->state.opening();
        if (!there) return there;
        pending.handle_ = slot->handle;
    }
    if (state_ != LinkState::up) return Error::network_down;

    pending.error_ = Error{};
    pending.detail_ = 0;
    pending.decided_ = pending.goes_on_ = false;
    pending.number_ = 0;
    pending.done_.store(false, std::memory_order_relaxed);
    pending.host_ = this;
    pending.ends_at_ = port_.now() + pending.deadline_ + settings_.grace;
    const Result<void> sent = submit(pending);
    if (!sent) {
        pending.host_ = nullptr;
        return sent;
    }
    Pending** at = &pending_;
    while (*at != nullptr) at = &(*at)->next_;
    *at = &pending;
    pending.next_ = nullptr;
    expires(pending.ends_at_);
    flush();
    return {};
}

/// Sends it, or leaves it unsent when there is no room; unsent ones go out in their order.
Result<void> Host::submit(Pending& pending) {
    if (full_) {
        unsent_ = true;
        return {};
    }
    const Duration left = pending.ends_at_ - port_.now() - settings_.grace;
    const std::uint16_t number = next_number();
    const auto deadline_ms = static_cast<std::uint32_t>(left.milliseconds() > 0 ? left.milliseconds() : 1);
    const Result<void> sent = pending.send(session_, number, deadline_ms, pending.handle_);
    if (sent) {
        pending.number_ = number;
        return {};
    }
    if (sent.error() == Error::link_down) return Error::network_down;
    if (sent.error() != Error::would_block) return sent;
    full_ = unsent_ = true;
    return {};
}

void Host::submit_waiting() {
    for (Pending* pending = pending_; pending != nullptr && !full_;) {
        Pending* const next = pending->next_;
        if (pending->number_ == 0 && !pending->decided_) {
            const Result<void> sent = submit(*pending);
            if (!sent) {
                complete(*pending, sent.error());
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

void Host::on_item(const session::Message& message) {
    Pending* const pending = find_pending(message.request);
    if (pending == nullptr) {
        ++statistics_.late_replies;
        return;
    }
    if (pending->decided_) return;
    // It stays while the lock is away: only this thread ends requests.
    service_lock_->release();
    const Result<void> taken = pending->on_item(message.id, message.body);
    service_lock_->take();
    if (taken) return;
    ++statistics_.broken_rules;
    pending->error_ = taken.error();
    pending->decided_ = true;
}

void Host::on_reply(const session::Message& message) {
    Pending* const pending = find_pending(message.request);
    if (pending == nullptr) {
        Slot* const slot = find_asked(message.request);
        return slot != nullptr ? on_slot_reply(*slot, message) : on_late_reply(message);
    }
    pending->number_ = 0;
    if (pending->decided_) return complete(*pending, pending->error_);
    if (message.id == wire::Failed::id) {
        const Result<wire::Failed> failed = wire::decode<wire::Failed>(message.body);
        if (failed) pending->detail_ = failed->detail;
        const bool nothing = failed && pending->may_block_ && failed->error == Error::would_block;
        return complete(*pending, nothing  ? Error::would_block
                                  : failed ? sound(failed->error)
                                           : Error::protocol_error);
    }
    const Result<Pending::Next> next = pending->on_reply(message.id, message.body);
    if (!next) {
        if (next.error() == Error::protocol_error) ++statistics_.broken_rules;
        return complete(*pending, next.error());
    }
    if (*next == Pending::Next::done) return complete(*pending, Error{});
    pending->goes_on_ = true;
    pending->ends_at_ = port_.now() + pending->deadline_ + settings_.grace;
    expires(pending->ends_at_);
    const Result<void> sent = submit(*pending);
    if (!sent) complete(*pending, sent.error());
}

/// To a request that ended without it. A socket that nobody waits for any more is closed.
void Host::on_late_reply(const session::Message& message) {
    ++statistics_.late_replies;
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
