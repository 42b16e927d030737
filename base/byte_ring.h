// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/bytes.h"

namespace nwp {

/// A first-in first-out queue of bytes in storage that somebody else owns.
class ByteRing {
public:
    ByteRing() = default;
    explicit ByteRing(Bytes storage) : storage_(storage) {}

    std::size_t size() const { return size_; }
    std::size_t room() const { return storage_.size() - size_; }
    std::size_t capacity() const { return storage_.size(); }
    bool empty() const { return size_ == 0; }

    /// Appends as much as fits; returns how much.
    std::size_t push(ByteView bytes);

    /// Replaces bytes that are there already, beginning `offset` bytes behind the front.
    void overwrite(std::size_t offset, ByteView bytes);

    /// Copies from the front without removing, beginning `skip` bytes in; returns how much.
    std::size_t peek(Bytes into, std::size_t skip = 0) const;

    /// Removes from the front.
    void drop(std::size_t count);

    std::size_t pop(Bytes into) {
        const std::size_t count = peek(into);
        drop(count);
        return count;
    }

    void clear() { front_ = size_ = 0; }

private:
    std::size_t position(std::size_t offset) const {
        const std::size_t at = front_ + offset;
        return at < storage_.size() ? at : at - storage_.size();
    }

    Bytes storage_;
    std::size_t front_ = 0;
    std::size_t size_ = 0;
};

} // namespace nwp
