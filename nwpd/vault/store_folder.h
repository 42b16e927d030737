// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"

#include <filesystem>
#include <memory>
#include <string>

namespace nwp::vault {

/// The folder of one store, held by one program at a time: the lock goes with the object, or with the
/// process.
class StoreFolder {
public:
    /// Makes the folder (mode 0700, its parents too) when absent, and locks it. On failure `why` gets one
    /// sentence for people.
    ///   already         another Vault, here or in another process, holds it
    ///   access_denied   it is not ours, or others may write in it
    ///   input_output    it can neither be opened nor made
    static Result<std::unique_ptr<StoreFolder>> open(const std::filesystem::path& path, std::string& why);
    ~StoreFolder();
    StoreFolder(const StoreFolder&) = delete;

    int descriptor() const { return descriptor_; }
    std::filesystem::path file(const char* name) const { return path_ / name; }
    bool contains(const char* name) const;
    /// Makes an empty file of mode 0600 when there is none.
    Result<void> make_empty(const char* name) const;
    /// Entries that were made, renamed or removed in the folder survive a power loss from here on.
    Result<void> sync() const;

private:
    StoreFolder(std::filesystem::path path, int descriptor);

    std::filesystem::path path_;
    int descriptor_;
};

/// The Error that stands for an errno of a file operation.
Error error_of_errno(int number);

} // namespace nwp::vault
