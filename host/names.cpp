// SPDX-License-Identifier: Apache-2.0
#include "nwp/names.h"

namespace nwp::request {

Resolve::Resolve(std::string_view node, std::string_view service, const ResolveHints& hints,
                 Span<ResolvedAddress> into)
    : Asking(kSlowDeadline), into_(into) {
    message_.node = node;
    message_.service = service;
    message_.family = hints.family;
    message_.type = hints.type;
    message_.protocol = hints.protocol;
    message_.flags = hints.flags;
}

Result<void> Resolve::send(session::Session& session, std::uint16_t number, std::uint32_t deadline_ms,
                           wire::SocketHandle handle) {
    constexpr std::size_t kLongest = 255; // RFC 1035 2.3.4; the length travels in one byte
    if (message_.node.size() > kLongest || message_.service.size() > kLongest) return Error::name_too_long;
    count_ = canonical_size_ = 0;
    return Asking::send(session, number, deadline_ms, handle);
}

Result<void> Resolve::on_item(std::uint16_t id, ByteView body) {
    if (id != wire::ResolvedAddress::id) return Error::protocol_error;
    const Result<wire::ResolvedAddress> item = wire::decode<wire::ResolvedAddress>(body);
    if (!item) return Error::protocol_error;
    if (count_ < into_.size()) into_[count_++] = {item->address, item->type, item->protocol};
    return {};
}

Result<Pending::Next> Resolve::take(const wire::Resolved& reply) {
    canonical_size_ = copy_bytes(canonical_, as_bytes(reply.canonical));
    return Next::done;
}

} // namespace nwp::request
