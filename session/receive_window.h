// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "session/early_frames.h"

namespace nwp::session {

/// Which sequenced frames have arrived.
class ReceiveWindow {
public:
    /// `early` keeps what comes before its turn; null: nothing does, and it has to come again.
    explicit ReceiveWindow(EarlyFrames* early) : early_(early) {}

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
    void advance() { ++next_; }

    /// Early frames are kept: an acknowledgement needs its bitmap.
    bool has_early() const { return early_ != nullptr && early_->any(); }
    /// The kept frame whose turn it is, or an empty view; it stays until release(), which follows advance().
    ByteView kept() const { return has_early() ? early_->find(next_) : ByteView{}; }
    void release() { early_->release(static_cast<std::uint16_t>(next_ - 1)); }

    /// The last put() showed something that the sender should hear of at once: a new gap, or a gap filled.
    bool news() const { return news_; }
    /// Bit i: next_wanted() + 1 + i is here. Returns how many bytes of `into` that takes.
    std::size_t bitmap(Byte (&into)[kWindowMost / 8]) const {
        return has_early() ? early_->bitmap(static_cast<std::uint16_t>(next_ + 1), into) : 0;
    }

private:
    EarlyFrames* early_;
    std::uint16_t next_ = 0;
    std::uint16_t seen_ = 0xFFFF; ///< the highest sequence number that came
    bool news_ = false;
};

} // namespace nwp::session
