// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <deque>

namespace nwp::simplelink {

/// Which transmit buffers one socket holds: those of everything that the network has not taken yet. A value.
class SendCredit {
public:
    /// `cost`: what the service counts for this message while it waits.
    void add(std::size_t cost, std::size_t buffers) {
        held_.push_back({cost, buffers});
        cost_ += cost;
        buffers_ += buffers;
    }

    /// So much of what was added still waits: the newest. Returns how many buffers came free.
    std::size_t settle(std::size_t waiting) {
        std::size_t freed = 0;
        while (!held_.empty() && cost_ - held_.front().cost >= waiting) {
            cost_ -= held_.front().cost;
            freed += held_.front().buffers;
            held_.pop_front();
        }
        buffers_ -= freed;
        return freed;
    }

    std::size_t buffers() const { return buffers_; }

private:
    struct Held {
        std::size_t cost;
        std::size_t buffers;
    };
    std::deque<Held> held_; ///< oldest first
    std::size_t cost_ = 0;
    std::size_t buffers_ = 0;
};

} // namespace nwp::simplelink
