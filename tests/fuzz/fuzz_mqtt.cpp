// SPDX-License-Identifier: Apache-2.0
// Any bytes from a broker: the reader never reads or writes astray, always gets on, and a message that it
// takes is one that may be published again and then reads the same. The first byte is the room, the second
// how many bytes come at a time.
#include "examples/mqtt/packets.h"

#include "base/expect.h"

#include <cstddef>
#include <cstdint>
#include <vector>

using nwp::Byte;
using nwp::ByteView;
using namespace nwp::mqtt;

namespace {

void expect_round_trip(const Message& message) {
    Message sent = message;
    sent.again =
        message.again && message.delivery == Delivery::at_least_once; // DUP without QoS is passed over
    std::vector<Byte> room(message.topic.size() + message.payload.size() + 9);
    auto packet = write_publish(room, sent);
    NWP_EXPECT(packet.ok());
    std::vector<Byte> held(packet->size());
    Reader reader{held};
    ByteView left = *packet;
    const auto back = reader.on_bytes(left);
    NWP_EXPECT(back.ok() && left.empty() && back->said == Said::message);
    NWP_EXPECT(back->message.topic == message.topic && nwp::equal(back->message.payload, message.payload));
    NWP_EXPECT(back->message.id == message.id && back->message.retain == message.retain);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    std::vector<Byte> room(data[0]);
    const std::size_t step = 1U + data[1];
    Reader reader{room};
    for (ByteView rest{data + 2, size - 2}; !rest.empty();) {
        ByteView some = rest.first(step);
        const std::size_t before = some.size();
        const auto packet = reader.on_bytes(some);
        if (!packet) return 0; // the connection is over
        NWP_EXPECT(some.size() < before);
        if (packet->said == Said::message) expect_round_trip(packet->message);
        rest = rest.from(before - some.size());
    }
    return 0;
}
