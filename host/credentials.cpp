// SPDX-License-Identifier: Apache-2.0
#include "nwp/credentials.h"

namespace nwp::request {
namespace {

constexpr std::size_t kLongestName = 180;
/// Beside the longest name there is less room.
constexpr std::size_t kFilePart = 288;

/// The next part of a value that is written: from what was acknowledged on.
template <typename Message>
Error fill_part(Message& message, ByteView value, std::size_t most, bool goes_on) {
    if (value.size() > kMaxCredentialSize) return Error::too_big;
    if (!goes_on) message.offset = 0;
    message.total = static_cast<std::uint32_t>(value.size());
    message.part = value.sub(message.offset, most);
    return Error{};
}

/// After Done: whether more is to be sent.
template <typename Message>
bool more_after(Message& message) {
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

Error WriteCredential::prepare() { return fill_part(message_, value_, kPart, goes_on()); }

Error WriteCredential::take(const void*) {
    if (more_after(message_)) again();
    return Error{};
}

DeleteCredential::DeleteCredential(SecTag tag, CredentialType type) {
    message_.tag = tag;
    message_.type = type;
}

void Reading::read_into(Bytes into, std::uint32_t& offset, std::uint16_t& room) {
    into_ = into;
    offset_ = &offset;
    room_ = &room;
}

Error Reading::ask_for_next() {
    if (!goes_on()) *offset_ = 0;
    *room_ = static_cast<std::uint16_t>(into_.sub(*offset_, kPart).size());
    return Error{};
}

Error Reading::keep(const wire::CredentialPart& part) {
    const std::uint32_t before = *offset_;
    const std::size_t total_before = total_;
    const std::size_t size = part.part.size();
    total_ = part.total;
    if (total_ > kMaxCredentialSize) return Error::protocol_error;
    if (total_ > into_.size()) return Error::too_big;
    const bool whole = total_ == before + size;
    const bool changed = before != 0 && total_ != total_before;
    const bool fits = size <= total_ - before;
    if (changed || !fits || (size == 0 && !whole)) return Error::protocol_error;
    copy_bytes(into_.from(before), part.part);
    *offset_ = before + static_cast<std::uint32_t>(size);
    if (!whole) again();
    return Error{};
}

ReadCredential::ReadCredential(SecTag tag, CredentialType type, Bytes into) {
    message_.tag = tag;
    message_.type = type;
    read_into(into, message_.offset, message_.room);
}

ReadSigningRequest::ReadSigningRequest(SecTag tag, std::string_view subject, Bytes into) {
    message_.tag = tag;
    message_.subject = subject;
    read_into(into, message_.offset, message_.room);
}

void ListCredentials::take_item(const void* item) {
    if (entry_) entry_(as_item(item));
}

GenerateKey::GenerateKey(SecTag tag, bool replace) {
    message_.tag = tag;
    message_.replace = replace ? 1 : 0;
}

WriteFile::WriteFile(std::string_view name, ByteView content) : content_(content) { message_.file = name; }

Error WriteFile::prepare() {
    if (message_.file.size() > kLongestName) return Error::invalid_argument; // it would be cut on its way
    return fill_part(message_, content_, kFilePart, goes_on());
}

Error WriteFile::take(const void*) {
    if (more_after(message_)) again();
    return Error{};
}

DeleteFile::DeleteFile(std::string_view name) { message_.file = name; }

void ListFiles::take_item(const void* item) {
    if (entry_) entry_(as_item(item));
}

} // namespace nwp::request
