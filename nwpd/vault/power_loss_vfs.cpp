// SPDX-License-Identifier: Apache-2.0
#include "nwpd/vault/power_loss_vfs.h"

#include <algorithm>
#include <new>
#include <set>
#include <sqlite3.h>

namespace nwp::vault::test {
namespace {

using Kind = DiskOperation::Kind;

constexpr std::size_t kSector = 512;

struct Recording {
    std::vector<DiskOperation> operations;
    std::map<std::string, int> names;
    std::set<int> entry_unsynced; ///< files whose first sync also syncs the folder
    int next_file = 1;
    sqlite3_vfs* real = nullptr;
};

Recording recording;       // NOLINT: SQLite's file system is an interface of C, one per program
sqlite3_vfs recording_vfs; // NOLINT

/// SQLite gives `szOsFile` bytes for this and the real file behind it.
struct RecordedFile {
    sqlite3_file base;
    int file;
    sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

RecordedFile& of(sqlite3_file* file) { return *reinterpret_cast<RecordedFile*>(file); }
sqlite3_file* real_of(sqlite3_file* file) { return of(file).real(); }

DiskOperation operation(Kind kind, int file) {
    DiskOperation made;
    made.kind = kind;
    made.file = file;
    return made;
}

int close_file(sqlite3_file* file) { return real_of(file)->pMethods->xClose(real_of(file)); }

int read_file(sqlite3_file* file, void* into, int size, sqlite3_int64 offset) {
    return real_of(file)->pMethods->xRead(real_of(file), into, size, offset);
}

int write_file(sqlite3_file* file, const void* from, int size, sqlite3_int64 offset) {
    DiskOperation write = operation(Kind::write, of(file).file);
    write.offset = static_cast<std::size_t>(offset);
    write.data.assign(static_cast<const Byte*>(from), static_cast<const Byte*>(from) + size);
    recording.operations.push_back(std::move(write));
    return real_of(file)->pMethods->xWrite(real_of(file), from, size, offset);
}

int truncate_file(sqlite3_file* file, sqlite3_int64 size) {
    DiskOperation truncate = operation(Kind::truncate, of(file).file);
    truncate.offset = static_cast<std::size_t>(size);
    recording.operations.push_back(std::move(truncate));
    return real_of(file)->pMethods->xTruncate(real_of(file), size);
}

int sync_file(sqlite3_file* file, int flags) {
    DiskOperation sync = operation(Kind::sync, of(file).file);
    // os_unix.c: the first sync of a new journal or log also syncs the folder it was made in.
    sync.syncs_folder = recording.entry_unsynced.erase(of(file).file) != 0;
    recording.operations.push_back(std::move(sync));
    return real_of(file)->pMethods->xSync(real_of(file), flags);
}

int size_of_file(sqlite3_file* file, sqlite3_int64* size) {
    return real_of(file)->pMethods->xFileSize(real_of(file), size);
}
int lock(sqlite3_file* file, int level) { return real_of(file)->pMethods->xLock(real_of(file), level); }
int unlock(sqlite3_file* file, int level) { return real_of(file)->pMethods->xUnlock(real_of(file), level); }
int check_lock(sqlite3_file* file, int* out) {
    return real_of(file)->pMethods->xCheckReservedLock(real_of(file), out);
}
int control(sqlite3_file* file, int what, void* argument) {
    return real_of(file)->pMethods->xFileControl(real_of(file), what, argument);
}
int sector_size(sqlite3_file* file) { return real_of(file)->pMethods->xSectorSize(real_of(file)); }
int characteristics(sqlite3_file* file) {
    return real_of(file)->pMethods->xDeviceCharacteristics(real_of(file));
}

sqlite3_io_methods make_methods() {
    sqlite3_io_methods made{};
    made.iVersion = 1; // no shared memory: the vault holds its file alone
    made.xClose = close_file;
    made.xRead = read_file;
    made.xWrite = write_file;
    made.xTruncate = truncate_file;
    made.xSync = sync_file;
    made.xFileSize = size_of_file;
    made.xLock = lock;
    made.xUnlock = unlock;
    made.xCheckReservedLock = check_lock;
    made.xFileControl = control;
    made.xSectorSize = sector_size;
    made.xDeviceCharacteristics = characteristics;
    return made;
}

const sqlite3_io_methods methods = make_methods();

int file_number(const std::string& name, int flags) {
    if (const auto known = recording.names.find(name); known != recording.names.end()) return known->second;
    const int file = recording.next_file++;
    recording.names[name] = file;
    DiskOperation create = operation(Kind::create, file);
    create.name = name;
    // The vault itself makes the database's file and syncs the folder before SQLite sees it (kill_test.cpp).
    create.durable = (flags & SQLITE_OPEN_MAIN_DB) != 0;
    if (!create.durable) recording.entry_unsynced.insert(file);
    recording.operations.push_back(std::move(create));
    return file;
}

int open_file(sqlite3_vfs*, const char* path, sqlite3_file* file, int flags, int* flags_out) {
    auto* const recorded = ::new (static_cast<void*>(file)) RecordedFile{};
    const int code = recording.real->xOpen(recording.real, path, recorded->real(), flags, flags_out);
    if (code != SQLITE_OK) return code;
    recorded->base.pMethods = &methods;
    recorded->file = file_number(std::filesystem::path(path == nullptr ? "" : path).filename(), flags);
    return SQLITE_OK;
}

int delete_file(sqlite3_vfs*, const char* path, int sync_folder) {
    const int code = recording.real->xDelete(recording.real, path, sync_folder);
    const std::string name = std::filesystem::path(path).filename();
    if (code != SQLITE_OK || recording.names.count(name) == 0) return code;
    DiskOperation remove = operation(Kind::remove, recording.names[name]);
    remove.name = name;
    remove.syncs_folder = sync_folder != 0;
    recording.names.erase(name);
    recording.operations.push_back(std::move(remove));
    return code;
}

void change(std::vector<Byte>& content, const DiskOperation& operation) {
    if (operation.kind == Kind::truncate) {
        content.resize(operation.offset);
        return;
    }
    const std::size_t end = operation.offset + operation.data.size();
    if (content.size() < end) content.resize(end);
    copy_bytes(Bytes(content).from(operation.offset), operation.data);
}

/// The write, the truncation, or a part of the write, or nothing.
void change_somewhat(std::vector<Byte>& content, const DiskOperation& operation, std::mt19937& random) {
    const auto fate = random() % 3;
    if (fate == 0) return;
    if (fate == 1 || operation.kind == Kind::truncate) return change(content, operation);
    for (std::size_t from = 0; from < operation.data.size(); from += kSector) {
        if (random() % 2 == 0) continue;
        DiskOperation sector = operation;
        sector.offset += from;
        const ByteView part = ByteView(operation.data).sub(from, kSector);
        sector.data.assign(part.begin(), part.end());
        change(content, sector);
    }
}

void change(std::map<std::string, int>& names, const DiskOperation& operation) {
    if (operation.kind == Kind::create) names[operation.name] = operation.file;
    if (operation.kind == Kind::remove) names.erase(operation.name);
}

} // namespace

RecordedDisk::RecordedDisk() {
    recording = {};
    recording.real = sqlite3_vfs_find(nullptr);
    recording_vfs = *recording.real;
    recording_vfs.zName = "recorded";
    recording_vfs.pNext = nullptr;
    recording_vfs.szOsFile = static_cast<int>(sizeof(RecordedFile)) + recording.real->szOsFile;
    recording_vfs.xOpen = open_file;
    recording_vfs.xDelete = delete_file;
    sqlite3_vfs_register(&recording_vfs, 1);
}

RecordedDisk::~RecordedDisk() {
    sqlite3_vfs_unregister(&recording_vfs);
    sqlite3_vfs_register(recording.real, 1);
}

void RecordedDisk::acknowledge() { recording.operations.push_back(operation(Kind::acknowledge, 0)); }

const std::vector<DiskOperation>& RecordedDisk::operations() const { return recording.operations; }

void DiskModel::apply(const DiskOperation& operation) {
    switch (operation.kind) {
        case Kind::create:
            if (operation.durable) {
                change(durable_names_, operation);
            } else {
                pending_names_.push_back(operation);
            }
            break;
        case Kind::remove: pending_names_.push_back(operation); break;
        case Kind::write:
        case Kind::truncate: files_[operation.file].pending.push_back(operation); break;
        case Kind::sync: {
            File& file = files_[operation.file];
            for (const auto& pending : file.pending) change(file.durable, pending);
            file.pending.clear();
            break;
        }
        case Kind::acknowledge: break;
    }
    if (!operation.syncs_folder) return;
    for (const auto& pending : pending_names_) change(durable_names_, pending);
    pending_names_.clear();
}

std::map<std::string, std::vector<Byte>> DiskModel::after_power_loss(Fate fate, std::mt19937& random) const {
    const bool all_data = fate == Fate::everything || fate == Fate::data_only;
    std::map<int, std::vector<Byte>> contents;
    for (const auto& [number, file] : files_) {
        auto& content = contents[number] = file.durable;
        for (const auto& pending : file.pending) {
            if (all_data) change(content, pending);
            if (fate == Fate::some) change_somewhat(content, pending, random);
        }
    }
    auto names = durable_names_;
    std::size_t entries = fate == Fate::everything || fate == Fate::entries_only ? pending_names_.size() : 0;
    if (fate == Fate::some) entries = random() % (pending_names_.size() + 1);
    for (std::size_t i = 0; i < entries; ++i) change(names, pending_names_[i]);

    std::map<std::string, std::vector<Byte>> found;
    for (const auto& [name, number] : names) found[name] = contents[number];
    return found;
}

} // namespace nwp::vault::test
