// SPDX-License-Identifier: Apache-2.0
#include "nwpd/dialect/simplelink/outbox.h"

#include "base/expect.h"
#include "simplelink/device.h"
#include "simplelink/event_ids.h"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

namespace nwp::simplelink {
namespace {

/// Between INIT COMPLETE and the host's own note that it started, its driver may swallow one interrupt; an
/// event of that time would be read only with the next response.
constexpr std::chrono::milliseconds kQuietAfterStart{50};
constexpr std::size_t kMostHeldBack = 64;
constexpr std::size_t kBasicSize = 4;

constexpr std::size_t kLargestResponse = [] {
    std::size_t largest = kBasicSize;
    for (const CommandRow& row : kCommands) largest = std::max<std::size_t>(largest, row.response_size);
    return largest;
}();

} // namespace

Outbox::Outbox(boost::asio::io_context& loop, endpoint::HostLine& line)
    : line_(line), loop_(loop), quiet_timer_(loop) {
    state_.tx_pool_count = kBuffers;
    state_.min_max_payload = kBufferSize;
}

void Outbox::start(const InitComplete& message) {
    const auto args = encode(message);
    send(InitComplete::opcode, args, {});
    quiet_ = true;
    quiet_timer_.set(kQuietAfterStart, [this] { end_quiet(); });
}

void Outbox::end_quiet() {
    if (!std::exchange(quiet_, false)) return;
    quiet_timer_.cancel();
    for (const HeldBack& event : std::exchange(held_back_, {})) send_event(event.opcode, event.body, {});
}

void Outbox::open_command(std::uint16_t opcode) {
    NWP_EXPECT(command_ == 0);
    command_ = opcode;
}

void Outbox::refuse(std::int16_t status) {
    if (command_ == 0) return;
    const CommandRow* row = find_command(command_);
    // Of an opcode that nobody knows the host's driver can want only the common form.
    const auto opcode = static_cast<std::uint16_t>(row != nullptr ? row->response : command_ & ~kFromHost);
    const StatusField field = row != nullptr ? row->status : StatusField{0, 2};
    std::array<Byte, kLargestResponse> args{};
    const auto bits = static_cast<std::uint32_t>(static_cast<std::int32_t>(status));
    for (std::size_t i = 0; i < field.width; ++i) args[field.offset + i] = static_cast<Byte>(bits >> (8 * i));
    send_response(opcode, {args.data(), row != nullptr ? row->response_size : kBasicSize}, {});
}

void Outbox::send_response(std::uint16_t opcode, ByteView args, ByteView payload) {
    NWP_EXPECT(command_ != 0); // a second response would be read as one to the next command
    command_ = 0;
    send(opcode, args, payload);
    end_quiet();
    if (answered_) answered_();
}

void Outbox::send_event(std::uint16_t opcode, ByteView args, ByteView payload) {
    if (silent_) return;
    const std::optional<EventId> id = event_id(opcode);
    if (id && ((event_mask(id->event_class) >> id->id) & 1U) != 0) return;
    if (is_full() || held_back_.size() >= kMostHeldBack) {
        state_.device_status |= device_status::events_dropped;
        if (id) dropped_[id->event_class] |= id->dropped_bit;
        return;
    }
    if (!quiet_) return send(opcode, args, payload);
    std::vector<Byte> body(args.begin(), args.end());
    body.insert(body.end(), payload.begin(), payload.end());
    held_back_.push_back({opcode, std::move(body)});
}

void Outbox::send(std::uint16_t opcode, ByteView args, ByteView payload) {
    state_.tx_pool_count =
        static_cast<std::uint8_t>(kBuffers - std::min<std::size_t>(held_buffers_, kBuffers));
    message_.clear();
    append_message(message_, opcode, state_, args, payload);
    line_.write(message_);
    credit_owed_ = false;
}

void Outbox::take_buffers(std::size_t count) { held_buffers_ += count; }

void Outbox::give_buffers(std::size_t count) {
    NWP_EXPECT(count <= held_buffers_);
    held_buffers_ -= count;
    credit_owed_ = true;
    if (held_buffers_ == 0) on_buffers_free(std::exchange(buffers_free_, {}));
}

void Outbox::on_buffers_free(std::function<void()> listener) {
    buffers_free_ = std::move(listener);
    if (held_buffers_ != 0 || !buffers_free_) return;
    later(std::exchange(buffers_free_, {}));
}

void Outbox::later(std::function<void()> act) {
    boost::asio::post(loop_, [alive = std::weak_ptr<bool>{alive_}, act = std::move(act)] {
        if (!alive.expired()) act();
    });
}

bool Outbox::set_event_mask(EventClass event_class, std::uint32_t mask) {
    if (event_class < EventClass::device || event_class > EventClass::netutil) return false;
    masks_[event_class] = mask;
    return true;
}

std::uint32_t Outbox::event_mask(EventClass event_class) const {
    const auto found = masks_.find(event_class);
    return found == masks_.end() ? 0 : found->second;
}

std::uint32_t Outbox::take_dropped(EventClass event_class) {
    const std::uint32_t bits = std::exchange(dropped_[event_class], 0);
    const auto none = [](const auto& entry) { return entry.second == 0; };
    if (std::all_of(dropped_.begin(), dropped_.end(), none))
        set_device_status(device_status::events_dropped, false);
    return bits;
}

void Outbox::flush_credit() {
    if (credit_owed_) send(Dummy::opcode, {}, {});
}

void Outbox::set_device_status(std::uint8_t bit, bool on) {
    const auto mask = on ? state_.device_status | bit : state_.device_status & ~bit;
    state_.device_status = static_cast<std::uint8_t>(mask);
}

void Outbox::set_non_blocking(unsigned socket, bool on) {
    const unsigned bit = 1U << socket;
    state_.non_blocking =
        static_cast<std::uint16_t>(on ? state_.non_blocking | bit : state_.non_blocking & ~bit);
}

void Outbox::set_tx_failure(unsigned socket, bool on) {
    const unsigned bit = 1U << socket;
    state_.tx_failure = static_cast<std::uint16_t>(on ? state_.tx_failure | bit : state_.tx_failure & ~bit);
}

} // namespace nwp::simplelink
