// SPDX-License-Identifier: Apache-2.0
#include "nwpd/service/file_store.h"

#include <cstring>
#include <sys/random.h>

namespace nwp::service {
namespace {

using vault::FileInfo;
using vault::FileRight;
using vault::FileStep;
using vault::Vault;

FileFailure failure_of(Error error) {
    switch (error) {
        case Error::not_found: return FileFailure::not_found;
        case Error::exists: return FileFailure::exists;
        case Error::invalid_argument: return FileFailure::wrong_name;
        case Error::access_denied: return FileFailure::unreadable;
        case Error::no_space:
        case Error::too_big: return FileFailure::no_room;
        case Error::malformed: return FileFailure::damaged;
        default: return FileFailure::disk;
    }
}

FileFailure failure_of(const Result<void>& result) {
    return result ? FileFailure::none : failure_of(result.error());
}

/// Nothing is weaker than a token that can be guessed: without random numbers there are none.
Result<FreshTokens> fresh_tokens() {
    FreshTokens tokens{};
    for (auto& token : tokens) {
        while (token == 0) {
            if (::getrandom(&token, sizeof(token), 0) != static_cast<ssize_t>(sizeof(token)))
                return Error::input_output;
        }
    }
    return tokens;
}

FileDescription described(FileInfo info, std::uint32_t token) {
    info.attributes.tokens = shown_to(info.attributes, token).tokens;
    const std::uint32_t blocks = blocks_of(info.attributes);
    return {std::move(info), blocks, false, false};
}

FileResult<StorageUse> storage_use(const Vault& vault) {
    const auto files = vault.list_files();
    if (!files) return failure_of(files.error());
    StorageUse use;
    for (const auto& file : *files) use.blocks += blocks_of(file.attributes);
    use.files = static_cast<std::uint32_t>(files->size());
    return use;
}

/// The file, where `token` grants `use` of it.
FileResult<FileInfo> granted(const Vault& vault, const std::string& name, std::uint32_t token, FileUse use) {
    auto info = vault.file_info(name);
    if (!info) return failure_of(info.error());
    if (!grants(info->attributes, token, use)) return FileFailure::wrong_token;
    return *info;
}

FileResult<FileReady> read_in(Vault& vault, const std::string& name, const OpenDecision& decision) {
    auto bytes = vault.read_file(name, FileRight::of_its_token);
    if (!bytes) return failure_of(bytes.error());
    FileReady ready{decision, std::make_shared<FileContent>()};
    ready.content->bytes = std::move(*bytes);
    return ready;
}

} // namespace

FileContent::~FileContent() {
    if (!bytes.empty()) explicit_bzero(bytes.data(), bytes.size());
}

FileResult<FileDescription> describe_file(Vault& vault, const std::string& name, std::uint32_t token) {
    auto info = granted(vault, name, token, FileUse::look);
    if (!info) return info.failure;
    return described(std::move(info.value), token);
}

FileResult<std::vector<FileDescription>> list_files(Vault& vault) {
    auto files = vault.list_files();
    if (!files) return failure_of(files.error());
    std::vector<FileDescription> list;
    for (auto& file : *files) list.push_back(described(std::move(file), 0));
    return list;
}

FileResult<FileStorage> file_storage(Vault& vault) {
    const auto use = storage_use(vault);
    if (!use) return use.failure;
    FileStorage storage;
    storage.allocated_blocks = use.value.blocks;
    storage.files = use.value.files;
    return storage;
}

FileFailure remove_file(Vault& vault, const std::string& name, std::uint32_t token) {
    const auto info = granted(vault, name, token, FileUse::own);
    if (!info) return info.failure;
    return failure_of(vault.remove_file(name, FileRight::of_its_token));
}

FileFailure rename_file(Vault& vault, const std::string& from, const std::string& to, std::uint32_t token) {
    const auto info = granted(vault, from, token, FileUse::own);
    if (!info) return info.failure;
    return failure_of(vault.rename_file(from, to));
}

FileResult<std::uint32_t> end_trial_of(Vault& vault, const std::string& name, std::uint32_t token,
                                       FileStep step) {
    auto info = vault.file_info(name);
    if (!info) return failure_of(info.error());
    if (const auto wrong = decide_end_of_trial(*info, token, step); wrong != FileFailure::none) return wrong;
    const auto fresh = fresh_tokens();
    if (!fresh) return failure_of(fresh.error());
    const std::uint32_t renewed = renew(info->attributes, token, *fresh);
    info->attributes.flags &= static_cast<std::uint16_t>(~vault::file_flag::must_commit); // it is done
    if (auto changed = vault.change_file(name, step, info->attributes); !changed)
        return failure_of(changed.error());
    return renewed;
}

FileResult<FileReady> open_file(Vault& vault, const FileOpening& opening) {
    const auto info = vault.file_info(opening.name);
    if (!info && info.error() != Error::not_found) return failure_of(info.error());
    const auto use = storage_use(vault);
    if (!use) return use.failure;
    const auto fresh = fresh_tokens();
    if (!fresh) return failure_of(fresh.error());

    auto decision = decide_open(opening, info ? &*info : nullptr, use.value, *fresh);
    if (!decision) return decision.failure;
    if (!decision.value.writes) return read_in(vault, opening.name, decision.value);
    if (decision.value.step) {
        const auto changed = vault.change_file(opening.name, *decision.value.step, decision.value.attributes);
        if (!changed) return failure_of(changed.error());
    }
    return FileReady{decision.value, std::make_shared<FileContent>()};
}

FileFailure finish_file(Vault& vault, const WrittenFile& file, const FileSigning& signing) {
    const bool there = !signing.certificate.empty() && vault.file_info(signing.certificate).ok();
    FileFailure failure = decide_close(file.attributes, signing, there);
    if (failure == FileFailure::none) {
        auto attributes = file.attributes;
        ++attributes.write_counter;
        const bool on_trial = attributes.has(vault::file_flag::must_commit);
        failure = failure_of(vault.change_file(file.name, on_trial ? FileStep::try_out : FileStep::write,
                                               attributes, file.content->bytes));
        if (failure == FileFailure::none) return failure;
    }
    // That this fails as well adds nothing to what is told already.
    static_cast<void>(give_up_file(vault, file));
    return failure;
}

FileFailure give_up_file(Vault& vault, const WrittenFile& file) {
    if (!file.created) return FileFailure::none;
    const auto info = vault.file_info(file.name);
    // Somebody else may have written it whole since: then it is not the one that was made here.
    const bool untouched = info && !info->valid && info->attributes == file.attributes;
    if (!untouched) return FileFailure::none;
    return failure_of(vault.remove_file(file.name, FileRight::of_its_token));
}

} // namespace nwp::service
