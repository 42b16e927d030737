// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace nwp::net {

/// The date that certificates are checked against, in seconds since 1970-01-01T00:00:00Z. Injected, so tests
/// own it.
class Calendar {
public:
    virtual ~Calendar() = default;
    virtual std::int64_t now() const = 0;
    /// A clock earlier than this is not set: the later of the build time and the store's floor.
    virtual std::int64_t floor() const = 0;
};

} // namespace nwp::net
