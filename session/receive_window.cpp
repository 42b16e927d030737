// SPDX-License-Identifier: Apache-2.0
#include "session/receive_window.h"

namespace nwp::session {

void ReceiveWindow::clear() {
    if (early_ != nullptr) early_->clear();
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
    if (early_ == nullptr) return Place::dropped;
    switch (early_->keep(sequence, frame)) {
        case EarlyFrames::Kept::yes: return Place::early;
        case EarlyFrames::Kept::no_room: return Place::dropped;
        case EarlyFrames::Kept::already: break;
    }
    news_ = false;
    return Place::doubled;
}

} // namespace nwp::session
