// SPDX-License-Identifier: Apache-2.0
// How sessions begin and end; what answers a hello is in answer.cpp.
#include "session/hello_limits.h"
#include "session/session.h"

namespace nwp::session {
namespace {

constexpr Duration kFirstPause = milliseconds(100);
constexpr Duration kLongestPause = seconds(1);
/// Where the receiver keeps no early frames, a window of one frame would leave the link idle half the time.
constexpr std::uint16_t kWindowLeast = 8;

} // namespace

void Session::hello(std::uint32_t nonce, std::uint32_t capabilities, const wire::Token* token, Instant now) {
    NWP_EXPECT(role_ == Role::host);
    close();
    nonce_ = nonce;
    wire::HelloRequest request;
    request.nonce = nonce;
    request.capabilities = capabilities;
    request.frame_room = own_room_;
    request.window = own_window();
    if (token != nullptr) {
        request.has_token = 1;
        request.token = *token;
    }
    keep_hello(0, &request, wire::code<wire::HelloRequest>());
    state_ = State::hello;
    hello_sayings_ = 0;
    hello_pause_ = kFirstPause;
    say_hello(now);
}

void Session::close() {
    state_ = State::closed;
    failure_ = Error{};
    transmit_.clear();
    receive_.clear();
    assembler_.clear();
    frame_room_ = own_room_;
    wanted_slots_ = 0;
    unsaid_ = 0;
    hello_size_ = 0;
    hello_unsent_ = ack_at_once_ = answer_owed_ = watching_ = false;
}

void Session::end(Error why) {
    if (state_ == State::hello) { // still unanswered: a new peer hears it from the start
        failure_ = Error{};
        hello_pause_ = kFirstPause;
        if (why == Error::link_reset) hello_at_ = now_;
        return;
    }
    if (state_ != State::open) {
        failure_ = Error{};
        return;
    }
    close();
    listener_.on_closed(why);
}

std::uint16_t Session::own_window() const {
    if (reliable_) return kWindowMost;
    const auto all_kept = static_cast<std::uint16_t>(reorder_slots_ + 1);
    if (all_kept < kWindowLeast) return kWindowLeast;
    return lower(all_kept, static_cast<std::uint16_t>(kWindowMost));
}

void Session::keep_hello(std::uint8_t epoch, const void* message, const wire::Code* code) {
    FrameHeader header;
    header.kind = FrameKind::hello;
    header.epoch = epoch;
    write_header(hello_frame_, header);
    wire::Writer writer{Bytes{hello_frame_}.from(FrameHeader::size)};
    wire::put(writer, *code);
    wire::encode(writer, message, code);
    hello_size_ = static_cast<std::uint8_t>(FrameHeader::size + writer.written());
}

void Session::say_hello(Instant now) {
    now_ = now;
    hello_at_ = now + hello_pause_;
    hello_pause_ = lower(hello_pause_ * 2, kLongestPause);
    if (hello_sayings_ < 2) ++hello_sayings_;
    hello_unsent_ = true;
    flush(now);
}

void Session::on_hello_frame(const FrameHeader& header, ByteView body, Instant now) {
    wire::Reader reader{body};
    const auto id = static_cast<std::uint16_t>(reader.number(2));
    if (!(this->*on_hello_)(id, header, reader.left(), now)) ++counters_.stray;
}

bool Session::on_hello_reply(std::uint16_t id, const FrameHeader& header, ByteView hello, Instant now) {
    const auto start = wire::decode<wire::HelloReplyStart>(hello);
    const bool ours = id == wire::HelloReply::id && state_ == State::hello && start &&
                      start->magic == wire::kMagic && start->nonce == nonce_;
    if (!ours) return false;
    peer_version_ = {start->major, start->minor};
    if (start->error != Error{} || start->major != wire::kMajor) {
        close();
        const bool versions = start->major != wire::kMajor;
        listener_.on_closed(versions ? Error::version_mismatch : start->error);
        return true;
    }
    const auto reply = wire::decode<wire::HelloReply>(hello);
    if (!reply || !sound(reply->frame_room, reply->window) || reply->epoch != header.epoch) return false;
    begin(reply->epoch, lower(own_room_, reply->frame_room), reply->window, now);
    listener_.on_open(*reply);
    return true;
}

void Session::begin(std::uint8_t epoch, std::uint16_t frame_room, std::uint16_t peer_window, Instant now) {
    close();
    state_ = State::open;
    epoch_ = epoch;
    frame_room_ = frame_room;
    peer_window_ = lower(peer_window, static_cast<std::uint16_t>(kWindowMost));
    silence_since_ = now;
    round_trip_.reset();
    // Answered to its only saying: the first measurement.
    if (role_ == Role::host && hello_sayings_ == 1) round_trip_.sample(now - hello_at_ + kFirstPause);
    watch_silence(now);
}

} // namespace nwp::session
