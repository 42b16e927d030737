// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/bytes.h"

#include <array>
#include <cstdint>
#include <string>

namespace nwp::vault {

/// A stored file is at most this long, in bytes.
constexpr std::uint32_t kMaxFileSize = 1024 * 1024;
/// A store holds at most so many.
constexpr std::size_t kMaxFiles = 256;

/// What a file was made to be: bits of FileAttributes::flags. They are on the disk: never renumbered.
namespace file_flag {
constexpr std::uint16_t fail_safe = 0x0001; ///< the old content stays until the new one is written whole
constexpr std::uint16_t secure = 0x0002;    ///< has tokens
constexpr std::uint16_t no_signature_test = 0x0004;
constexpr std::uint16_t static_token = 0x0008; ///< a token is not renewed when it was used to write
constexpr std::uint16_t vendor_token = 0x0010; ///< whoever made the file chose the master token
constexpr std::uint16_t public_write = 0x0020; ///< no token needed
constexpr std::uint16_t public_read = 0x0040;
constexpr std::uint16_t must_commit = 0x0080; ///< new content is on trial until it is accepted
constexpr std::uint16_t bundle = 0x0100;
constexpr std::uint16_t encrypted = 0x0200; ///< every file of this store is
constexpr std::uint16_t all = 0x03ff;
} // namespace file_flag

/// Places in FileAttributes::tokens.
enum class FileToken : std::uint8_t { master = 0, read_write = 1, write = 2, read = 3 };

/// What is kept beside a file's content.
struct FileAttributes {
    std::uint32_t max_size = 0;            ///< in bytes; 0: none given yet
    std::uint16_t flags = 0;               ///< of file_flag
    std::array<std::uint32_t, 4> tokens{}; ///< master, read and write, write, read; 0: there is none
    std::uint32_t write_counter = 0;       ///< how often content was written whole

    bool has(std::uint16_t flag) const { return (flags & flag) != 0; }
    std::uint32_t token(FileToken which) const { return tokens[static_cast<std::size_t>(which)]; }

    friend bool operator==(const FileAttributes&, const FileAttributes&) = default;
};

/// What Vault::change_file does to the content.
enum class FileStep : std::uint8_t {
    mark,    ///< nothing: the attributes alone change; the file is made, without content, where there is none
    drop,    ///< it goes: it is about to be written anew, and a crash must not bring it back
    write,   ///< the new one, at once and for good
    try_out, ///< the new one, on trial: the one before is kept
    accept,  ///< the trial ends, what was kept goes
    roll_back, ///< the trial ends, what was kept is the content again
};

/// By what right a stored file is reached.
enum class FileRight : std::uint8_t {
    of_its_name,  ///< knowing the name; not enough where a file has tokens, unless it is public
    of_its_token, ///< a token was shown and checked, or none is needed
};

struct FileInfo {
    std::string name;
    std::uint32_t size = 0; ///< of the content in bytes; 0 where there is none
    FileAttributes attributes{};
    bool valid = true;         ///< there is a content: writing it was finished
    bool on_trial = false;     ///< the content waits to be accepted or rolled back
    bool has_previous = false; ///< and there is one to roll back to
};

} // namespace nwp::vault
