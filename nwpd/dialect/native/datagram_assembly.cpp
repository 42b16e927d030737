// SPDX-License-Identifier: Apache-2.0
#include "nwpd/dialect/native/datagram_assembly.h"

#include "wire/values.h"

namespace nwp::native {

Result<bool> DatagramAssembly::add(ByteView part, bool more) {
    if (!under_way_) {
        std::vector<Byte>{}.swap(bytes_);
        wire::Reader reader{part};
        wire::get(reader, to_);
        if (!reader.ok()) return Error::malformed;
        part = reader.left();
    }
    if (part.size() > longest_ - bytes_.size()) return Error::message_too_long;
    bytes_.insert(bytes_.end(), part.begin(), part.end());
    under_way_ = more;
    return !more;
}

} // namespace nwp::native
