// SPDX-License-Identifier: Apache-2.0
#include "session/assembler.h"

namespace nwp::session {

Result<ByteView> Assembler::take(const FrameHeader& header, ByteView part) {
    const bool more = (header.flags & FrameHeader::more) != 0;
    if (!open_) {
        if (part.size() > most_) return Error::protocol_error;
        if (!more) return part;
        kind_ = header.kind;
        channel_ = header.channel;
        size_ = 0;
    } else if (header.kind != kind_ || header.channel != channel_) {
        return Error::protocol_error;
    }
    if (size_ + part.size() > storage_.size() || size_ + part.size() > most_) return Error::protocol_error;
    size_ += copy_bytes(storage_.from(size_), part);
    open_ = more;
    if (more) return Error::would_block;
    return ByteView{storage_.first(size_)};
}

} // namespace nwp::session
