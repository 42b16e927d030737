// SPDX-License-Identifier: Apache-2.0
// Any bytes into a Framer: it never reads or writes astray, gives only frames that fit, and after a delimiter
// the next frame arrives. The first byte is the frame room, the second how many bytes come at a time.
#include "base/expect.h"
#include "link/framer.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

using nwp::Byte;
using nwp::ByteView;
using nwp::link::Framer;

namespace {

/// What comes out goes in again and comes out the same.
void expect_round_trip(ByteView frame) {
    std::vector<Byte> encoded(nwp::link::encoded_room(frame.size()));
    const std::size_t size = nwp::link::encode_frame(frame, encoded);
    std::vector<Byte> storage(nwp::link::framer_room(frame.size()));
    Framer framer{storage};
    NWP_EXPECT(framer.on_bytes(ByteView{encoded}.first(size)) == size);
    NWP_EXPECT(nwp::equal(framer.frame(), frame));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    const std::size_t frame_room = 8U + data[0];
    const std::size_t step = 1U + data[1];
    std::vector<Byte> storage(nwp::link::framer_room(frame_room));
    Framer framer{storage};

    for (ByteView rest{data + 2, size - 2}; !rest.empty();) {
        const ByteView some = rest.first(step);
        const std::size_t taken = framer.on_bytes(some);
        NWP_EXPECT(taken != 0 && taken <= some.size());
        NWP_EXPECT(framer.frame().empty() ? taken == some.size() : framer.frame().size() <= frame_room);
        if (!framer.frame().empty()) expect_round_trip(framer.frame());
        rest = rest.from(taken);
    }

    const std::array<Byte, 4> frame{0x00, 0x01, 0xFF, 0x00};
    std::array<Byte, nwp::link::encoded_room(4)> encoded{};
    const std::size_t count = nwp::link::encode_frame(frame, encoded, nwp::link::Lead::delimiter);
    const ByteView bytes = ByteView{encoded}.first(count);
    std::size_t taken = framer.on_bytes(bytes);
    if (taken != count) taken += framer.on_bytes(bytes.from(taken)); // the delimiter ended an earlier frame
    NWP_EXPECT(taken == count && nwp::equal(framer.frame(), frame));
    return 0;
}
