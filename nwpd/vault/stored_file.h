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

/// What is kept beside a file's content. The vault stores it and draws no conclusion from it but one: a file
/// with a master token is not read, replaced or removed by its name alone.
struct FileAttributes {
    std::uint32_t max_size = 0;            ///< in bytes; 0: none given yet
    std::uint16_t flags = 0;               ///< service::FileFlags
    std::array<std::uint32_t, 4> tokens{}; ///< master, read and write, write, read; 0: there is none
    std::uint32_t write_counter = 0;       ///< how often content was written whole

    friend bool operator==(const FileAttributes&, const FileAttributes&) = default;
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
