// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/bytes.h"

#include <string_view>

namespace nwp::wire {

/// Turns bytes into fields. Reading past the end gives zeros and empty views and makes ok() false, for good.
class Reader {
public:
    explicit Reader(ByteView from) : left_(from) {}

    std::uint64_t number(unsigned width);
    /// Fills `into`, or leaves it and fails.
    void bytes(Bytes into);
    /// The view dies with what the reader reads from.
    std::string_view text();
    ByteView blob();

    ByteView left() const { return left_; }
    bool at_end() const { return left_.empty(); }
    bool ok() const { return ok_; }
    void fail() { ok_ = false; }

private:
    ByteView take(std::size_t count);

    ByteView left_;
    bool ok_ = true;
};

} // namespace nwp::wire
