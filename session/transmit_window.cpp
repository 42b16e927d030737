// SPDX-License-Identifier: Apache-2.0
#include "session/transmit_window.h"

namespace nwp::session {

TransmitWindow::TransmitWindow(Bytes frames, Span<TransmitSlot> slots)
    : frames_(frames), slots_(slots), frame_room_(frames.size() / slots.size()) {}

void TransmitWindow::clear() {
    first_ = count_ = sent_ = to_resend_ = 0;
    base_ = 0;
    sendings_ = newest_arrived_ = 0;
}

std::size_t TransmitWindow::index(std::size_t place) const {
    const std::size_t at = first_ + place;
    return at < slots_.size() ? at : at - slots_.size();
}

Bytes TransmitWindow::bytes(std::size_t place) const {
    return frames_.sub(index(place) * frame_room_, frame_room_);
}

void TransmitWindow::push(std::size_t size) {
    TransmitSlot& fresh = slot(count_);
    fresh = TransmitSlot{};
    fresh.size = static_cast<std::uint16_t>(size);
    ++count_;
}

std::size_t TransmitWindow::next(std::size_t window) const {
    if (to_resend_ != 0) {
        for (std::size_t place = 0; place < sent_; ++place) {
            if (slot(place).sent_order == 0 && !slot(place).acknowledged) return place;
        }
    }
    return sent_ < count_ && sent_ < window ? sent_ : kNothing;
}

void TransmitWindow::sent(std::size_t place, Instant now) {
    TransmitSlot& it = slot(place);
    if (++sendings_ == 0) ++sendings_; // 0 means "to be sent"
    it.sent_order = sendings_;
    it.sent_at = now;
    if (it.sendings != UINT8_MAX) ++it.sendings;
    if (place == sent_) {
        ++sent_;
    } else {
        --to_resend_;
    }
}

void TransmitWindow::pop() {
    first_ = index(1);
    --count_;
    if (sent_ != 0) --sent_;
    ++base_;
}

TransmitWindow::News TransmitWindow::acknowledge(std::uint16_t next_wanted, ByteView bitmap, bool dropped,
                                                 Instant now, Duration least_round_trip) {
    News news;
    const std::size_t arrived = static_cast<std::uint16_t>(next_wanted - base_);
    if (arrived > sent_) return news;
    for (std::size_t i = 0; i < arrived; ++i) {
        take(slot(0), now, least_round_trip, news);
        pop();
    }
    const std::size_t bits = bitmap.size() * 8;
    for (std::size_t bit = 0; bit < bits && bit + 1 < sent_; ++bit) {
        if ((bitmap[bit / 8] >> bit % 8 & 1U) != 0) take(slot(bit + 1), now, least_round_trip, news);
    }
    if (dropped) give_up_all(now, least_round_trip);
    if (news.any) find_lost();
    return news;
}

void TransmitWindow::take(TransmitSlot& it, Instant now, Duration least_round_trip, News& news) {
    if (it.acknowledged) return;
    it.acknowledged = true;
    news.any = true;
    if (it.sent_order == 0) {
        --to_resend_; // it was only late
        return;
    }
    const Duration since = now - it.sent_at;
    if (it.sendings == 1) {
        news.has_sample = true;
        news.round_trip = since;
    } else if (since < least_round_trip) {
        return; // this answers an earlier sending: it says nothing about what was sent in between
    }
    if (static_cast<std::int32_t>(it.sent_order - newest_arrived_) > 0) newest_arrived_ = it.sent_order;
}

void TransmitWindow::find_lost() {
    for (std::size_t place = 0; place < sent_; ++place) {
        TransmitSlot& it = slot(place);
        const auto later = static_cast<std::int32_t>(newest_arrived_ - it.sent_order);
        if (under_way(it) && later >= static_cast<std::int32_t>(kReorderTolerance)) give_up(it);
    }
}

void TransmitWindow::give_up(TransmitSlot& it) {
    it.sent_order = 0;
    ++to_resend_;
}

/// What was sent again less than a round trip ago may still arrive before the gap that the peer told of last.
void TransmitWindow::give_up_all(Instant now, Duration least_round_trip) {
    for (std::size_t place = 0; place < sent_; ++place) {
        TransmitSlot& it = slot(place);
        if (under_way(it) && (it.sendings == 1 || now - it.sent_at >= least_round_trip)) give_up(it);
    }
}

bool TransmitWindow::waits_for_news() const {
    // Place 0 is never acknowledged: it would be gone.
    return sent_ > to_resend_;
}

void TransmitWindow::give_up_oldest() {
    for (std::size_t place = 0; place < sent_; ++place) {
        if (!under_way(slot(place))) continue;
        return give_up(slot(place));
    }
}

} // namespace nwp::session
