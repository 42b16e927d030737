// SPDX-License-Identifier: Apache-2.0
#include "nwp/names.h"

namespace nwp::request {

Resolve::Resolve(std::string_view node, std::string_view service, const ResolveHints& hints,
                 Span<ResolvedAddress> into)
    : into_(into) {
    message_.node = node;
    message_.service = service;
    message_.family = hints.family;
    message_.type = hints.type;
    message_.protocol = hints.protocol;
    message_.flags = hints.flags;
}

Error Resolve::prepare() {
    constexpr std::size_t kLongest = 255; // RFC 1035 2.3.4; the length travels in one byte
    count_ = canonical_size_ = 0;
    return message_.node.size() > kLongest || message_.service.size() > kLongest ? Error::name_too_long
                                                                                 : Error{};
}

void Resolve::take_item(const void* received) {
    const wire::ResolvedAddress& item = as_item(received);
    if (count_ < into_.size()) into_[count_++] = {item.address, item.type, item.protocol};
}

Error Resolve::take(const void* reply) {
    canonical_size_ = copy_bytes(canonical_, as_bytes(as_reply(reply).canonical));
    return Error{};
}

} // namespace nwp::request
