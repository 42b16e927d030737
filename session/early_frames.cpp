// SPDX-License-Identifier: Apache-2.0
#include "session/early_frames.h"

namespace nwp::session {

KeptFrames::KeptFrames(Bytes frames, Span<ReorderSlot> slots)
    : EarlyFrames(slots.empty() ? 0 : frames.size() / slots.size(), slots.size()), frames_(frames),
      slots_(slots) {}

void KeptFrames::clear() {
    for (ReorderSlot& slot : slots_) slot.size = 0;
    count_ = 0;
}

ReorderSlot* KeptFrames::slot_of(std::uint16_t sequence) const {
    for (ReorderSlot& slot : slots_) {
        if (slot.size != 0 && slot.sequence == sequence) return &slot;
    }
    return nullptr;
}

Bytes KeptFrames::bytes_of(const ReorderSlot& slot) const {
    const auto index = static_cast<std::size_t>(&slot - slots_.data());
    return frames_.sub(index * frame_room_, frame_room_);
}

EarlyFrames::Kept KeptFrames::keep(std::uint16_t sequence, ByteView frame) {
    if (slot_of(sequence) != nullptr) return Kept::already;
    if (frame.size() > frame_room_) return Kept::no_room;
    for (ReorderSlot& slot : slots_) {
        if (slot.size != 0) continue;
        copy_bytes(bytes_of(slot), frame);
        slot = {static_cast<std::uint16_t>(frame.size()), sequence};
        ++count_;
        return Kept::yes;
    }
    return Kept::no_room;
}

ByteView KeptFrames::find(std::uint16_t sequence) const {
    const ReorderSlot* const slot = slot_of(sequence);
    if (slot == nullptr) return {};
    return bytes_of(*slot).first(slot->size);
}

void KeptFrames::release(std::uint16_t sequence) {
    ReorderSlot* const slot = slot_of(sequence);
    if (slot == nullptr) return;
    slot->size = 0;
    --count_;
}

std::size_t KeptFrames::bitmap(std::uint16_t first, Byte (&into)[kWindowMost / 8]) const {
    std::size_t size = 0;
    for (Byte& byte : into) byte = 0;
    for (const ReorderSlot& slot : slots_) {
        if (slot.size == 0) continue;
        const unsigned bit = static_cast<std::uint16_t>(slot.sequence - first);
        if (bit >= kWindowMost) continue;
        into[bit / 8] = static_cast<Byte>(into[bit / 8] | 1U << bit % 8);
        if (bit / 8 >= size) size = bit / 8 + 1;
    }
    return size;
}

} // namespace nwp::session
