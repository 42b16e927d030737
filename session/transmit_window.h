// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/bytes.h"
#include "base/instant.h"

namespace nwp::session {

/// What one transmit slot needs beside its bytes.
struct TransmitSlot {
    std::uint16_t size = 0; ///< of the frame
    bool acknowledged = false;
    std::uint8_t sendings = 0;    ///< how often it was sent, up to 255
    std::uint32_t sent_order = 0; ///< of its last sending among all sendings; 0 = to be sent (again)
    Instant sent_at{};
};

/// A frame is lost when one that was sent this many sendings later has arrived: neighbours may be swapped
/// on the way, and one frame between them lost.
constexpr std::uint32_t kReorderTolerance = 3;

/// Sequenced frames from being queued to being acknowledged, in a ring of slots. Finds what was lost by the
/// order of sendings (as RFC 8985 and RFC 9002 do), so that a resent frame can be found lost again.
/// Places count from the oldest frame that is not acknowledged.
class TransmitWindow {
public:
    static constexpr std::size_t kNothing = SIZE_MAX;

    TransmitWindow(Bytes frames, Span<TransmitSlot> slots);

    /// Empty, and the next frame has sequence number 0.
    void clear();

    std::size_t frame_room() const { return frame_room_; }
    std::size_t capacity() const { return slots_.size(); }
    std::size_t size() const { return count_; }
    std::size_t free() const { return slots_.size() - count_; }

    /// Where the next frame is written before push(). Only while free().
    Bytes draft() const { return bytes(count_); }
    std::uint16_t draft_sequence() const { return static_cast<std::uint16_t>(base_ + count_); }
    void push(std::size_t size);

    /// Place of the next frame to send: a lost one, else a new one less than `window` places from the
    /// oldest; or kNothing.
    std::size_t next(std::size_t window) const;
    Bytes frame(std::size_t place) const { return bytes(place).first(slot(place).size); }
    bool sent_before(std::size_t place) const { return slot(place).sendings != 0; }
    void sent(std::size_t place, Instant now);
    /// Links that lose nothing: the oldest frame is on its way and needs no slot any more.
    void pop();

    struct News {
        bool any = false;        ///< frames were acknowledged that had not been
        bool has_sample = false; ///< `round_trip` is one of a frame sent once
        Duration round_trip{};
    };
    /// `next_wanted`: everything before it arrived. Bit i of `bitmap`: so did next_wanted + 1 + i. An
    /// acknowledgement that is old or of frames never sent changes nothing. `dropped`: the peer keeps nothing
    /// beyond these, so that all other frames under way are lost, unless that was seen to just now.
    News acknowledge(std::uint16_t next_wanted, ByteView bitmap, bool dropped, Instant now,
                     Duration least_round_trip);
    /// Some frame is under way: sent, not known as lost nor as arrived.
    bool waits_for_news() const;
    /// No news for too long: the oldest frame under way counts as lost.
    void give_up_oldest();

private:
    TransmitSlot& slot(std::size_t place) const { return slots_[index(place)]; }
    Bytes bytes(std::size_t place) const;
    std::size_t index(std::size_t place) const;
    void take(TransmitSlot& slot, Instant now, Duration least_round_trip, News& news);
    void find_lost();
    bool under_way(const TransmitSlot& slot) const { return !slot.acknowledged && slot.sent_order != 0; }
    void give_up(TransmitSlot& slot);
    void give_up_all(Instant now, Duration least_round_trip);

    Bytes frames_;
    Span<TransmitSlot> slots_;
    std::size_t frame_room_;
    std::size_t first_ = 0;     ///< slot of place 0
    std::size_t count_ = 0;     ///< frames queued
    std::size_t sent_ = 0;      ///< of those, the first so many were sent at least once
    std::size_t to_resend_ = 0; ///< of those, so many are known as lost
    std::uint16_t base_ = 0;    ///< sequence number of place 0
    std::uint32_t sendings_ = 0;
    std::uint32_t newest_arrived_ = 0; ///< sent_order of the latest sending known to have arrived
};

} // namespace nwp::session
