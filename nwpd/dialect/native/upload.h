// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/bytes.h"
#include "base/result.h"

#include <string>
#include <vector>

namespace nwp::native {

/// A value that comes in parts. One host sends one at a time; another key or a gap begins anew or is refused.
class Upload {
public:
    explicit Upload(std::uint32_t longest) : longest_(longest) {}
    ~Upload() { wipe(); }
    Upload(const Upload&) = delete;
    Upload& operator=(const Upload&) = delete;

    /// Adds a part; true when the value is whole, to be had by take().
    ///   too_big            `total` is more than allowed
    ///   invalid_argument   a part that does not follow the one before it, or goes beyond `total`
    Result<bool> add(const std::string& key, std::uint32_t total, std::uint32_t offset, ByteView part);
    std::vector<Byte> take();
    void wipe();

private:
    std::uint32_t longest_;
    std::string key_; ///< what the parts are of
    std::vector<Byte> value_;
};

} // namespace nwp::native
