// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/service/files.h"
#include "simplelink/file.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace nwp::simplelink {

/// What service::Files says, in the protocol's words. Pure.

/// `failure` is not none.
std::int16_t code_of(service::FileFailure failure);
FileInfoGetResponse info_of(const service::FileDescription& file);
StorageInfo info_of(const service::FileStorage& storage);

struct FilePage {
    FileListGetResponse response;
    std::vector<Byte> entries;
};
/// The entries behind `command.index` that the command has room for; one whose name does not fit makes
/// nothing.
std::optional<FilePage> page_of(const std::vector<service::FileDescription>& files,
                                const FileListGet& command);

} // namespace nwp::simplelink
