// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/service/files.h"

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace nwp::service {

/// What service::Files does on the vault's thread: looks at the files, lets file_rules decide, and changes
/// them, with nothing in between.

FileResult<FileDescription> describe_file(vault::Vault& vault, const std::string& name, std::uint32_t token);
FileResult<std::vector<FileDescription>> list_files(vault::Vault& vault);
FileResult<FileStorage> file_storage(vault::Vault& vault);
FileFailure remove_file(vault::Vault& vault, const std::string& name, std::uint32_t token);
FileFailure rename_file(vault::Vault& vault, const std::string& from, const std::string& to,
                        std::uint32_t token);
FileResult<std::uint32_t> end_trial_of(vault::Vault& vault, const std::string& name, std::uint32_t token,
                                       vault::FileStep step);

/// Bytes that may be a key: wiped when they go. Never longer than what was reserved, or they would leave a
/// copy.
struct FileContent {
    FileContent() = default;
    ~FileContent();
    FileContent(const FileContent&) = delete;
    FileContent& operator=(const FileContent&) = delete;

    std::vector<Byte> bytes;
};

struct FileReady {
    OpenDecision decision;
    std::shared_ptr<FileContent> content; ///< of a file opened for reading
};
FileResult<FileReady> open_file(vault::Vault& vault, const FileOpening& opening);

/// A file whose writing ends.
struct WrittenFile {
    std::string name;
    vault::FileAttributes attributes;
    bool created = false;
    bool tried = false; ///< the content goes on trial
    std::shared_ptr<FileContent> content;
};
/// The content becomes the file's; where it may not, the file is given up.
FileFailure finish_file(vault::Vault& vault, const WrittenFile& file, const FileSigning& signing);
/// A file that was made for this content goes.
FileFailure give_up_file(vault::Vault& vault, const WrittenFile& file);

template <typename T>
void ask_files(Credentials& credentials, std::function<FileResult<T>(vault::Vault&)> call,
               std::function<void(FileResult<T>)> done) {
    credentials.ask<FileResult<T>>(
        [call = std::move(call)](vault::Vault& vault) { return Result<FileResult<T>>(call(vault)); },
        [done = std::move(done)](Result<FileResult<T>> result) { done(std::move(*result)); });
}

inline void ask_files(Credentials& credentials, std::function<FileFailure(vault::Vault&)> call,
                      std::function<void(FileFailure)> done) {
    credentials.ask<FileFailure>(
        [call = std::move(call)](vault::Vault& vault) { return Result<FileFailure>(call(vault)); },
        [done = std::move(done)](const Result<FileFailure>& result) { done(*result); });
}

} // namespace nwp::service
