// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/bytes.h"

namespace nwp::posix {

/// Zeroed memory that costs RAM only where it was touched.
class LazyMemory {
public:
    explicit LazyMemory(std::size_t size);
    ~LazyMemory();
    LazyMemory(const LazyMemory&) = delete;
    LazyMemory& operator=(const LazyMemory&) = delete;

    Bytes bytes() const { return bytes_; }

private:
    Bytes bytes_;
};

} // namespace nwp::posix
