// SPDX-License-Identifier: Apache-2.0
// Any peer on a frame bus, in any order with the frames that go out: only frames that fit come out, the
// window holds, and with a sane peer afterwards frames pass both ways. Each step is a byte that says what, a
// byte that says how long, and the bytes themselves.
#include "base/expect.h"
#include "link/frame_bus.h"

#include <array>
#include <cstddef>
#include <cstdint>

using nwp::Byte;
using nwp::ByteView;
using nwp::link::BusPacket;
using nwp::link::FrameBusEnd;
using nwp::link::kBusHeaderSize;

namespace {

using Header = std::array<Byte, kBusHeaderSize>;

void hear(FrameBusEnd& end, ByteView packet) {
    const auto arrival = end.on_packet(packet.data(), packet.size());
    NWP_EXPECT(arrival.frame_size == 0 || arrival.frame_size + kBusHeaderSize <= packet.size());
    NWP_EXPECT(!arrival.room || end.may_send());
    NWP_EXPECT(!arrival.lost || arrival.frame_size != 0);
}

Header say(FrameBusEnd& end, BusPacket packet, std::size_t frame_size) {
    Header header{};
    end.write_header(packet, frame_size, header.data());
    return header;
}

/// What `from` owes, to `to`.
void settle(FrameBusEnd& from, FrameBusEnd& to) {
    while (const auto owed = from.owed()) {
        const Header header = say(from, *owed, 0);
        hear(to, header);
    }
}

/// One frame from `from` to `to`; `rest` are its bytes.
void pass(FrameBusEnd& from, FrameBusEnd& to) {
    NWP_EXPECT(from.may_send());
    const Header header = say(from, BusPacket::frame, 7);
    NWP_EXPECT(to.on_packet(header.data(), header.size() + 7).frame_size == 7);
    settle(to, from);
}

/// Whatever happened before, all is well with a new peer.
void expect_frames_pass(FrameBusEnd& end) {
    FrameBusEnd peer;
    settle(peer, end);
    settle(end, peer);
    settle(peer, end);
    for (int i = 0; i < 300; ++i) { // the numbers go round
        pass(end, peer);
        pass(peer, end);
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    FrameBusEnd end;
    for (ByteView rest{data, size}; rest.size() >= 2;) {
        const ByteView bytes = rest.sub(2, rest[1]);
        switch (rest[0] % 6) {
            case 0: hear(end, bytes); break;
            case 1:
                if (end.may_send()) say(end, BusPacket::frame, 1);
                break;
            case 2: say(end, BusPacket::report, 0); break;
            case 3: say(end, BusPacket::start, 0); break;
            case 4: end.on_empty(); break;
            default:
                if (const auto owed = end.owed()) say(end, *owed, 0);
                break;
        }
        rest = rest.from(2 + bytes.size());
    }
    expect_frames_pass(end);
    return 0;
}
