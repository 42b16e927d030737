// SPDX-License-Identifier: Apache-2.0
// What comes in, and the timers. hello.cpp begins and ends sessions, transmit.cpp holds what goes out.
#include "session/session.h"

namespace nwp::session {
namespace {

constexpr unsigned kFramesPerService = 32;
constexpr std::uint8_t kFramesPerAck = 2;
constexpr std::uint8_t kProbes = 3;
constexpr Duration kSilence = seconds(1);

bool comes_from(Role sender, FrameKind kind) {
    const bool from_host = kind == FrameKind::request || kind == FrameKind::cancel;
    const bool from_nwp = kind == FrameKind::reply || kind == FrameKind::item || kind == FrameKind::event;
    return sender == Role::host ? !from_nwp : !from_host;
}

std::size_t least(std::size_t a, std::size_t b) { return a < b ? a : b; }

std::uint16_t room_of(const link::Link& link, const Storage& storage) {
    std::size_t room = least(link.frame_room(), link::kFrameRoomMost);
    room = least(room, storage.transmit.size() / storage.slots.size());
    if (!storage.reorder_slots.empty()) {
        room = least(room, storage.reorder.size() / storage.reorder_slots.size());
    }
    return static_cast<std::uint16_t>(room);
}

} // namespace

Session::Session(Role role, HelloTaker on_hello, link::Link& link, Listener& listener, const Storage& storage)
    : on_hello_(on_hello), link_(link), listener_(listener), transmit_(storage.transmit, storage.slots),
      receive_(storage.reorder, storage.reorder_slots), assembler_(storage.assembly, kMessageRoom),
      reorder_slots_(static_cast<std::uint16_t>(storage.reorder_slots.size())),
      own_room_(room_of(link, storage)), frame_room_(own_room_), role_(role), reliable_(link.reliable()) {
    NWP_EXPECT(storage.slots.size() >= 2 && own_room_ >= link::kFrameRoomLeast);
}

bool Session::is_open() const { return state_ == State::open; }

bool Session::service(Instant now) {
    // What came in the call before: what the owner sent since could have carried its acknowledgement.
    const bool unsaid_before = ack_due(now);
    bool more = take_frames(now);
    flush(now);
    run_timers(now);
    if (failure_ != Error{}) end(failure_);
    tell_room();
    flush(now);
    if (unsaid_before && ack_due(now) && !link_blocked_ && is_open()) send_ack();
    if (wanted_slots_ != 0 && transmit_.free() >= wanted_slots_) more = true;
    return more;
}

bool Session::take_frames(Instant now) {
    now_ = now;
    link_blocked_ = false;
    for (unsigned i = 0; i < kFramesPerService; ++i) {
        const Result<ByteView> frame = link_.receive();
        if (frame) {
            on_frame(*frame, now);
        } else if (frame.error() == Error::link_reset) {
            end(Error::link_reset);
        } else {
            if (frame.error() != Error::would_block) end(Error::link_down);
            return false;
        }
    }
    return true;
}

void Session::on_frame(ByteView frame, Instant now) {
    const Result<FrameHeader> header = read_header(frame);
    const ByteView body = frame.from(FrameHeader::size);
    if (header && header->kind == FrameKind::hello) return on_hello_frame(*header, body, now);
    if (!header || state_ != State::open || header->epoch != epoch_) {
        ++counters_.stray;
        return;
    }
    ++counters_.frames_in;
    counters_.bytes_in += frame.size();
    if (!hello_unsent_) hello_size_ = 0; // the peer has our answer: it is never asked for again
    const bool is_ack = header->kind == FrameKind::ack;
    if (!reliable_) on_acknowledged(*header, is_ack ? body : ByteView{}, now);
    if (is_sequenced(header->kind)) return on_sequenced(*header, frame, now);
    heard(now);
    ++counters_.acks_in;
    if ((header->flags & FrameHeader::answer) != 0) answer_owed_ = true;
}

/// The peer is there and hears us.
void Session::heard(Instant now) {
    silence_since_ = now;
    probes_ = 0;
}

void Session::on_acknowledged(const FrameHeader& header, ByteView bitmap, Instant now) {
    const bool dropped = header.kind == FrameKind::ack && (header.flags & FrameHeader::dropped) != 0;
    const auto news = transmit_.acknowledge(header.ack, bitmap, dropped, now, round_trip_.least());
    if (!news.any) return;
    heard(now);
    if (news.has_sample) round_trip_.sample(news.round_trip);
    tail_since_ = now;
}

void Session::on_sequenced(const FrameHeader& header, ByteView frame, Instant now) {
    if (reliable_) {
        // Nothing is lost on such a link: another number is a peer that does not count.
        if (header.sequence != receive_.next_wanted()) return break_off();
        heard(now);
        receive_.advance();
        return deliver(header, frame.from(FrameHeader::size));
    }
    const auto place = receive_.put(header.sequence, frame);
    if (place == ReceiveWindow::Place::nowhere) {
        ++counters_.stray;
        return;
    }
    // A peer that hears nothing of us sends the same for ever: that is no sign of life.
    if (place == ReceiveWindow::Place::doubled)
        ++counters_.doubled;
    else
        heard(now);
    if (unsaid_++ == 0) ack_at_ = now + kAckDelay;
    if (unsaid_ >= kFramesPerAck || receive_.news()) ack_at_once_ = true;
    if (place == ReceiveWindow::Place::dropped && receive_.news()) dropped_ = true;
    if (place != ReceiveWindow::Place::next) return;

    receive_.advance();
    deliver(header, frame.from(FrameHeader::size));
    while (state_ == State::open) {
        const ByteView kept = receive_.kept();
        if (kept.empty()) return;
        receive_.advance();
        const Result<FrameHeader> its_header = read_header(kept);
        if (its_header) deliver(*its_header, kept.from(FrameHeader::size));
        if (state_ == State::open) receive_.release();
    }
}

void Session::deliver(const FrameHeader& header, ByteView body) {
    const Role sender = role_ == Role::host ? Role::nwp : Role::host;
    if (!comes_from(sender, header.kind)) return break_off();
    switch (header.kind) {
        case FrameKind::data:
            if (assembler_.open()) return break_off();
            ++counters_.data_frames_in;
            return listener_.on_data(header.channel, body, (header.flags & FrameHeader::end) != 0);
        case FrameKind::credit: {
            wire::Reader reader{body};
            const auto limit = static_cast<std::uint32_t>(reader.number(4));
            if (assembler_.open() || !reader.ok()) return break_off();
            ++counters_.credit_frames_in;
            return listener_.on_credit(header.channel, limit);
        }
        case FrameKind::cancel:
            if (assembler_.open()) return break_off();
            ++counters_.messages_in;
            return listener_.on_cancel(header.channel);
        case FrameKind::datagram:
            if (assembler_.open()) return break_off();
            ++counters_.data_frames_in;
            return listener_.on_datagram(header.channel, body, (header.flags & FrameHeader::more) != 0);
        default: return deliver_message(header, body);
    }
}

void Session::deliver_message(const FrameHeader& header, ByteView part) {
    const Result<ByteView> whole = assembler_.take(header, part);
    if (!whole) {
        if (whole.error() != Error::would_block) break_off();
        return;
    }
    wire::Reader reader{*whole};
    Message message;
    message.kind = header.kind;
    message.request = header.channel;
    message.id = static_cast<std::uint16_t>(reader.number(2));
    if (header.kind == FrameKind::request) message.deadline_ms = static_cast<std::uint32_t>(reader.number(4));
    if (!reader.ok()) return break_off();
    message.body = reader.left();
    ++counters_.messages_in;
    listener_.on_message(message);
}

void Session::break_off() {
    ++counters_.protocol_errors;
    end(Error::protocol_error);
}

void Session::run_timers(Instant now) {
    if (state_ == State::hello && now >= hello_at_) say_hello(now);
    if (state_ != State::open) return;
    // While the link takes nothing, silence says nothing about what is under way.
    if (!link_blocked_ && now >= tail_deadline()) {
        transmit_.give_up_oldest();
        round_trip_.back_off();
        tail_since_ = now;
    }
    watch_silence(now);
    if (!watching_ || now < silence_deadline()) return;
    if (probes_ == kProbes) return end(Error::link_down);
    ++probes_;
    silence_since_ = now;
    send_probe();
}

/// The NWP never declares a silent host dead.
bool Session::watches() const {
    return role_ == Role::host && state_ == State::open &&
           (waiting_ || (!reliable_ && transmit_.size() != 0));
}

void Session::watch_silence(Instant now) {
    const bool watches_now = watches();
    if (watches_now && !watching_) {
        silence_since_ = now;
        probes_ = 0;
    }
    watching_ = watches_now;
}

void Session::set_waiting(bool waiting, Instant now) {
    now_ = now;
    waiting_ = waiting;
    watch_silence(now);
}

Instant Session::silence_deadline() const { return (watching_ ? silence_since_ : now_) + kSilence; }

Instant Session::tail_deadline() const {
    return !reliable_ && transmit_.waits_for_news() ? tail_since_ + round_trip_.timeout() : Instant::never();
}

Instant Session::next_deadline() const {
    if (failure_ != Error{}) return now_;
    if (!link_blocked_ && state_ != State::closed && can_send()) return now_;
    if (state_ == State::hello) return hello_at_;
    if (state_ != State::open) return Instant::never();
    if (wanted_slots_ != 0 && transmit_.free() >= wanted_slots_) return now_;
    const Instant next = watches() ? silence_deadline() : Instant::never();
    if (link_blocked_) return next; // its activity calls
    if (ack_at_once_ || answer_owed_) return now_;
    return earlier(earlier(next, tail_deadline()), unsaid_ != 0 ? ack_at_ : Instant::never());
}

void Session::tell_room() {
    if (wanted_slots_ == 0 || transmit_.free() < wanted_slots_) return;
    wanted_slots_ = 0;
    listener_.on_room();
}

} // namespace nwp::session
