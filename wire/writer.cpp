// SPDX-License-Identifier: Apache-2.0
#include "wire/writer.h"

#include "base/text.h"

namespace nwp::wire {
namespace {

constexpr std::size_t kLongestText = 255;
constexpr std::size_t kLongestBlob = 65535;

} // namespace

void Writer::number(std::uint64_t value, unsigned width) {
    Byte little_endian[8];
    for (unsigned i = 0; i < width; ++i) little_endian[i] = static_cast<Byte>(value >> (8 * i));
    bytes({little_endian, width});
}

void Writer::bytes(ByteView bytes) {
    const std::size_t hidden = position_ < skip_ ? skip_ - position_ : 0;
    if (hidden < bytes.size()) {
        copy_bytes(into_.from(position_ + hidden - skip_), bytes.from(hidden));
    }
    position_ += bytes.size();
}

void Writer::text(std::string_view text) {
    const ByteView cut = as_bytes(text).first(kLongestText);
    number(cut.size(), 1);
    bytes(cut);
}

void Writer::blob(ByteView content) {
    const ByteView cut = content.first(kLongestBlob);
    number(cut.size(), 2);
    bytes(cut);
}

std::size_t Writer::written() const {
    if (position_ <= skip_) return 0;
    const std::size_t shown = position_ - skip_;
    return shown < into_.size() ? shown : into_.size();
}

} // namespace nwp::wire
