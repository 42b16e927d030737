// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "firmware/text.h"

namespace nwp::firmware {

/// The part of a response behind its head, which ends in an empty line.
class Body {
public:
    void add(const char* bytes, std::size_t size) {
        constexpr char kEnd[] = "\r\n\r\n";
        while (size != 0 && matched_ < 4) {
            matched_ = *bytes == kEnd[matched_] ? matched_ + 1 : (*bytes == kEnd[0] ? 1 : 0);
            ++bytes;
            --size;
        }
        hash_.add(bytes, size);
        size_ += size;
    }
    std::size_t size() const { return size_; }
    std::uint32_t hash() const { return hash_.value(); }

private:
    unsigned matched_ = 0;
    std::size_t size_ = 0;
    Hash hash_;
};

} // namespace nwp::firmware
