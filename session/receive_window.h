// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/bytes.h"

namespace nwp::session {

/// At most this many frames of one direction are unacknowledged; more than half the room of the sequence
/// numbers would be ambiguous, and the acknowledgement's bitmap has this many bits.
constexpr std::size_t kWindowMost = 128;

/// What one kept early frame needs beside its bytes.
struct ReorderSlot {
    std::uint16_t size = 0; ///< 0 = free
    std::uint16_t sequence = 0;
};

/// Which sequenced frames have arrived; keeps those that came before their turn, as many as it has slots.
class ReceiveWindow {
public:
    ReceiveWindow(Bytes frames, Span<ReorderSlot> slots);

    /// Empty, and the next frame has sequence number 0.
    void clear();

    enum class Place : std::uint8_t {
        next,    ///< its turn; call advance(), then use it
        early,   ///< before its turn, and kept
        dropped, ///< before its turn, and no slot is free: it comes again
        doubled, ///< was here already
        nowhere, ///< farther away than any window
    };
    Place put(std::uint16_t sequence, ByteView frame);
    std::uint16_t next_wanted() const { return next_; }
    void advance();

    /// The kept frame whose turn it is, or an empty view; it stays until release().
    ByteView kept() const;
    void release();

    /// The last put() showed something that the sender should hear of at once: a new gap, or a gap filled.
    bool news() const { return news_; }
    /// Early frames are kept: an acknowledgement needs its bitmap.
    bool has_early() const { return kept_ != 0; }
    /// Bit i: next_wanted() + 1 + i is here. Returns how many bytes of `into` that takes.
    std::size_t bitmap(Byte (&into)[kWindowMost / 8]) const;

private:
    Bytes frames_;
    Span<ReorderSlot> slots_;
    std::size_t frame_room_;
    std::size_t kept_ = 0;
    std::uint16_t next_ = 0;
    std::uint16_t seen_ = 0xFFFF; ///< the highest sequence number that came
    bool news_ = false;
};

} // namespace nwp::session
