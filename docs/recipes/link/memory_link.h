// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "link/link.h"

#include <atomic>
#include <mutex>
#include <queue>
#include <vector>

namespace nwp::example {

/// One end of a link through the memory of one process: whole frames, none lost.
class MemoryLink final : public link::Link {
public:
    static constexpr std::size_t kFrameRoom = 256;
    static constexpr std::size_t kDepth = 8; ///< frames that may be under way

    void connect(MemoryLink& peer) { peer_ = &peer; }

    std::size_t frame_room() const override { return kFrameRoom; }
    bool checked() const override { return true; }
    bool reliable() const override { return true; }
    void on_activity(Callback<void()> wake) override { wake_ = wake; }

    Result<void> send(ByteView frame) override {
        if (frame.empty() || frame.size() > kFrameRoom) return Error::message_too_long;
        if (!peer_->put(frame)) return Error::would_block;
        if (peer_->wake_) peer_->wake_();
        return {};
    }
    Result<ByteView> receive() override {
        {
            const std::lock_guard lock(mutex_);
            if (came_.empty()) return Error::would_block;
            current_ = std::move(came_.front());
            came_.pop();
        }
        if (peer_->wake_) peer_->wake_(); // there is room again
        return ByteView{current_};
    }

private:
    bool put(ByteView frame) {
        const std::lock_guard lock(mutex_);
        if (came_.size() == kDepth) return false;
        came_.emplace(frame.begin(), frame.end());
        return true;
    }

    MemoryLink* peer_ = nullptr;
    Callback<void()> wake_;
    std::mutex mutex_;
    std::queue<std::vector<Byte>> came_;
    std::vector<Byte> current_; ///< what the last view shows
};

} // namespace nwp::example
