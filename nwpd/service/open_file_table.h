// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/service/file_rules.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

namespace nwp::service {

/// Which files all hosts together have open: many readers, or one writer.
class OpenFileTable {
public:
    struct Uses {
        std::uint32_t readers = 0;
        bool writer = false;
    };
    /// Holds a place as long as it lives. It may outlive whoever took it, not the executor.
    class Claim {
    public:
        Claim(std::shared_ptr<OpenFileTable> table, std::string name, bool writes);
        ~Claim();
        Claim(const Claim&) = delete;
        Claim& operator=(const Claim&) = delete;

    private:
        std::shared_ptr<OpenFileTable> table_;
        std::string name_;
        bool writes_;
    };

    Uses uses(const std::string& name) const;
    /// none: Claim may be made.
    FileFailure check(const std::string& name, bool writes) const;

private:
    std::map<std::string, Uses, std::less<>> files_;
};

} // namespace nwp::service
