// SPDX-License-Identifier: Apache-2.0
#include "wire/reader.h"

#include "base/text.h"

namespace nwp::wire {

ByteView Reader::take(std::size_t count) {
    if (!ok_ || left_.size() < count) {
        ok_ = false;
        return {};
    }
    const ByteView taken = left_.first(count);
    left_ = left_.from(count);
    return taken;
}

std::uint64_t Reader::number(unsigned width) {
    const ByteView little_endian = take(width);
    std::uint64_t value = 0;
    for (std::size_t i = little_endian.size(); i > 0; --i) value = value << 8 | little_endian[i - 1];
    return value;
}

void Reader::bytes(Bytes into) { copy_bytes(into, take(into.size())); }

std::string_view Reader::text() { return as_text(take(static_cast<std::size_t>(number(1)))); }

ByteView Reader::blob() { return take(static_cast<std::size_t>(number(2))); }

} // namespace nwp::wire
