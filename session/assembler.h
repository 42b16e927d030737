// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "session/frame.h"

namespace nwp::session {

/// Puts a message that travelled in several frames together again. The parts of one message follow each
/// other with nothing else in between.
class Assembler {
public:
    /// `storage` bounds a message in parts; `most` every message.
    Assembler(Bytes storage, std::size_t most) : storage_(storage), most_(most) {}

    void clear() { open_ = false; }
    /// While no message has begun its memory is free.
    Bytes storage() const { return storage_; }

    /// Takes the next part and returns the whole message, which dies with `part` or at the next call.
    ///   would_block      more parts follow
    ///   protocol_error   longer than there is room for, or a part of something else
    Result<ByteView> take(const FrameHeader& header, ByteView part);
    /// A message has begun and not ended: nothing but its next part may come.
    bool open() const { return open_; }

private:
    Bytes storage_;
    std::size_t most_;
    std::size_t size_ = 0;
    FrameKind kind_{};
    std::uint16_t channel_ = 0;
    bool open_ = false;
};

} // namespace nwp::session
