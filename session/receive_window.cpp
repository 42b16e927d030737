// SPDX-License-Identifier: Apache-2.0
#include "session/receive_window.h"

namespace nwp::session {

ReceiveWindow::ReceiveWindow(Bytes frames, Span<ReorderSlot> slots)
    : frames_(frames), slots_(slots), frame_room_(slots.empty() ? 0 : frames.size() / slots.size()) {}

void ReceiveWindow::clear() {
    for (ReorderSlot& slot : slots_) slot.size = 0;
    kept_ = 0;
    next_ = 0;
    seen_ = 0xFFFF;
    news_ = false;
}

ReceiveWindow::Place ReceiveWindow::put(std::uint16_t sequence, ByteView frame) {
    const auto ahead = static_cast<std::int16_t>(sequence - next_);
    const bool highest = static_cast<std::int16_t>(sequence - seen_) > 0;
    news_ = false;
    if (ahead < 0) return Place::doubled;
    if (ahead > static_cast<std::int16_t>(kWindowMost)) return Place::nowhere;
    // The successor of the highest, behind a gap that the sender already heard of, is no news.
    news_ = !highest || static_cast<std::uint16_t>(seen_ + 1) != sequence;
    if (highest) seen_ = sequence;
    if (ahead == 0) return Place::next;

    ReorderSlot* free = nullptr;
    for (ReorderSlot& slot : slots_) {
        if (slot.size == 0) {
            free = &slot;
        } else if (slot.sequence == sequence) {
            news_ = false;
            return Place::doubled;
        }
    }
    if (free == nullptr || frame.size() > frame_room_) return Place::dropped;
    const auto index = static_cast<std::size_t>(free - slots_.data());
    copy_bytes(frames_.sub(index * frame_room_, frame_room_), frame);
    *free = {static_cast<std::uint16_t>(frame.size()), sequence};
    ++kept_;
    return Place::early;
}

void ReceiveWindow::advance() { ++next_; }

ByteView ReceiveWindow::kept() const {
    if (kept_ == 0) return {};
    for (std::size_t i = 0; i < slots_.size(); ++i) {
        if (slots_[i].size != 0 && slots_[i].sequence == next_) {
            return ByteView{frames_}.sub(i * frame_room_, slots_[i].size);
        }
    }
    return {};
}

void ReceiveWindow::release() {
    for (ReorderSlot& slot : slots_) {
        // advance() came before: its turn is just over.
        if (slot.size == 0 || static_cast<std::uint16_t>(slot.sequence + 1) != next_) continue;
        slot.size = 0;
        --kept_;
    }
}

std::size_t ReceiveWindow::bitmap(Byte (&into)[kWindowMost / 8]) const {
    std::size_t size = 0;
    for (Byte& byte : into) byte = 0;
    for (const ReorderSlot& slot : slots_) {
        if (slot.size == 0) continue;
        const unsigned bit = static_cast<std::uint16_t>(slot.sequence - next_ - 1);
        if (bit >= kWindowMost) continue;
        into[bit / 8] = static_cast<Byte>(into[bit / 8] | 1U << bit % 8);
        if (bit / 8 >= size) size = bit / 8 + 1;
    }
    return size;
}

} // namespace nwp::session
