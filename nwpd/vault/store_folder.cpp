// SPDX-License-Identifier: Apache-2.0
#include "nwpd/vault/store_folder.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace nwp::vault {
namespace {

Result<void> sync_folder(const std::filesystem::path& path) {
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) return error_of_errno(errno);
    const bool synced = ::fsync(descriptor) == 0;
    ::close(descriptor);
    if (!synced) return Error::input_output;
    return {};
}

/// Makes `path` and what is missing above it; each new entry is synced into the folder that holds it.
Result<void> make_folders(const std::filesystem::path& path) {
    if (path.empty() || ::access(path.c_str(), F_OK) == 0) return {};
    const auto parent = path.parent_path();
    if (parent != path) {
        if (auto made = make_folders(parent); !made) return made;
    }
    if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) return error_of_errno(errno);
    return sync_folder(parent.empty() ? "." : parent);
}

Result<void> check_owner(int descriptor, std::string& why) {
    struct stat status {};
    if (::fstat(descriptor, &status) != 0) return Error::input_output;
    if (status.st_uid != ::geteuid()) {
        why = "the store's folder belongs to another user";
        return Error::access_denied;
    }
    if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
        why = "other users may write in the store's folder: chmod go-w";
        return Error::access_denied;
    }
    return {};
}

} // namespace

Error error_of_errno(int number) {
    switch (number) {
        case EACCES:
        case EPERM:
        case EROFS: return Error::access_denied;
        case ENOSPC:
        case EDQUOT: return Error::no_space;
        case ENOENT: return Error::not_found;
        case ENOMEM: return Error::no_memory;
        case EMFILE:
        case ENFILE: return Error::too_many_files_in_system;
        default: return Error::input_output;
    }
}

StoreFolder::StoreFolder(std::filesystem::path path, int descriptor)
    : path_(std::move(path)), descriptor_(descriptor) {}

StoreFolder::~StoreFolder() { ::close(descriptor_); }

Result<std::unique_ptr<StoreFolder>> StoreFolder::open(const std::filesystem::path& path, std::string& why) {
    // A path that ends in a slash has an empty last part.
    const auto folder = path.has_filename() ? path : path.parent_path();
    if (auto made = make_folders(folder); !made) {
        why = "the store's folder cannot be made: " + folder.string();
        return made.error();
    }
    const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) {
        why = "the store's folder cannot be opened: " + folder.string();
        return errno == ENOTDIR ? Error::input_output : error_of_errno(errno);
    }
    std::unique_ptr<StoreFolder> store(new StoreFolder(folder, descriptor));
    if (auto checked = check_owner(descriptor, why); !checked) return checked.error();
    if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
        why = "another program has this store open: " + folder.string();
        return errno == EWOULDBLOCK ? Error::already : Error::input_output;
    }
    return store;
}

bool StoreFolder::contains(const char* name) const {
    struct stat status {};
    return ::fstatat(descriptor_, name, &status, AT_SYMLINK_NOFOLLOW) == 0 || errno != ENOENT;
}

Result<void> StoreFolder::make_empty(const char* name) const {
    const int file =
        ::openat(descriptor_, name, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (file < 0) return error_of_errno(errno);
    ::close(file);
    return {};
}

Result<void> StoreFolder::sync() const {
    if (::fsync(descriptor_) != 0) return Error::input_output;
    return {};
}

} // namespace nwp::vault
