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
    explicit Pieces(Span<const iovec> pieces) : pieces_(pieces) { skip_empty(); }
    explicit Pieces(std::size_t dropped) : dropped_(dropped) {}

    bool at_end() const { return pieces_.empty() && dropped_ == 0; }
    /// Empty at the end.
    Bytes next() {
        if (pieces_.empty()) return Bytes{scratch_}.first(dropped_);
        return Bytes{static_cast<Byte*>(pieces_[0].iov_base), pieces_[0].iov_len}.from(offset_);
    }
    void advance(std::size_t count) {
        if (pieces_.empty()) {
            dropped_ -= count;
            return;
        }
        offset_ += count;
        skip_empty();
    }

private:
    void skip_empty() {
        while (!pieces_.empty() && offset_ >= pieces_[0].iov_len) {
            pieces_ = pieces_.from(1);
            offset_ = 0;
        }
    }

    Span<const iovec> pieces_;
    std::size_t offset_ = 0;
    std::size_t dropped_ = 0;
    Byte scratch_[64];
};

/// How many bytes they are. `touched`: the memory is read or written, so it must be there.
///   bad_address, invalid_argument (more than a call can return)
Result<std::size_t> total_of(Span<const iovec> pieces, bool touched);

} // namespace nwp::c
