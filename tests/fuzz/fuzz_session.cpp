// SPDX-License-Identifier: Apache-2.0
// The first byte chooses: an enemy against a host, an enemy against an NWP, or both against each other over a
// line that loses, doubles and delays whole frames. The rest is what happens, step by step.
#include "session/pair_test.h"
#include "session/print.h"
#include "wire/messages.h"

#include <cstdlib>
#include <deque>

namespace nwp::session {
namespace {

void require(bool condition) {
    if (!condition) std::abort();
}

class Input {
public:
    explicit Input(ByteView bytes) : left_(bytes) {}
    bool empty() const { return left_.empty(); }
    Byte next() {
        if (left_.empty()) return 0;
        const Byte byte = left_[0];
        left_ = left_.from(1);
        return byte;
    }
    ByteView take(std::size_t count) {
        const ByteView taken = left_.first(count);
        left_ = left_.from(count);
        return taken;
    }

private:
    ByteView left_;
};

void settle(Session& session, Instant now) {
    for (int i = 0; session.service(now); ++i) require(i < 1000);
    require(session.in_flight() <= 8);
}

/// Whatever the owner may do at any time.
void act(Session& session, Byte choice, Instant now) {
    const Byte content[300] = {choice};
    switch (choice % 6) {
        case 0:
            static_cast<void>(session.send_data(choice, ByteView{content}.first(choice), choice > 200));
            break;
        case 1: static_cast<void>(session.send_credit(choice, choice)); break;
        case 2: static_cast<void>(session.send_request(choice, 1, wire::Echo{content})); break;
        case 3: static_cast<void>(session.send_event(wire::WifiChanged{})); break;
        case 4: session.set_waiting((choice & 8U) != 0, now); break;
        default: session.flush(now); break;
    }
}

constexpr std::size_t kRoom = 128;

void play_enemy(Role role, Input input) {
    const Byte settings = input.next();
    ScriptedLink link{(settings & 1U) != 0, kRoom};
    Recorder heard;
    SessionStorage<kRoom, 8, 4> storage;
    Storage memory = storage.storage();
    if ((settings & 2U) != 0) memory.early = nullptr;
    Session session{role, link, heard, memory};
    FramePrinter printer;
    Instant now{1000000};
    std::uint16_t sequence = 0;
    Byte epoch = 0;
    std::uint32_t nonce = 0;
    while (!input.empty()) {
        const Byte step = input.next();
        switch (step % 8) {
            case 0: // any frame
            case 1: // one with the right epoch and, mostly, the next sequence number
            case 2: {
                kit::Buffer frame = kit::copied(input.take(input.next() % (kRoom + 1)));
                if (step % 8 != 0 && frame.size() >= FrameHeader::size) {
                    frame[0] = static_cast<Byte>((frame[0] & 15U) | (epoch & 15U) << 4);
                    if (step % 8 == 2) sequence = static_cast<std::uint16_t>(sequence + 2);
                    frame[4] = static_cast<Byte>(sequence);
                    frame[5] = static_cast<Byte>(sequence >> 8);
                    if ((frame[0] & 15U) >= 4) ++sequence;
                }
                printer.print_frame(frame, role == Role::host ? Direction::to_host : Direction::to_nwp);
                link.coming.push_back(std::move(frame));
                break;
            }
            case 3: now = now + milliseconds(std::int64_t{input.next()} * 10); break;
            case 4: link.full = (step & 8U) != 0; break;
            case 5: act(session, input.next(), now); break;
            case 6: { // a right hello, or the right answer to one
                ++nonce;
                FrameHeader header;
                header.kind = FrameKind::hello;
                kit::Buffer frame(64);
                wire::Writer writer{Bytes{frame}.from(FrameHeader::size)};
                if (role == Role::host) {
                    session.hello(nonce, 0, nullptr, now);
                    epoch = static_cast<Byte>((epoch + 1) & 15U);
                    header.epoch = epoch;
                    wire::HelloReply reply;
                    reply.nonce = nonce;
                    reply.epoch = epoch;
                    reply.frame_room = static_cast<std::uint16_t>(60 + step);
                    reply.window = step;
                    wire::put(writer, wire::HelloReply::id);
                    wire::encode(writer, reply);
                } else {
                    wire::HelloRequest hello;
                    hello.nonce = nonce;
                    hello.frame_room = static_cast<std::uint16_t>(60 + step);
                    hello.window = step;
                    wire::put(writer, wire::HelloRequest::id);
                    wire::encode(writer, hello);
                }
                write_header(frame, header);
                link.coming.push_back(frame);
                sequence = 0;
                break;
            }
            default:
                if (step > 240) session.close();
                link.down = step > 200 && step <= 220;
                break;
        }
        settle(session, now);
        if (role == Role::nwp && !heard.opened.empty()) epoch = heard.opened.back().epoch;
        require(session.next_deadline() >= Instant{1000000});
        link.sent.clear();
        heard.data.clear();
        heard.messages.clear();
    }
}

/// One direction of a line whose fate the input decides.
struct Line {
    std::deque<kit::Buffer> under_way;
};

void move_frames(std::vector<kit::Buffer> sent, Line& line, ScriptedLink& to, Input& input) {
    for (kit::Buffer& frame : sent) line.under_way.push_back(std::move(frame));
    while (!line.under_way.empty()) {
        const Byte fate = input.next();
        if (fate >= 192 && line.under_way.size() > 1) std::swap(line.under_way[0], line.under_way[1]);
        if (fate % 16 != 1) to.coming.push_back(line.under_way.front());
        if (fate % 16 == 2) to.coming.push_back(line.under_way.front());
        line.under_way.pop_front();
    }
}

/// Whatever is lost, doubled or swapped: each byte arrives once, in order.
void play_both(Input input) {
    ScriptedLink host_link{false, kRoom};
    ScriptedLink nwp_link{false, kRoom};
    Recorder host_heard;
    Recorder nwp_heard;
    SessionStorage<kRoom, 8, 4> host_storage;
    SessionStorage<kRoom, 8, 2> nwp_storage;
    Session host{Role::host, host_link, host_heard, host_storage.storage()};
    Session nwp{Role::nwp, nwp_link, nwp_heard, nwp_storage.storage()};
    Line to_nwp;
    Line to_host;
    Instant now{1000000};
    Byte written = 0;
    host.hello(1, 0, nullptr, now);
    for (unsigned rounds = 0; rounds < 200; ++rounds) {
        const Byte byte[] = {written};
        if (written < 40 && host.is_open() && host.send_data(1, byte, false)) ++written;
        move_frames(host_link.take(), to_nwp, nwp_link, input);
        settle(nwp, now);
        move_frames(nwp_link.take(), to_host, host_link, input);
        settle(host, now);
        now = now + milliseconds(20);
    }
    for (std::size_t i = 0; i < nwp_heard.data.size(); ++i)
        require(nwp_heard.data[i] == static_cast<Byte>(i));
    require(host_heard.closed.empty() || host_heard.closed.back() == Error::link_down);
    // When the input ends the line is a good one.
    if (host_heard.closed.empty() && input.empty() && written == 40) {
        for (unsigned i = 0; i < 500 && nwp_heard.data.size() < written; ++i) {
            move_frames(host_link.take(), to_nwp, nwp_link, input);
            settle(nwp, now);
            move_frames(nwp_link.take(), to_host, host_link, input);
            settle(host, now);
            now = now + milliseconds(20);
        }
        require(nwp_heard.data.size() == written);
    }
}

} // namespace
} // namespace nwp::session

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace nwp::session;
    if (size == 0) return 0;
    const Input rest{nwp::ByteView{data, size}.from(1)};
    switch (data[0] % 3) {
        case 0: play_enemy(Role::host, rest); break;
        case 1: play_enemy(Role::nwp, rest); break;
        default: play_both(rest); break;
    }
    return 0;
}
