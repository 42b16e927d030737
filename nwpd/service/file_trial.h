// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/service/file_rules.h"

namespace nwp::service {

/// What is written goes on trial: the file was made so, or whoever opened it asked for it this time.
inline bool goes_on_trial(const FileOpening& opening, const vault::FileAttributes& attributes) {
    return attributes.has(vault::file_flag::must_commit) ||
           (opening.flags & vault::file_flag::must_commit) != 0;
}

} // namespace nwp::service
