// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/bytes.h"

namespace nwp::session {

/// At most this many frames of one direction are unacknowledged; more than half the room of the sequence
/// numbers would be ambiguous, and the acknowledgement's bitmap has this many bits.
constexpr std::size_t kWindowMost = 128;

/// What a receiver has for frames that come before their turn. Virtual, so that an image in which nobody
/// makes a KeptFrames links none of it.
class EarlyFrames {
public:
    enum class Kept : std::uint8_t { yes, no_room, already };

    virtual void clear() = 0;
    virtual Kept keep(std::uint16_t sequence, ByteView frame) = 0;
    /// The kept frame of that number, or an empty view; it stays until release().
    virtual ByteView find(std::uint16_t sequence) const = 0;
    virtual void release(std::uint16_t sequence) = 0;
    /// Bit i: frame `first` + i is here. Returns how many bytes of `into` that takes.
    virtual std::size_t bitmap(std::uint16_t first, Byte (&into)[kWindowMost / 8]) const = 0;

    bool any() const { return count_ != 0; }
    /// The longest frame it keeps, and how many.
    std::size_t frame_room() const { return frame_room_; }
    std::size_t capacity() const { return capacity_; }

protected:
    EarlyFrames(std::size_t frame_room, std::size_t capacity)
        : frame_room_(frame_room), capacity_(capacity) {}
    ~EarlyFrames() = default;

    std::size_t frame_room_;
    std::size_t capacity_;
    std::size_t count_ = 0;
};

/// What one kept frame needs beside its bytes.
struct ReorderSlot {
    std::uint16_t size = 0; ///< 0 = free
    std::uint16_t sequence = 0;
};

/// Keeps as many frames as it has slots.
class KeptFrames final : public EarlyFrames {
public:
    /// `frames` is divided evenly among the slots.
    KeptFrames(Bytes frames, Span<ReorderSlot> slots);

    void clear() override;
    Kept keep(std::uint16_t sequence, ByteView frame) override;
    ByteView find(std::uint16_t sequence) const override;
    void release(std::uint16_t sequence) override;
    std::size_t bitmap(std::uint16_t first, Byte (&into)[kWindowMost / 8]) const override;

private:
    ReorderSlot* slot_of(std::uint16_t sequence) const;
    Bytes bytes_of(const ReorderSlot& slot) const;

    Bytes frames_;
    Span<ReorderSlot> slots_;
};

} // namespace nwp::session
