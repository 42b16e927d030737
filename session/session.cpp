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
    if (storage.early != nullptr) room = least(room, storage.early->frame_room());
    return static_cast<std::uint16_t>(room);
}

/// Where the receiver keeps no early frames, a window of one frame would leave the link idle half the time.
constexpr std::size_t kWindowLeast = 8;

/// How many frames the peer may have under way: on a link that loses some as many as can be kept.
std::uint16_t window_of(const link::Link& link, const Storage& storage) {
    std::size_t window = kWindowMost;
    if (!link.reliable())
        window = storage.early == nullptr ? 0 : least(window, storage.early->capacity() + 1);
    return static_cast<std::uint16_t>(window < kWindowLeast ? kWindowLeast : window);
}

} // namespace

Session::Session(Role role, HelloTaker on_hello, link::Link& link, Listener& listener, const Storage& storage)
    : role_(role), reliable_(link.reliable()), own_room_(room_of(link, storage)), frame_room_(own_room_),
      own_window_(window_of(link, storage)), link_(link), listener_(listener), on_hello_(on_hello),
      transmit_(storage.transmit, storage.slots), receive_(storage.early),
      assembler_(storage.assembly, kMessageRoom) {
    NWP_EXPECT(storage.slots.size() >= 2 && own_room_ >= link::kFrameRoomLeast);
}

bool Session::is_open() const { return state_ == State::open; }

bool Session::service(Instant now) {
    // What came in the call before: what the owner sent since could have carried its acknowledgement.
    now_ = now;
    const bool unsaid_before = ack_due();
    bool more = take_frames();
    send_what_waits();
    run_timers();
    if (failure_ != Error{}) end(failure_);
    tell_room();
    send_what_waits();
    if (unsaid_before && ack_due() && !link_blocked_ && is_open()) send_ack();
    if (wanted_slots_ != 0 && transmit_.free() >= wanted_slots_) more = true;
    return more;
}

bool Session::take_frames() {
    link_blocked_ = false;
    for (unsigned i = 0; i < kFramesPerService; ++i) {
        const Result<ByteView> frame = link_.receive();
        if (frame) {
            on_frame(*frame);
        } else if (frame.error() == Error::link_reset) {
            end(Error::link_reset);
        } else {
            if (frame.error() != Error::would_block) end(Error::link_down);
            return false;
        }
    }
    return true;
}

void Session::on_frame(ByteView frame) {
    FrameHeader header;
    const bool known = read_header(frame, header);
    const ByteView body = frame.from(FrameHeader::size);
    if (known && header.kind == FrameKind::hello) return on_hello_frame(header, body);
    if (!known || state_ != State::open || header.epoch != epoch_) {
        ++counters_.stray;
        return;
    }
    ++counters_.frames_in;
    counters_.bytes_in += frame.size();
    hello_unsent_ = false; // the peer has our answer: it is never asked for again
    hello_size_ = 0;
    const bool is_ack = header.kind == FrameKind::ack;
    if (!reliable_) on_acknowledged(header, is_ack ? body : ByteView{});
    if (is_sequenced(header.kind)) return on_sequenced(header, frame);
    heard();
    ++counters_.acks_in;
    if ((header.flags & FrameHeader::answer) != 0) answer_owed_ = true;
}

/// The peer is there and hears us.
void Session::heard() {
    silence_since_ = now_;
    probes_ = 0;
}

void Session::on_acknowledged(const FrameHeader& header, ByteView bitmap) {
    const bool dropped = header.kind == FrameKind::ack && (header.flags & FrameHeader::dropped) != 0;
    const auto news = transmit_.acknowledge(header.ack, bitmap, dropped, now_, round_trip_.least());
    if (!news.any) return;
    heard();
    if (news.has_sample) round_trip_.sample(news.round_trip);
    tail_since_ = now_;
}

void Session::on_sequenced(const FrameHeader& header, ByteView frame) {
    if (reliable_) {
        // Nothing is lost on such a link: another number is a peer that does not count.
        if (header.sequence != receive_.next_wanted()) return break_off();
        heard();
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
        heard();
    if (unsaid_++ == 0) ack_at_ = now_ + kAckDelay;
    if (unsaid_ >= kFramesPerAck || receive_.news()) ack_at_once_ = true;
    if (place == ReceiveWindow::Place::dropped && receive_.news()) dropped_ = true;
    if (place != ReceiveWindow::Place::next) return;

    receive_.advance();
    deliver(header, frame.from(FrameHeader::size));
    while (state_ == State::open && receive_.has_early()) {
        const ByteView kept = receive_.kept();
        if (kept.empty()) return;
        receive_.advance();
        FrameHeader its_header;
        if (read_header(kept, its_header)) deliver(its_header, kept.from(FrameHeader::size));
        if (state_ == State::open) receive_.release();
    }
}

void Session::deliver(const FrameHeader& header, ByteView body) {
    const Role sender = role_ == Role::host ? Role::nwp : Role::host;
    if (!comes_from(sender, header.kind)) return break_off();
    if (header.kind <= FrameKind::event) return deliver_message(header, body);
    if (assembler_.open()) return break_off(); // a message has begun: only its next part may come
    const bool more = (header.flags & FrameHeader::more) != 0;
    switch (header.kind) {
        case FrameKind::data:
            ++counters_.data_frames_in;
            return listener_.on_data(header.channel, body, (header.flags & FrameHeader::end) != 0);
        case FrameKind::datagram:
            ++counters_.data_frames_in;
            return listener_.on_datagram(header.channel, body, more);
        case FrameKind::cancel: ++counters_.messages_in; return listener_.on_cancel(header.channel);
        default: break;
    }
    wire::Reader reader{body};
    const auto limit = static_cast<std::uint32_t>(reader.number(4));
    if (!reader.ok()) return break_off();
    ++counters_.credit_frames_in;
    listener_.on_credit(header.channel, limit);
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

void Session::run_timers() {
    if (state_ == State::hello && now_ >= hello_at_) say_hello();
    if (state_ != State::open) return;
    // While the link takes nothing, silence says nothing about what is under way.
    if (!link_blocked_ && now_ >= tail_deadline()) {
        transmit_.give_up_oldest();
        round_trip_.back_off();
        tail_since_ = now_;
    }
    watch_silence();
    if (!watching_ || now_ < silence_deadline()) return;
    if (probes_ == kProbes) return end(Error::link_down);
    ++probes_;
    silence_since_ = now_;
    send_probe();
}

/// The NWP never declares a silent host dead.
bool Session::watches() const {
    return role_ == Role::host && state_ == State::open &&
           (waiting_ || (!reliable_ && transmit_.size() != 0));
}

void Session::watch_silence() {
    const bool watches_now = watches();
    if (watches_now && !watching_) {
        silence_since_ = now_;
        probes_ = 0;
    }
    watching_ = watches_now;
}

void Session::set_waiting(bool waiting, Instant now) {
    now_ = now;
    waiting_ = waiting;
    watch_silence();
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
