// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/bytes.h"

namespace nwp::link {

/// Frames on a byte stream (UART): frame, then its CRC-32C, both stuffed so that 0x00 occurs nowhere but at
/// the end. docs/protocol/links.md has the bytes.
constexpr Byte kDelimiter = 0x00;

/// Bytes of CRC behind each frame, before stuffing.
constexpr std::size_t kFrameCheckSize = 4;

/// The most that encode_frame() writes for a frame of that size, leading delimiter included.
constexpr std::size_t encoded_room(std::size_t frame_size) {
    const std::size_t plain = frame_size + kFrameCheckSize;
    return 1 + plain + plain / 254 + 1 + 1;
}

/// What a Framer needs to receive frames of up to `frame_room` bytes.
constexpr std::size_t framer_room(std::size_t frame_room) { return frame_room + kFrameCheckSize; }

enum class Lead : std::uint8_t {
    none,      ///< the byte before this frame was a delimiter of ours
    delimiter, ///< the line was idle: noise on it must not become part of this frame
};

/// Writes the frame as it goes over the line and returns how many bytes that are.
/// `frame` has at least one byte, `into` at least encoded_room(frame.size()); the two do not overlap.
std::size_t encode_frame(ByteView frame, Bytes into, Lead lead = Lead::none);

/// What a Framer saw. Counts wrap around.
struct FramerCounters {
    std::uint32_t frames = 0;    ///< whole and right
    std::uint32_t bad_check = 0; ///< CRC differs
    std::uint32_t bad_code = 0;  ///< a delimiter where stuffing promised more bytes: something was lost
    std::uint32_t too_long = 0;  ///< longer than the storage
    std::uint32_t too_short = 0; ///< no byte beside the CRC, or less
};

/// The receiving end: bytes in, checked frames out. Whatever is damaged is counted and dropped; the next
/// delimiter begins anew. No I/O, no clock, no allocation. One thread at a time.
class Framer {
public:
    /// Holds frames of up to `storage.size()` - kFrameCheckSize bytes.
    explicit Framer(Bytes storage) : storage_(storage) {}

    /// Takes bytes up to the end of the next good frame, or all of them, and returns how many were taken.
    /// Call it again with the rest once the frame is dealt with.
    std::size_t on_bytes(ByteView bytes);

    /// The frame that the last on_bytes() completed; empty if it completed none. Dies at the next on_bytes().
    ByteView frame() const { return frame_; }

    const FramerCounters& counters() const { return counters_; }

    /// Forgets a half-received frame; for a line that was opened again.
    void restart();

private:
    bool finish();
    void begin();
    void skip(std::uint32_t& reason);
    void on_code(Byte code);
    const Byte* take_block(const Byte* at, const Byte* end);

    Bytes storage_;
    ByteView frame_;
    std::size_t size_ = 0;       ///< bytes of this frame so far, unstuffed
    std::size_t block_left_ = 0; ///< bytes that follow before the next code
    bool begun_ = false;         ///< a code of this frame has come
    bool zero_due_ = false;      ///< the next code stands for a zero
    bool skipping_ = false;      ///< broken: wait for the delimiter
    FramerCounters counters_;
};

} // namespace nwp::link
