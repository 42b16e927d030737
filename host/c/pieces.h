// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "base/span.h"
#include "nwp/types.h"

namespace nwp::c {

/// Pieces of memory, passed through once; or as many bytes that go nowhere.
class Pieces {
public:
    explicit Pieces(const msghdr& message) : at_(message.msg_iov), end_(at_ + message.msg_iovlen) {
        skip_empty();
    }
    explicit Pieces(std::size_t dropped) : dropped_(dropped) {}

    bool at_end() const { return at_ == end_ && dropped_ == 0; }
    /// Empty at the end.
    Bytes next();
    void advance(std::size_t count);

private:
    void skip_empty();

    const iovec* at_ = nullptr;
    const iovec* end_ = nullptr;
    std::size_t offset_ = 0; // in the present piece
    std::size_t dropped_ = 0;
    Byte scratch_[64];
};

/// How many bytes a message's pieces are. `touched`: they are read or written, so they must be there.
///   bad_address, message_too_long (too many pieces), invalid_argument (more bytes than a call can return)
Result<void> measure(const msghdr& message, bool touched, std::size_t& size);

} // namespace nwp::c
