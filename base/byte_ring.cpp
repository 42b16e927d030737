// SPDX-License-Identifier: Apache-2.0
#include "base/byte_ring.h"

#include "base/expect.h"

namespace nwp {

std::size_t ByteRing::push(ByteView bytes) {
    const ByteView part = bytes.first(room());
    size_ += part.size();
    overwrite(size_ - part.size(), part);
    return part.size();
}

void ByteRing::overwrite(std::size_t offset, ByteView bytes) {
    NWP_EXPECT(offset + bytes.size() <= size_);
    const std::size_t straight = copy_bytes(storage_.from(position(offset)), bytes);
    copy_bytes(storage_, bytes.from(straight));
}

std::size_t ByteRing::peek(Bytes into, std::size_t skip) const {
    if (skip >= size_) return 0;
    const Bytes all = into.first(size_ - skip);
    const std::size_t straight = copy_bytes(all, storage_.from(position(skip)));
    copy_bytes(all.from(straight), storage_);
    return all.size();
}

void ByteRing::drop(std::size_t count) {
    if (count > size_) count = size_;
    front_ = storage_.empty() ? 0 : position(count);
    size_ -= count;
}

} // namespace nwp
