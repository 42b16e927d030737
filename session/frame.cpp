// SPDX-License-Identifier: Apache-2.0
#include "session/frame.h"

#include "session/little_endian.h"

namespace nwp::session {

void write_header(Bytes into, const FrameHeader& header) {
    into[0] = static_cast<Byte>(static_cast<unsigned>(header.kind) | unsigned{header.epoch} << 4);
    into[1] = header.flags;
    put_u16(into.from(2), header.channel);
    put_u16(into.from(4), header.sequence);
    put_u16(into.from(6), header.ack);
}

bool read_header(ByteView frame, FrameHeader& into) {
    if (frame.size() < FrameHeader::size) return false;
    into.kind = static_cast<FrameKind>(frame[0] & 15U);
    into.epoch = static_cast<std::uint8_t>(frame[0] >> 4);
    into.flags = frame[1];
    into.channel = get_u16(frame.from(2));
    into.sequence = get_u16(frame.from(4));
    into.ack = get_u16(frame.from(6));
    return into.kind >= FrameKind::hello && into.kind <= FrameKind::credit;
}

} // namespace nwp::session
