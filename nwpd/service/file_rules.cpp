// SPDX-License-Identifier: Apache-2.0
#include "nwpd/service/file_rules.h"

#include "nwpd/service/file_trial.h"

#include <algorithm>

namespace nwp::service {
namespace {

namespace flag = vault::file_flag;
using vault::FileAttributes;
using vault::FileInfo;
using vault::FileStep;
using vault::FileToken;

/// An RSA key of 2048 bits signs in so many bytes; the protocol knows no longer signature.
constexpr std::size_t kLongestSignature = 256;

/// What a file was made with, and another opener may not take to be otherwise. Without tokens the rest of it
/// means nothing.
std::uint16_t rights_in(std::uint16_t flags) {
    constexpr std::uint16_t all = flag::secure | flag::no_signature_test | flag::static_token |
                                  flag::vendor_token | flag::public_write | flag::public_read;
    return (flags & flag::secure) != 0 ? flags & all : 0;
}

FileFailure check_flags(const FileOpening& opening) {
    const std::uint16_t flags = opening.flags;
    const bool secure = (flags & flag::secure) != 0;
    const bool fail_safe = (flags & flag::fail_safe) != 0;
    if ((flags & ~flag::all) != 0) return FileFailure::wrong_flags;
    if ((flags & flag::bundle) != 0) {
        return fail_safe ? FileFailure::no_bundle : FileFailure::bundle_not_fail_safe;
    }
    // Whoever wants a token of his own expects that it protects something.
    if ((flags & flag::vendor_token) != 0 && !secure) return FileFailure::wrong_flags;
    return FileFailure::none;
}

FileResult<OpenDecision> create(const FileOpening& opening, const StorageUse& use, const FreshTokens& fresh) {
    if (const auto wrong = check_flags(opening); wrong != FileFailure::none) return wrong;
    if (opening.max_size == 0) return FileFailure::no_size;

    OpenDecision decision{true, true, FileStep::mark, {opening.max_size, opening.flags, {}, 0}, 0};
    const FileAttributes& made = decision.attributes;
    if (made.has(flag::must_commit) && !made.has(flag::fail_safe)) return FileFailure::no_fail_safe;
    if (opening.max_size > vault::kMaxFileSize) return FileFailure::no_room;
    if (use.blocks + blocks_of(made) > kStorageBlocks) return FileFailure::no_room;
    if (use.files >= vault::kMaxFiles) return FileFailure::too_many_files;
    if (!made.has(flag::secure)) return decision;

    decision.attributes.tokens = fresh;
    if (made.has(flag::vendor_token)) {
        if (opening.token == 0) return FileFailure::wrong_token;
        decision.attributes.tokens[0] = opening.token;
    }
    decision.token = decision.attributes.token(FileToken::master);
    return decision;
}

/// The file as it is after it was opened like this, or why it cannot be.
FileResult<FileAttributes> reopened(const FileOpening& opening, const FileInfo& file, const StorageUse& use) {
    FileAttributes next = file.attributes;
    if (opening.mode == FileMode::create_or_overwrite) {
        if (const auto wrong = check_flags(opening); wrong != FileFailure::none) return wrong;
        if (rights_in(opening.flags) != rights_in(next.flags)) return FileFailure::different_attributes;
        // Fail-safe is added when it is asked for, and never lost by not asking.
        next.flags |= opening.flags & flag::fail_safe;
        next.max_size = std::max(next.max_size, opening.max_size);
    }
    if (next.max_size > vault::kMaxFileSize) return FileFailure::no_room;
    if (use.blocks + blocks_of(next) - blocks_of(file.attributes) > kStorageBlocks)
        return FileFailure::no_room;
    return next;
}

FileResult<OpenDecision> overwrite(const FileOpening& opening, const FileInfo& file, const StorageUse& use,
                                   const FreshTokens& fresh) {
    if (!grants(file.attributes, opening.token, FileUse::write)) return FileFailure::wrong_token;
    if (file.on_trial) return FileFailure::on_trial;
    const auto next = reopened(opening, file, use);
    if (!next) return next.failure;

    if (goes_on_trial(opening, next.value) && !next.value.has(flag::fail_safe))
        return FileFailure::no_fail_safe;
    OpenDecision decision{true, false, {}, next.value, 0};
    decision.token = renew(decision.attributes, opening.token, fresh);
    if (!decision.attributes.has(flag::fail_safe)) {
        decision.step = FileStep::drop;
    } else if (decision.attributes.tokens != file.attributes.tokens) {
        decision.step = FileStep::mark;
    }
    return decision;
}

} // namespace

std::uint32_t blocks_of(const FileAttributes& attributes) {
    const std::uint32_t one = (attributes.max_size + kFileHeader + kFileBlock - 1) / kFileBlock;
    return attributes.has(flag::fail_safe) ? 2 * one : one;
}

bool grants(const FileAttributes& attributes, std::uint32_t token, FileUse use) {
    if (!attributes.has(flag::secure)) return true;
    const auto is = [&](FileToken which) { return token != 0 && token == attributes.token(which); };
    const bool reads = attributes.has(flag::public_read) || is(FileToken::read_write) || is(FileToken::read);
    const bool writes =
        attributes.has(flag::public_write) || is(FileToken::read_write) || is(FileToken::write);
    if (is(FileToken::master)) return true;
    switch (use) {
        case FileUse::read: return reads;
        case FileUse::write: return writes;
        case FileUse::look: return reads || writes;
        case FileUse::own: return false;
    }
    return false;
}

FileAttributes shown_to(const FileAttributes& attributes, std::uint32_t token) {
    FileAttributes shown = attributes;
    const bool master = token != 0 && token == attributes.token(FileToken::master);
    for (auto& each : shown.tokens) {
        if (!master && (token == 0 || each != token)) each = 0;
    }
    return shown;
}

std::uint32_t renew(FileAttributes& attributes, std::uint32_t token, const FreshTokens& fresh) {
    if (!attributes.has(flag::secure) || token == 0) return 0;
    for (std::size_t i = 0; i < attributes.tokens.size(); ++i) {
        if (attributes.tokens[i] != token) continue;
        const bool vendors = i == 0 && attributes.has(flag::vendor_token);
        if (!attributes.has(flag::static_token) && !vendors) attributes.tokens[i] = fresh[i];
        return attributes.tokens[i];
    }
    return 0;
}

FileResult<OpenDecision> decide_open(const FileOpening& opening, const FileInfo* existing,
                                     const StorageUse& use, const FreshTokens& fresh) {
    if (opening.mode == FileMode::create && existing != nullptr) return FileFailure::exists;
    const bool may_create = opening.mode == FileMode::create || opening.mode == FileMode::create_or_overwrite;
    if (existing == nullptr) {
        if (!may_create) return FileFailure::not_found;
        return create(opening, use, fresh);
    }
    if (opening.mode != FileMode::read) return overwrite(opening, *existing, use, fresh);

    if (!grants(existing->attributes, opening.token, FileUse::read)) return FileFailure::wrong_token;
    if (!existing->valid) return FileFailure::not_closed;
    const bool guarded = existing->attributes.has(flag::secure);
    return OpenDecision{false, false, {}, existing->attributes, guarded ? opening.token : 0};
}

FileFailure decide_close(const FileAttributes& attributes, const FileSigning& signing,
                         bool certificate_there) {
    const bool is_signed = !signing.certificate.empty() || !signing.signature.empty();
    const bool must_be = attributes.has(flag::secure) && !attributes.has(flag::no_signature_test);
    if (!must_be) return is_signed ? FileFailure::never_signed : FileFailure::none;

    const std::size_t length = signing.signature.size();
    if (signing.certificate.empty() || length == 0 || length > kLongestSignature)
        return FileFailure::signature_missing;
    if (!certificate_there) return FileFailure::no_certificate;
    // A catalogue of trusted roots is not kept yet: so no certificate leads to one, and nothing that needs a
    // signature is believed.
    return FileFailure::unknown_root;
}

FileFailure decide_end_of_trial(const FileInfo& file, std::uint32_t token, FileStep step) {
    if (!grants(file.attributes, token, FileUse::write)) return FileFailure::wrong_token;
    if (!file.attributes.has(flag::fail_safe)) return FileFailure::no_fail_safe;
    if (!file.on_trial) return FileFailure::not_on_trial;
    if (step == FileStep::roll_back && !file.has_previous) return FileFailure::no_previous;
    return FileFailure::none;
}

} // namespace nwp::service
