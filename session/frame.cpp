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

Result<FrameHeader> read_header(ByteView frame) {
    if (frame.size() < FrameHeader::size) return Error::malformed;
    FrameHeader header;
    header.kind = static_cast<FrameKind>(frame[0] & 15U);
    if (header.kind < FrameKind::hello || header.kind > FrameKind::credit) return Error::malformed;
    header.epoch = static_cast<std::uint8_t>(frame[0] >> 4);
    header.flags = frame[1];
    header.channel = get_u16(frame.from(2));
    header.sequence = get_u16(frame.from(4));
    header.ack = get_u16(frame.from(6));
    return header;
}

} // namespace nwp::session
