// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/bytes.h"
#include "base/result.h"

namespace nwp::session {

/// What a frame carries. Numbers are for ever.
enum class FrameKind : std::uint8_t {
    hello = 1,     ///< HelloRequest or HelloReply; outside the sequence
    ack = 2,       ///< what has arrived; outside the sequence
    probe = 3,     ///< asks for a sign of life; outside the sequence
    request = 4,   ///< host to NWP
    reply = 5,     ///< exactly one for each request
    item = 6,      ///< part of an answer, before its reply
    event = 7,     ///< NWP to host, unasked
    cancel = 8,    ///< host to NWP: channel is the number of the request
    data = 9,      ///< stream bytes of the socket that channel names
    datagram = 10, ///< a datagram or a part of one
    credit = 11,   ///< how far the peer may send on the socket that channel names
};

constexpr bool is_sequenced(FrameKind kind) { return kind >= FrameKind::request; }

/// Before every frame's body; eight bytes, little-endian. docs/protocol/session.md draws it.
struct FrameHeader {
    static constexpr std::size_t size = 8;

    FrameKind kind{};
    std::uint8_t epoch = 0; ///< 0 to 15, from HelloReply; 0 in a HelloRequest
    std::uint8_t flags = 0;
    std::uint16_t channel = 0;  ///< socket handle, or number of a request
    std::uint16_t sequence = 0; ///< of this frame, modulo 2^16; 0 outside the sequence
    std::uint16_t ack = 0;      ///< the next sequence number this side waits for

    /// The message goes on in the next frame of this kind; datagrams likewise.
    static constexpr std::uint8_t more = 1U << 0;
    /// Data: the stream ends behind these bytes.
    static constexpr std::uint8_t end = 1U << 1;
    /// Probe: an answer (an ack) is wanted.
    static constexpr std::uint8_t answer = 1U << 2;
    /// Ack: frames came before their turn and were not kept. What is not in the bitmap is to be sent again.
    static constexpr std::uint8_t dropped = 1U << 3;
};

/// `into` has at least FrameHeader::size bytes.
void write_header(Bytes into, const FrameHeader& header);

/// False: shorter than a header, or a kind that is none.
bool read_header(ByteView frame, FrameHeader& into);
/// The same, as malformed.
inline Result<FrameHeader> read_header(ByteView frame) {
    FrameHeader header;
    if (!read_header(frame, header)) return Error::malformed;
    return header;
}

} // namespace nwp::session
