// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/bytes.h"

#include <memory>
#include <vector>

namespace nwp::service {

/// Large blocks that sockets take turns with, so that a busy one does not ask the system for memory each
/// time.
class BlockPool {
public:
    using Block = std::unique_ptr<Byte[]>;
    static constexpr std::size_t kLargest = 256 * std::size_t{1024};

    /// A block of `size` bytes, at most kLargest, with anything in it.
    Block take(std::size_t size);
    void give_back(Block block, std::size_t size);

private:
    static constexpr std::size_t kKept = 4;
    std::vector<Block> kept_; ///< of kLargest bytes
};

/// Bytes that came and wait for the client, in one piece. Has memory only while it holds bytes, and holds no
/// more than its room (and never more than BlockPool::kLargest: the rest waits in the kernel).
class ReceiveBuffer {
public:
    explicit ReceiveBuffer(BlockPool& pool) : pool_(pool) {}
    ~ReceiveBuffer() { clear(); }
    ReceiveBuffer(const ReceiveBuffer&) = delete;
    ReceiveBuffer& operator=(const ReceiveBuffer&) = delete;

    /// How many bytes may be held. What is held already stays when the room shrinks. Ends views.
    void set_room(std::size_t room);
    /// Whether space() would give any.
    bool has_space() const;
    /// Where the next bytes go, at most `most`; call filled() next. Views stay valid.
    Bytes space(std::size_t most);
    void filled(std::size_t count);

    ByteView held() const { return {block_.get() + begin_, end_ - begin_}; }
    /// `count` is at most held().size(). Ends views.
    void consume(std::size_t count);
    /// Forgets what is held behind the first `count` bytes.
    void truncate(std::size_t count);
    void clear();
    /// How many more bytes may come before some must be consumed.
    std::size_t spare() const { return size() < room_ ? room_ - size() : 0; }

private:
    std::size_t size() const { return end_ - begin_; }
    void move_to(std::size_t capacity);

    BlockPool& pool_;
    BlockPool::Block block_;
    std::size_t capacity_ = 0;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    std::size_t room_ = 0;
};

} // namespace nwp::service
