// SPDX-License-Identifier: Apache-2.0
// How sessions begin and end; what answers a hello is in answer.cpp.
#include "session/hello_limits.h"
#include "session/session.h"

namespace nwp::session {
namespace {

constexpr Duration kFirstPause = milliseconds(100);
constexpr Duration kLongestPause = seconds(1);

} // namespace

void Session::hello(std::uint32_t nonce, std::uint32_t capabilities, const wire::Token* token, Instant now) {
    NWP_EXPECT(role_ == Role::host);
    now_ = now;
    close();
    nonce_ = nonce;
    wire::HelloRequest request;
    request.nonce = nonce;
    request.capabilities = capabilities;
    request.frame_room = own_room_;
    request.window = own_window_;
    if (token != nullptr) {
        request.has_token = 1;
        request.token = *token;
    }
    keep_hello(0, &request, wire::code<wire::HelloRequest>());
    state_ = State::hello;
    hello_sayings_ = 0;
    hello_pause_ = kFirstPause;
    say_hello();
}

void Session::close() {
    state_ = State::closed;
    failure_ = Error{};
    hello_size_ = unsaid_ = 0;
    hello_unsent_ = ack_at_once_ = dropped_ = answer_owed_ = watching_ = false;
    wanted_slots_ = 0;
    frame_room_ = own_room_;
    transmit_.clear();
    receive_.clear();
    assembler_.clear();
}

void Session::end(Error why) {
    failure_ = Error{};
    if (state_ == State::hello) { // still unanswered: a new peer hears it from the start
        hello_pause_ = kFirstPause;
        if (why == Error::link_reset) hello_at_ = now_;
    }
    if (state_ != State::open) return;
    close();
    listener_.on_closed(why);
}

void Session::keep_hello(std::uint8_t epoch, const void* message, const wire::Code* code) {
    FrameHeader header;
    header.kind = FrameKind::hello;
    header.epoch = epoch;
    write_header(hello_frame(), header);
    wire::Writer writer{hello_frame().from(FrameHeader::size)};
    wire::put(writer, *code);
    wire::encode(writer, message, code);
    hello_size_ = static_cast<std::uint8_t>(FrameHeader::size + writer.written());
}

void Session::say_hello() {
    hello_at_ = now_ + hello_pause_;
    hello_pause_ = lower(hello_pause_ * 2, kLongestPause);
    if (hello_sayings_ < 2) ++hello_sayings_;
    hello_unsent_ = true;
    send_what_waits();
}

void Session::on_hello_frame(const FrameHeader& header, ByteView body) {
    wire::Reader reader{body};
    const auto id = static_cast<std::uint16_t>(reader.number(2));
    if (!(this->*on_hello_)(id, header, reader.left())) ++counters_.stray;
}

bool Session::on_hello_reply(std::uint16_t id, const FrameHeader& header, ByteView hello) {
    wire::HelloReplyStart start;
    const bool ours = id == wire::HelloReply::id && state_ == State::hello &&
                      wire::decode(hello, &start, wire::code<wire::HelloReplyStart>()) &&
                      start.magic == wire::kMagic && start.nonce == nonce_;
    if (!ours) return false;
    peer_version_ = {start.major, start.minor};
    if (start.major != wire::kMajor) start.error = Error::version_mismatch;
    if (start.error != Error{}) {
        close();
        listener_.on_closed(start.error);
        return true;
    }
    wire::HelloReply reply;
    const bool whole = wire::decode(hello, &reply, wire::code<wire::HelloReply>());
    if (!whole || !sound(reply.frame_room, reply.window) || reply.epoch != header.epoch) return false;
    begin(reply.epoch, lower(own_room_, reply.frame_room), reply.window);
    listener_.on_open(reply);
    return true;
}

void Session::begin(std::uint8_t epoch, std::uint16_t frame_room, std::uint16_t peer_window) {
    close();
    state_ = State::open;
    epoch_ = epoch;
    frame_room_ = frame_room;
    peer_window_ = lower(peer_window, static_cast<std::uint16_t>(kWindowMost));
    silence_since_ = now_;
    round_trip_.reset();
    // Answered to its only saying: the first measurement.
    if (role_ == Role::host && hello_sayings_ == 1) round_trip_.sample(now_ - hello_at_ + kFirstPause);
    watch_silence();
}

} // namespace nwp::session
