// SPDX-License-Identifier: Apache-2.0
#include "nwpd/service/file_store.h"
#include "nwpd/service/file_trial.h"
#include "nwpd/service/files.h"
#include "nwpd/service/open_file_table.h"
#include "nwpd/vault/credential_intake.h"

#include <algorithm>
#include <limits>
#include <map>
#include <utility>

namespace nwp::service {
namespace {

/// What a byte of erased flash reads as.
constexpr Byte kErased = 0xff;

using Claim = std::shared_ptr<OpenFileTable::Claim>;

/// Keeps `claim` until `done` was told.
Files::Done holding(Claim claim, Files::Done done) {
    return [claim = std::move(claim), done = std::move(done)](FileFailure failure) mutable {
        claim.reset();
        done(failure);
    };
}

} // namespace

struct OpenFiles::OpenFile {
    bool writes = false;
    WrittenFile file; ///< of one opened for reading: name and content
    Claim claim;
};

struct OpenFiles::State {
    std::int32_t put(std::unique_ptr<OpenFile> file) {
        do {
            last = last == std::numeric_limits<std::int32_t>::max() ? 1 : last + 1;
        } while (files.count(last) != 0);
        files[last] = std::move(file);
        return last;
    }

    std::map<std::int32_t, std::unique_ptr<OpenFile>> files;
    std::size_t opening = 0; ///< asked for, and not yet among `files`
    std::int32_t last = 0;
};

OpenFiles::OpenFiles(Files& files) : files_(files), state_(std::make_shared<State>()) {}
OpenFiles::~OpenFiles() = default;

void OpenFiles::open(const FileOpening& opening, Files::Answer<OpenedFile> done) {
    const bool writes = opening.mode != FileMode::read;
    FileFailure failure = files_.table_->check(opening.name, writes);
    if (state_->files.size() + state_->opening >= kMaxOpenFiles) failure = FileFailure::too_many_open;
    if (!vault::is_file_name(opening.name)) failure = FileFailure::wrong_name;
    if (failure != FileFailure::none) {
        ask_files<OpenedFile>(
            files_.credentials_, [failure](vault::Vault&) { return FileResult<OpenedFile>(failure); }, done);
        return;
    }
    ++state_->opening;
    auto claim = std::make_shared<OpenFileTable::Claim>(files_.table_, opening.name, writes);
    ask_files<FileReady>(
        files_.credentials_, [opening](vault::Vault& vault) { return open_file(vault, opening); },
        [weak = std::weak_ptr<State>(state_), claim = std::move(claim), opening,
         done = std::move(done)](const FileResult<FileReady>& ready) mutable {
            const auto state = weak.lock();
            if (!state) return;
            --state->opening;
            if (!ready) {
                claim.reset();
                return done(ready.failure);
            }
            const OpenDecision& decision = ready.value.decision;
            WrittenFile file{opening.name, decision.attributes, decision.creates,
                             goes_on_trial(opening, decision.attributes), ready.value.content};
            if (decision.writes) file.content->bytes.reserve(decision.attributes.max_size);
            const std::int32_t handle = state->put(
                std::make_unique<OpenFile>(OpenFile{decision.writes, std::move(file), std::move(claim)}));
            done(OpenedFile{handle, decision.token});
        });
}

FileResult<ByteView> OpenFiles::read(std::int32_t handle, std::uint32_t offset, std::size_t length) const {
    const auto found = state_->files.find(handle);
    if (found == state_->files.end()) return FileFailure::bad_handle;
    if (found->second->writes) return FileFailure::wrong_access;
    const ByteView content(found->second->file.content->bytes);
    if (offset > content.size()) return FileFailure::beyond_end;
    return content.sub(offset, std::min(length, content.size() - offset));
}

FileFailure OpenFiles::write(std::int32_t handle, std::uint32_t offset, ByteView data) {
    const auto found = state_->files.find(handle);
    if (found == state_->files.end()) return FileFailure::bad_handle;
    if (!found->second->writes) return FileFailure::wrong_access;
    const WrittenFile& file = found->second->file;
    const std::size_t room = file.attributes.max_size;
    if (offset > room || data.size() > room - offset) return FileFailure::beyond_maximum;

    auto& bytes = file.content->bytes;
    if (bytes.size() < offset + data.size()) bytes.resize(offset + data.size(), kErased);
    std::copy(data.begin(), data.end(), bytes.begin() + offset);
    return FileFailure::none;
}

std::unique_ptr<OpenFiles::OpenFile> OpenFiles::take(std::int32_t handle) {
    const auto found = state_->files.find(handle);
    if (found == state_->files.end()) return nullptr;
    auto file = std::move(found->second);
    state_->files.erase(found);
    return file;
}

void OpenFiles::close(std::int32_t handle, FileSigning signing, Files::Done done) {
    auto open = take(handle);
    if (open == nullptr || !open->writes) return give_up(std::move(open), std::move(done));
    ask_files(
        files_.credentials_,
        [file = std::move(open->file), signing = std::move(signing)](vault::Vault& vault) {
            return finish_file(vault, file, signing);
        },
        holding(std::move(open->claim), std::move(done)));
}

void OpenFiles::abort(std::int32_t handle, Files::Done done) { give_up(take(handle), std::move(done)); }

void OpenFiles::give_up(std::unique_ptr<OpenFile> open, Files::Done done) {
    if (open == nullptr) {
        ask_files(
            files_.credentials_, [](vault::Vault&) { return FileFailure::bad_handle; }, std::move(done));
        return;
    }
    ask_files(
        files_.credentials_,
        [file = std::move(open->file)](vault::Vault& vault) { return give_up_file(vault, file); },
        holding(std::move(open->claim), std::move(done)));
}

} // namespace nwp::service
