// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/service/credentials.h"
#include "nwpd/service/file_rules.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace nwp::service {

class OpenFileTable;

/// A file and what is going on with it. Tokens are those that may be shown to whoever asked.
struct FileDescription {
    vault::FileInfo info;
    std::uint32_t blocks = 0; ///< of kFileBlock bytes, header and second copy of a fail-safe file included
    bool being_read = false;
    bool being_written = false;
};

struct FileStorage {
    std::uint32_t capacity_blocks = kStorageBlocks;
    std::uint32_t allocated_blocks = 0;
    std::uint32_t max_files = vault::kMaxFiles;
    std::uint32_t files = 0;
};

/// The stored files as a network processor's flash file system shows them: with a maximum size, attributes,
/// tokens and content on trial. The same files that Credentials and the native dialect name. Every `done` is
/// called once, later, on the executor of the Credentials, in the order of the calls; not after the
/// Credentials are gone. What any of it may fail with is in FileFailure; a call lists what is its own. One
/// executor.
class Files {
public:
    explicit Files(Credentials& credentials);
    ~Files();
    Files(const Files&) = delete;
    Files& operator=(const Files&) = delete;

    template <typename T>
    using Answer = std::function<void(const FileResult<T>&)>;
    using Done = std::function<void(FileFailure)>;

    /// not_found; wrong_token: none that grants reading or writing.
    void describe(std::string name, std::uint32_t token, Answer<FileDescription> done);
    /// In the order of the names; no tokens.
    void list(Answer<std::vector<FileDescription>> done);
    void storage(Answer<FileStorage> done);

    /// not_found; wrong_token: only the master token grants it; open_for_write, already_open.
    void remove(std::string name, std::uint32_t token, Done done);
    /// As remove(); exists: the new name is taken; unreadable: a private key's file keeps its name.
    void rename(std::string from, std::string to, std::uint32_t token, Done done);
    /// Ends a trial: for good, or back to the content before it. Gives the token to be used from now on.
    ///   not_found, wrong_token, no_fail_safe, not_on_trial, no_previous, open_for_write, already_open
    void commit(std::string name, std::uint32_t token, Answer<std::uint32_t> done);
    void roll_back(std::string name, std::uint32_t token, Answer<std::uint32_t> done);

private:
    friend class OpenFiles;
    void end_trial(std::string name, std::uint32_t token, vault::FileStep step, Answer<std::uint32_t> done);
    FileFailure in_use(const std::string& name) const;

    Credentials& credentials_;
    std::shared_ptr<OpenFileTable> table_;
};

struct OpenedFile {
    std::int32_t handle = -1;
    std::uint32_t token = 0;
};

/// The files that one host has open. When it goes, as when a host's power goes, what was being written is
/// lost: a fail-safe file has its old content, any other none. One executor; Files outlives it.
class OpenFiles {
public:
    explicit OpenFiles(Files& files);
    ~OpenFiles();
    OpenFiles(const OpenFiles&) = delete;
    OpenFiles& operator=(const OpenFiles&) = delete;

    /// A file may be open for reading many times, or for writing once, by all hosts together. Who reads has
    /// what was there at this moment. Handles are not given again soon.
    ///   everything that decide_open() says; wrong_name, unreadable, open_for_write, already_open,
    ///   too_many_open
    void open(const FileOpening& opening, Files::Answer<OpenedFile> done);

    /// At most `length` bytes from `offset`; none exactly at the end. The view dies with the handle.
    ///   bad_handle, wrong_access; beyond_end: `offset` is
    FileResult<ByteView> read(std::int32_t handle, std::uint32_t offset, std::size_t length) const;
    /// Any order; what is never written reads as 0xff, as erased flash does. The content is the file's when
    /// close() said so.
    ///   bad_handle, wrong_access, beyond_maximum
    FileFailure write(std::int32_t handle, std::uint32_t offset, ByteView data);

    /// Ends the handle whatever comes out. A file being written has its content then, or, where this fails,
    /// what abort() leaves.
    ///   bad_handle; everything that decide_close() says; no_room, damaged, disk
    void close(std::int32_t handle, FileSigning signing, Files::Done done);
    /// A file made by this opening is gone, a fail-safe one has its old content, any other none.
    ///   bad_handle
    void abort(std::int32_t handle, Files::Done done);

private:
    struct OpenFile;
    struct State;
    /// Nothing where there is no such handle.
    std::unique_ptr<OpenFile> take(std::int32_t handle);
    void give_up(std::unique_ptr<OpenFile> open, Files::Done done);

    Files& files_;
    std::shared_ptr<State> state_; ///< results under way hold it weakly
};

} // namespace nwp::service
