// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/vault/stored_file.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace nwp::service {

/// Every way in which something with a file can fail: finer than Error, since a dialect has a code for each.
enum class FileFailure : std::uint8_t {
    none,
    not_found,      ///< no such file
    exists,         ///< a file that was to be made is there
    wrong_name,     ///< not 1 to 180 printable ASCII characters
    wrong_token,    ///< no token, or not one that grants this
    unreadable,     ///< it holds a private key, or a credential of that kind names it: no token grants this
    open_for_write, ///< somebody is writing it
    already_open,   ///< somebody is reading it, or writing, and this needs it closed
    too_many_open,  ///< this host has kMaxOpenFiles open
    bad_handle,     ///< no such handle of this host
    wrong_access,   ///< a handle for reading cannot write, nor one for writing read
    wrong_flags,    ///< no such flags, or they make no sense together
    different_attributes, ///< the file is there, and was made with other rights
    no_size,              ///< a new file needs a maximum size
    too_many_files,       ///< vault::kMaxFiles are there
    no_room,              ///< larger than a file can be, or the storage is used up
    beyond_end,           ///< read from behind the end
    beyond_maximum,       ///< written behind the maximum size
    not_closed,           ///< writing it was begun and never finished: it has no content
    no_fail_safe,         ///< it was not made fail-safe
    no_previous,          ///< there is nothing to roll back to
    on_trial,             ///< commit or roll back first
    not_on_trial,         ///< there is nothing to commit or to roll back
    signature_missing,    ///< a secure file is closed with a certificate's name and a signature, both of a
                          ///< possible length
    no_certificate,       ///< the named certificate is not there
    unknown_root,         ///< no root is known that could vouch for it
    never_signed,         ///< a signature for a file that takes none
    bundle_not_fail_safe, ///< a file of a bundle has to be fail-safe
    no_bundle,            ///< bundles are not known here
    damaged,              ///< the store
    disk,                 ///< could not be read or written
};

/// A value, or the reason why there is none.
template <typename T>
struct FileResult {
    FileResult() = default;
    FileResult(T given) : value(std::move(given)) {}
    FileResult(FileFailure why) : failure(why) {}
    explicit operator bool() const { return failure == FileFailure::none; }

    T value{};
    FileFailure failure = FileFailure::none;
};

/// How many files one host may have open at once.
constexpr std::size_t kMaxOpenFiles = 10;
/// Storage is counted in blocks of so many bytes; each copy of a file takes whole ones, with a header in the
/// first. As many as fit into the 16 bits in which a host is told.
constexpr std::uint32_t kFileBlock = 4096;
constexpr std::uint32_t kFileHeader = 512;
constexpr std::uint32_t kStorageBlocks = 65535;

enum class FileMode : std::uint8_t { read, write, create, create_or_overwrite };

struct FileOpening {
    std::string name;
    FileMode mode = FileMode::read;
    std::uint32_t max_size = 0; ///< in bytes, of a file that is made; one that is there grows to it
    std::uint16_t flags = 0;    ///< of vault::file_flag, of a file that is made
    std::uint32_t token = 0;    ///< what is shown; for a new file with vendor_token, its master token
};

/// Random numbers for tokens; none is 0.
using FreshTokens = std::array<std::uint32_t, 4>;

/// What the storage holds already.
struct StorageUse {
    std::uint32_t files = 0;
    std::uint32_t blocks = 0;
};

struct OpenDecision {
    bool writes = false;
    bool creates = false;
    /// What has to be on the disk before the handle is given out: nothing, where a crash may as well leave
    /// everything as it is.
    std::optional<vault::FileStep> step;
    vault::FileAttributes attributes; ///< from now on
    std::uint32_t token = 0;          ///< by which the opener reaches the file from now on; 0: without
};

/// What a token, or none, may be asked to grant.
enum class FileUse : std::uint8_t { read, write, look, own };

std::uint32_t blocks_of(const vault::FileAttributes& attributes);
bool grants(const vault::FileAttributes& attributes, std::uint32_t token, FileUse use);
/// The tokens that the holder of `token` may see: the master all, others their own.
vault::FileAttributes shown_to(const vault::FileAttributes& attributes, std::uint32_t token);
/// A token that was used to write is renewed, it alone, unless tokens are static or the vendor's. Returns
/// what takes its place.
std::uint32_t renew(vault::FileAttributes& attributes, std::uint32_t token, const FreshTokens& fresh);

/// `existing`: the file of that name, or null.
FileResult<OpenDecision> decide_open(const FileOpening& opening, const vault::FileInfo* existing,
                                     const StorageUse& use, const FreshTokens& fresh);

/// What comes with the end of writing: neither, or both.
struct FileSigning {
    std::string certificate; ///< name of a stored file
    std::vector<Byte> signature;
};
/// none: the content may become the file's. `certificate_there`: a file of that name is.
FileFailure decide_close(const vault::FileAttributes& attributes, const FileSigning& signing,
                         bool certificate_there);

/// `step` is accept or roll_back.
FileFailure decide_end_of_trial(const vault::FileInfo& file, std::uint32_t token, vault::FileStep step);

} // namespace nwp::service
