// SPDX-License-Identifier: Apache-2.0
// What goes out: queueing, and handing frames to the link.
#include "session/little_endian.h"
#include "session/session.h"

namespace nwp::session {
namespace {

constexpr std::size_t kAckAt = 6; // in the header

/// Slots that stream data leave free, so that a request or credit never waits behind a full ring of data.
std::size_t kept_for_messages(std::size_t slots) { return slots >= 8 ? 2 : 1; }

} // namespace

std::size_t Session::data_room() const { return frame_room_ - FrameHeader::size; }
std::size_t Session::in_flight() const { return transmit_.size(); }

Error Session::blocked(std::size_t free_slots) {
    // The least that somebody misses: everybody is asked again then.
    if (wanted_slots_ == 0 || free_slots < wanted_slots_) {
        wanted_slots_ = static_cast<std::uint16_t>(free_slots);
    }
    return Error::would_block;
}

/// link_down, would_block
Error Session::need(std::size_t free_slots) {
    if (state_ != State::open) return Error::link_down;
    return transmit_.free() < free_slots ? blocked(free_slots) : Error{};
}

/// The same for a frame of data.
Error Session::need_for_data() { return need(kept_for_messages(transmit_.capacity()) + 1); }

void Session::queue(FrameKind kind, std::uint8_t flags, std::uint16_t channel, std::size_t body_size) {
    FrameHeader header;
    header.kind = kind;
    header.epoch = epoch_;
    header.flags = flags;
    header.channel = channel;
    header.sequence = transmit_.draft_sequence();
    write_header(transmit_.draft(), header);
    transmit_.push(FrameHeader::size + body_size);
}

Result<void> Session::send_message(FrameKind kind, std::uint16_t number, std::uint32_t deadline_ms,
                                   const void* message, const wire::Code* code) {
    if (const Error error = need(1); error != Error{}) return error;
    const std::size_t room = data_room();
    std::size_t done = 0;
    std::size_t total = 0;
    do {
        // A window of the whole for each frame; the first pass also tells how long the whole is.
        wire::Writer writer{draft_body(), done};
        wire::put(writer, *code);
        if (kind == FrameKind::request) wire::put(writer, deadline_ms);
        wire::encode(writer, message, code);
        if (done == 0) {
            total = writer.position();
            const std::size_t frames = (total + room - 1) / room;
            if (total > kMessageRoom || frames > transmit_.capacity()) return Error::message_too_long;
            if (frames > transmit_.free()) return blocked(frames);
        }
        const std::size_t size = writer.written();
        done += size;
        queue(kind, done < total ? FrameHeader::more : 0, number, size);
    } while (done < total);
    ++counters_.messages_out;
    return {};
}

Result<void> Session::send_cancel(std::uint16_t request) {
    if (const Error error = need(1); error != Error{}) return error;
    queue(FrameKind::cancel, 0, request, 0);
    ++counters_.messages_out;
    return {};
}

Result<void> Session::send_credit(std::uint16_t channel, std::uint32_t limit) {
    if (const Error error = need(1); error != Error{}) return error;
    wire::Writer writer{draft_body()};
    wire::put(writer, limit);
    queue(FrameKind::credit, 0, channel, writer.written());
    ++counters_.credit_frames_out;
    return {};
}

Result<std::size_t> Session::send_data(std::uint16_t channel, ByteView bytes, bool end) {
    if (const Error error = need_for_data(); error != Error{}) return error;
    const std::size_t size = copy_bytes(draft_body(), bytes);
    queue(FrameKind::data, end && size == bytes.size() ? FrameHeader::end : 0, channel, size);
    ++counters_.data_frames_out;
    return size;
}

Result<std::size_t> Session::send_datagram(std::uint16_t channel, ByteView address, ByteView bytes,
                                           bool goes_on) {
    if (const Error error = need_for_data(); error != Error{}) return error;
    const std::size_t head = copy_bytes(draft_body(), address);
    const std::size_t size = copy_bytes(draft_body().from(head), bytes);
    const bool more = goes_on || size < bytes.size();
    queue(FrameKind::datagram, more ? FrameHeader::more : 0, channel, head + size);
    ++counters_.data_frames_out;
    return size;
}

void Session::flush(Instant now) {
    now_ = now;
    send_what_waits();
}

void Session::send_what_waits() {
    if (state_ == State::hello || state_ == State::closed || hello_unsent_) {
        // The answer to hello goes before everything of its session: the host hears nothing else before.
        if (!hello_unsent_ || !put_on_link(hello_frame().first(hello_size_))) return;
        hello_unsent_ = false;
        if (state_ != State::open) return;
    }
    // Gaps are told first, the rest travels with what goes out anyway.
    const bool gap = dropped_ || (ack_at_once_ && receive_.has_early());
    if ((answer_owed_ || gap) && !send_ack()) return;
    while (send_sequenced()) {
    }
}

bool Session::send_sequenced() {
    const std::size_t place = transmit_.next(reliable_ ? transmit_.capacity() : peer_window_);
    if (place == TransmitWindow::kNothing) return false;
    const Bytes frame = transmit_.frame(place);
    put_u16(frame.from(kAckAt), receive_.next_wanted());
    if (!put_on_link(frame)) return false;

    if (!receive_.has_early()) {
        unsaid_ = 0;
        ack_at_once_ = false;
    }
    if (reliable_) {
        transmit_.pop();
        return true;
    }
    if (transmit_.sent_before(place)) ++counters_.resent;
    transmit_.sent(place, now_);
    tail_since_ = now_;
    return true;
}

bool Session::send_ack() {
    if (!send_unsequenced(FrameKind::ack, dropped_ ? FrameHeader::dropped : 0)) return false;
    unsaid_ = 0;
    ack_at_once_ = answer_owed_ = dropped_ = false;
    return true;
}

void Session::send_probe() { static_cast<void>(send_unsequenced(FrameKind::probe, FrameHeader::answer)); }

bool Session::send_unsequenced(FrameKind kind, std::uint8_t flags) {
    FrameHeader header;
    header.kind = kind;
    header.epoch = epoch_;
    header.flags = flags;
    header.ack = receive_.next_wanted();
    Byte bitmap[kWindowMost / 8];
    const std::size_t size = kind == FrameKind::ack ? receive_.bitmap(bitmap) : 0;
    Byte frame[FrameHeader::size + sizeof bitmap];
    write_header(frame, header);
    copy_bytes(Bytes{frame}.from(FrameHeader::size), ByteView{bitmap}.first(size));
    if (!put_on_link({frame, FrameHeader::size + size})) return false;
    ++counters_.acks_out;
    return true;
}

/// False: the link does not take it now.
bool Session::put_on_link(ByteView frame) {
    if (link_blocked_) return false;
    const Result<void> taken = link_.send(frame);
    if (taken) {
        ++counters_.frames_out;
        counters_.bytes_out += frame.size();
        return true;
    }
    link_blocked_ = true;
    if (taken.error() != Error::would_block) failure_ = Error::link_down;
    return false;
}

} // namespace nwp::session
