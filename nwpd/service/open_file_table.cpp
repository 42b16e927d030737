// SPDX-License-Identifier: Apache-2.0
#include "nwpd/service/open_file_table.h"

#include <utility>

namespace nwp::service {

OpenFileTable::Claim::Claim(std::shared_ptr<OpenFileTable> table, std::string name, bool writes)
    : table_(std::move(table)), name_(std::move(name)), writes_(writes) {
    Uses& uses = table_->files_[name_];
    if (writes_)
        uses.writer = true;
    else
        ++uses.readers;
}

OpenFileTable::Claim::~Claim() {
    const auto found = table_->files_.find(name_);
    if (writes_)
        found->second.writer = false;
    else
        --found->second.readers;
    if (!found->second.writer && found->second.readers == 0) table_->files_.erase(found);
}

OpenFileTable::Uses OpenFileTable::uses(const std::string& name) const {
    const auto found = files_.find(name);
    return found == files_.end() ? Uses{} : found->second;
}

FileFailure OpenFileTable::check(const std::string& name, bool writes) const {
    const Uses now = uses(name);
    if (now.writer) return FileFailure::open_for_write;
    if (writes && now.readers != 0) return FileFailure::already_open;
    return FileFailure::none;
}

} // namespace nwp::service
