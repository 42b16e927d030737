// SPDX-License-Identifier: Apache-2.0
// Any peer on an SPI bus, in any order with the calls of the session above: nothing is read or written
// astray, only frames that fit come out, and with a sane peer afterwards a frame passes. Each step is a byte
// that says what, a byte that says how long, and the bytes themselves.
#include "base/expect.h"
#include "link/spi_exchange.h"

#include <array>
#include <cstddef>
#include <cstdint>

using nwp::Byte;
using nwp::Bytes;
using nwp::ByteView;
using nwp::link::SpiExchange;

namespace {

constexpr std::size_t kRoom = 96;
using Storage = std::array<Byte, nwp::link::spi_storage_room(kRoom)>;

void receive_one(SpiExchange& machine) {
    const auto frame = machine.receive();
    if (frame) NWP_EXPECT(!frame->empty() && frame->size() <= kRoom);
    if (!frame)
        NWP_EXPECT(frame.error() == nwp::Error::would_block || frame.error() == nwp::Error::link_reset);
}

void exchange_with(SpiExchange& machine, ByteView from_peer, std::size_t clocked) {
    const auto buffers = machine.begin();
    NWP_EXPECT(buffers.transmit.size() == buffers.receive.size());
    nwp::copy_bytes(buffers.receive, from_peer);
    machine.end(clocked);
    NWP_EXPECT(machine.next_size() <= buffers.transmit.size());
}

void step(SpiExchange& machine, Byte what, ByteView bytes) {
    switch (what % 4) {
        case 0: exchange_with(machine, bytes, bytes.size()); break;
        case 1: exchange_with(machine, bytes, machine.next_size()); break;
        case 2: static_cast<void>(machine.send(bytes)); break;
        default: receive_one(machine); break;
    }
}

void clock(SpiExchange& master, SpiExchange& slave) {
    const std::size_t size = master.next_size();
    const auto ours = master.begin();
    const auto theirs = slave.begin();
    nwp::copy_bytes(theirs.receive, ours.transmit.first(size));
    nwp::copy_bytes(ours.receive, theirs.transmit.first(size));
    slave.end(size);
    master.end(size);
}

/// Whatever happened before, a frame passes to a new peer and none that was never sent arrives.
void expect_frame_passes(SpiExchange& machine) {
    Storage storage;
    SpiExchange peer{storage};
    for (int i = 0; i < 8; ++i) {
        clock(peer, machine);
        receive_one(machine);
        receive_one(machine);
        receive_one(peer);
    }
    const std::array<Byte, 3> frame{1, 2, 3};
    NWP_EXPECT(machine.send(frame).ok());
    for (int i = 0; i < 4; ++i) {
        clock(peer, machine);
        const auto got = peer.receive();
        if (!got) continue;
        NWP_EXPECT(nwp::equal(*got, frame));
        return;
    }
    NWP_EXPECT(false);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Storage storage;
    SpiExchange machine{storage};
    for (ByteView rest{data, size}; rest.size() >= 2;) {
        const ByteView bytes = rest.sub(2, rest[1]);
        step(machine, rest[0], bytes);
        rest = rest.from(2 + bytes.size());
    }
    expect_frame_passes(machine);
    return 0;
}
