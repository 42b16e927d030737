// SPDX-License-Identifier: Apache-2.0
#include "nwp/credentials.h"

namespace nwp::request {
namespace {

/// Decodes an item for a callback, if it is one.
template <typename Item>
Result<void> give(std::uint16_t id, ByteView body, Callback<void(const Item&)> callback) {
    if (id != Item::id) return Error::protocol_error;
    const Result<Item> item = wire::decode<Item>(body);
    if (!item) return Error::protocol_error;
    if (callback) callback(*item);
    return {};
}

constexpr std::size_t kLongestName = 180;
/// Beside the longest name there is less room.
constexpr std::size_t kFilePart = 288;

/// The next part of a value that is written: from what was acknowledged on.
template <typename Message>
void fill_part(Message& message, ByteView value, std::size_t most, bool first) {
    if (first) message.offset = 0;
    message.total = static_cast<std::uint32_t>(value.size());
    message.part = value.sub(message.offset, most);
}

/// After Done: whether more is to be sent.
template <typename Message>
bool part_taken(Message& message) {
    message.offset += static_cast<std::uint32_t>(message.part.size());
    return message.offset < message.total;
}

} // namespace

WriteCredential::WriteCredential(SecTag tag, CredentialType type, ByteView value, bool replace)
    : value_(value) {
    message_.tag = tag;
    message_.type = type;
    message_.replace = replace ? 1 : 0;
}

Result<void> WriteCredential::send(session::Session& session, std::uint16_t number, std::uint32_t deadline_ms,
                                   wire::SocketHandle handle) {
    if (value_.size() > kMaxCredentialSize) return Error::too_big;
    fill_part(message_, value_, kPart, !goes_on());
    return Asking::send(session, number, deadline_ms, handle);
}

Result<Pending::Next> WriteCredential::take(const wire::Done&) {
    return part_taken(message_) ? Next::again : Next::done;
}

DeleteCredential::DeleteCredential(SecTag tag, CredentialType type) {
    message_.tag = tag;
    message_.type = type;
}

template <typename Message>
Result<void> Reading<Message>::send(session::Session& session, std::uint16_t number,
                                    std::uint32_t deadline_ms, wire::SocketHandle) {
    if (!this->goes_on()) this->message_.offset = 0;
    const std::size_t room = into_.size() - this->message_.offset;
    this->message_.room = static_cast<std::uint16_t>(room < kPart ? room : kPart);
    return session.send_request(number, deadline_ms, this->message_);
}

template <typename Message>
Result<Pending::Next> Reading<Message>::take(const wire::CredentialPart& reply) {
    std::uint32_t& offset = this->message_.offset;
    const std::uint32_t before = offset;
    const std::size_t total_before = total_;
    total_ = reply.total;
    if (total_ > kMaxCredentialSize) return Error::protocol_error;
    if (total_ > into_.size()) return Error::too_big;
    const bool changed = before != 0 && total_ != total_before;
    const bool whole = total_ == before + reply.part.size();
    const bool fits = reply.part.size() <= total_ - before;
    if (changed || !fits || (reply.part.empty() && !whole)) return Error::protocol_error;
    copy_bytes(into_.from(before), reply.part);
    if (whole) return Next::done;
    offset = before + static_cast<std::uint32_t>(reply.part.size());
    return Next::again;
}

template class Reading<wire::CredentialRead>;
template class Reading<wire::SigningRequestGet>;

ReadCredential::ReadCredential(SecTag tag, CredentialType type, Bytes into) : Reading(into) {
    message_.tag = tag;
    message_.type = type;
}

ReadSigningRequest::ReadSigningRequest(SecTag tag, std::string_view subject, Bytes into) : Reading(into) {
    message_.tag = tag;
    message_.subject = subject;
}

Result<void> ListCredentials::on_item(std::uint16_t id, ByteView body) { return give(id, body, entry_); }

GenerateKey::GenerateKey(SecTag tag, bool replace) {
    message_.tag = tag;
    message_.replace = replace ? 1 : 0;
}

WriteFile::WriteFile(std::string_view name, ByteView content) : content_(content) { message_.file = name; }

Result<void> WriteFile::send(session::Session& session, std::uint16_t number, std::uint32_t deadline_ms,
                             wire::SocketHandle handle) {
    if (content_.size() > kMaxCredentialSize) return Error::too_big;
    if (message_.file.size() > kLongestName) return Error::invalid_argument; // it would be cut on its way
    fill_part(message_, content_, kFilePart, !goes_on());
    return Asking::send(session, number, deadline_ms, handle);
}

Result<Pending::Next> WriteFile::take(const wire::Done&) {
    return part_taken(message_) ? Next::again : Next::done;
}

DeleteFile::DeleteFile(std::string_view name) { message_.file = name; }

Result<void> ListFiles::on_item(std::uint16_t id, ByteView body) { return give(id, body, entry_); }

} // namespace nwp::request
