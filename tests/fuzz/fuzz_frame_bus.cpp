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

/// One frame from `from` to `to`; `rest` are its bytes.
void pass(FrameBusEnd& from, FrameBusEnd& to) {
    NWP_EXPECT(from.may_send());
    const Header header = say(from, BusPacket::frame, 7);
    NWP_EXPECT(to.on_packet(header.data(), header.size() + 7).frame_size == 7);
    if (!to.owes_report()) return;
    const Header report = say(to, BusPacket::report, 0);
    hear(from, report);
}

/// Whatever happened before, all is well with a new peer.
void expect_frames_pass(FrameBusEnd& end) {
    FrameBusEnd peer;
    const Header start = say(peer, BusPacket::start, 0);
    hear(end, start);
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
        switch (rest[0] % 4) {
            case 0: hear(end, bytes); break;
            case 1:
                if (end.may_send()) say(end, BusPacket::frame, 1);
                break;
            case 2: say(end, BusPacket::report, 0); break;
            default: say(end, BusPacket::start, 0); break;
        }
        rest = rest.from(2 + bytes.size());
    }
    expect_frames_pass(end);
    return 0;
}
