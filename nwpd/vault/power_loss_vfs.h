// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/bytes.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace nwp::vault::test {

/// One thing that SQLite did to the disk.
struct DiskOperation {
    enum class Kind { create, write, truncate, sync, remove, acknowledge };
    Kind kind = Kind::write;
    int file = 0;              ///< an inode: a name removed and made again is another
    std::string name;          ///< create, remove
    std::size_t offset = 0;    ///< write; for truncate the new size
    std::vector<Byte> data;    ///< write
    bool syncs_folder = false; ///< sync, remove: the folder's entries are on the disk, too
    bool durable = false;      ///< create: the entry was synced before
};

/// While it lives, SQLite's default file system records what it does beside doing it.
class RecordedDisk {
public:
    RecordedDisk();
    ~RecordedDisk();
    RecordedDisk(const RecordedDisk&) = delete;

    /// The program was told that everything so far is done.
    void acknowledge();
    const std::vector<DiskOperation>& operations() const;
};

/// The disk as the operations before one moment left it: what was synced is there; of what was not, anything.
class DiskModel {
public:
    void apply(const DiskOperation& operation);

    enum class Fate { nothing, everything, data_only, entries_only, some };
    /// Files by name after the power went. `some`: each unsynced write may be there, not be there, or be
    /// there in some of its sectors; folder entries came or went up to some point of their order.
    std::map<std::string, std::vector<Byte>> after_power_loss(Fate fate, std::mt19937& random) const;

private:
    struct File {
        std::vector<Byte> durable;
        std::vector<DiskOperation> pending;
    };

    std::map<int, File> files_;
    std::map<std::string, int> durable_names_;
    std::vector<DiskOperation> pending_names_;
};

} // namespace nwp::vault::test
