// SPDX-License-Identifier: Apache-2.0
#include "nwpd/service/receive_buffer.h"

#include "base/expect.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace nwp::service {

BlockPool::Block BlockPool::take(std::size_t size) {
    if (size != kLargest || kept_.empty()) return std::make_unique_for_overwrite<Byte[]>(size);
    Block block = std::move(kept_.back());
    kept_.pop_back();
    return block;
}

void BlockPool::give_back(Block block, std::size_t size) {
    if (size == kLargest && kept_.size() < kKept) kept_.push_back(std::move(block));
}

void ReceiveBuffer::set_room(std::size_t room) {
    room_ = room;
    const std::size_t wanted = std::min(room, BlockPool::kLargest);
    if (block_ && wanted > capacity_) move_to(wanted);
}

bool ReceiveBuffer::has_space() const {
    if (size() >= room_) return false;
    return !block_ || end_ < capacity_;
}

Bytes ReceiveBuffer::space(std::size_t most) {
    if (!has_space()) return {};
    if (!block_) {
        capacity_ = std::min(room_, BlockPool::kLargest);
        block_ = pool_.take(capacity_);
    }
    const std::size_t count = std::min({most, room_ - size(), capacity_ - end_});
    return {block_.get() + end_, count};
}

void ReceiveBuffer::filled(std::size_t count) {
    NWP_EXPECT(count <= capacity_ - end_);
    end_ += count;
    if (size() == 0) clear();
}

void ReceiveBuffer::consume(std::size_t count) {
    NWP_EXPECT(count <= size());
    begin_ += count;
    if (size() == 0) return clear();
    // Moves at most as many bytes as were consumed since the last time.
    if (begin_ < size()) return;
    std::memcpy(block_.get(), block_.get() + begin_, size());
    end_ = size();
    begin_ = 0;
}

void ReceiveBuffer::truncate(std::size_t count) {
    if (count < size()) end_ = begin_ + count;
    if (size() == 0) clear();
}

void ReceiveBuffer::clear() {
    if (block_) pool_.give_back(std::exchange(block_, nullptr), capacity_);
    capacity_ = begin_ = end_ = 0;
}

void ReceiveBuffer::move_to(std::size_t capacity) {
    const std::size_t count = size();
    BlockPool::Block larger = pool_.take(capacity);
    std::memcpy(larger.get(), block_.get() + begin_, count);
    clear();
    block_ = std::move(larger);
    capacity_ = capacity;
    end_ = count;
}

} // namespace nwp::service
