// SPDX-License-Identifier: Apache-2.0
// The NWP's half of hello. A library of its own: nothing that only makes hosts links it.
#include "session/hello_limits.h"
#include "session/session.h"

namespace nwp::session {
namespace {

/// A hello that an accepted one followed may still be on the way for so long.
constexpr Duration kStaleHello = seconds(1);

} // namespace

bool Session::on_hello_request(std::uint16_t id, const FrameHeader&, ByteView hello) {
    const auto start = wire::decode<wire::HelloStart>(hello);
    if (id != wire::HelloRequest::id || !start || start->magic != wire::kMagic) return false;
    if (hello_size_ != 0 && start->nonce == nonce_) {
        hello_unsent_ = true; // our answer was lost, or this hello came twice
        hello_at_ = now_;
        send_what_waits();
        return true;
    }
    // Overtaken by its successor or by what its host said next; later the same number is a host that has only
    // few of them: each time it is switched on it begins with the same one.
    const bool known = start->nonce == nonce_ || start->nonce == previous_nonce_;
    const bool answered = is_open() || hello_size_ != 0;
    if (known && answered && now_ - hello_at_ < kStaleHello) return false;
    wire::HelloReply reply;
    reply.nonce = start->nonce;
    if (start->major != wire::kMajor) {
        note_hello(*start);
        reply.error = Error::version_mismatch;
        answer_hello(reply);
        listener_.on_closed(Error::version_mismatch);
        return true;
    }
    const auto request = wire::decode<wire::HelloRequest>(hello);
    if (!request || !sound(request->frame_room, request->window)) return false;

    end(Error::link_reset);
    note_hello(*start);
    listener_.on_hello(*request, reply);
    reply.magic = wire::kMagic;
    reply.major = wire::kMajor;
    reply.minor = lower(wire::kMinor, start->minor);
    reply.nonce = start->nonce;
    reply.epoch = static_cast<std::uint8_t>((epoch_ + 1) & 15U);
    reply.frame_room = lower(own_room_, request->frame_room);
    reply.window = own_window_;
    const bool accepted = reply.error == Error{};
    if (accepted) begin(reply.epoch, reply.frame_room, request->window);
    answer_hello(reply);
    if (accepted) listener_.on_open(reply);
    return true;
}

void Session::answer_hello(const wire::HelloReply& reply) {
    keep_hello(reply.epoch, &reply, wire::code<wire::HelloReply>());
    hello_unsent_ = true;
    send_what_waits();
}

void Session::note_hello(const wire::HelloStart& start) {
    close();
    peer_version_ = {start.major, start.minor};
    previous_nonce_ = nonce_;
    nonce_ = start.nonce;
    hello_at_ = now_;
}

} // namespace nwp::session
