// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/bytes.h"

#include <vector>

namespace nwp::service {

/// Bytes that wait for room in a stream. Has memory only while it holds bytes.
class SendQueue {
public:
    bool empty() const { return head_ == bytes_.size(); }
    std::size_t size() const { return bytes_.size() - head_; }
    ByteView front() const { return ByteView{bytes_}.from(head_); }

    void push(ByteView bytes) {
        // Moves at most as many bytes as left since the last time.
        if (head_ >= size()) {
            bytes_.erase(bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(head_));
            head_ = 0;
        }
        bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
    }
    /// `count` is at most size().
    void drop(std::size_t count) {
        head_ += count;
        if (empty()) clear();
    }
    void clear() {
        std::vector<Byte>{}.swap(bytes_);
        head_ = 0;
    }

private:
    std::vector<Byte> bytes_;
    std::size_t head_ = 0;
};

} // namespace nwp::service
