// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "link/link.h"

#include <sys/types.h>

#include <functional>
#include <memory>
#include <optional>

namespace nwp::endpoint {

/// Who is at the other end, where the system can tell (SO_PEERCRED).
struct Peer {
    std::optional<uid_t> uid;
};

/// A link that its owner may delete. All calls on one executor.
class Carrier : public link::Link {
public:
    virtual ~Carrier() = default;
    Carrier() = default;
    Carrier(const Carrier&) = delete;
    Carrier& operator=(const Carrier&) = delete;

    /// At most one host is ever at the other end, and its link has no close (a serial line).
    virtual bool single_host() const = 0;
    /// The host closed it, and nothing will ever come again. A line never says so.
    virtual bool is_closed() const { return false; }
    /// Frames that came damaged and were dropped.
    virtual std::uint64_t broken_frames() const = 0;
};

/// Takes a carrier that a host has just opened.
using OnCarrier = std::function<void(std::unique_ptr<Carrier>, Peer)>;

} // namespace nwp::endpoint
