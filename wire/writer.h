// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/bytes.h"

#include <string_view>

namespace nwp::wire {

/// Turns fields into bytes, little-endian. It may show just a window of the whole: bytes before `skip` and
/// behind the storage are counted, not written, so that a message longer than a frame is encoded once for
/// each frame.
class Writer {
public:
    explicit Writer(Bytes into, std::size_t skip = 0) : into_(into), skip_(skip) {}

    /// The low `width` (1 to 8) bytes of `value`.
    void number(std::uint64_t value, unsigned width);
    void bytes(ByteView bytes);
    /// One length byte, then at most 255 bytes.
    void text(std::string_view text);
    /// Two length bytes, then at most 65,535 bytes.
    void blob(ByteView bytes);

    /// How long the message is so far, inside the window or not.
    std::size_t position() const { return position_; }
    /// How much of the storage was written.
    std::size_t written() const;
    /// Everything so far lies before the end of the storage.
    bool complete() const { return position_ <= skip_ + into_.size(); }

private:
    Bytes into_;
    std::size_t skip_;
    std::size_t position_ = 0;
};

} // namespace nwp::wire
