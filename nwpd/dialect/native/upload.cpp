// SPDX-License-Identifier: Apache-2.0
#include "nwpd/dialect/native/upload.h"

#include <string.h>

#include <utility>

namespace nwp::native {

Result<bool> Upload::add(const std::string& key, std::uint32_t total, std::uint32_t offset, ByteView part) {
    if (total > longest_) return Error::too_big;
    if (offset == 0) {
        wipe();
        key_ = key;
        value_.reserve(total); // a value that grew would leave copies of a key behind
    }
    if (key != key_ || offset != value_.size() || part.size() > total - offset) {
        wipe();
        return Error::invalid_argument;
    }
    value_.insert(value_.end(), part.begin(), part.end());
    return value_.size() == total;
}

std::vector<Byte> Upload::take() {
    key_.clear();
    return std::exchange(value_, {});
}

void Upload::wipe() {
    if (!value_.empty()) ::explicit_bzero(value_.data(), value_.size());
    value_.clear();
    key_.clear();
}

} // namespace nwp::native
