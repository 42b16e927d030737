// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/instant.h"
#include "link/link.h"

namespace nwp::kit {

/// Which of the two ends of a medium.
enum class End : std::uint8_t { host, nwp };

constexpr End other(End end) { return end == End::host ? End::nwp : End::host; }
constexpr std::size_t index(End end) { return end == End::host ? 0 : 1; }

/// Two Link ends in one process and the medium between them. Time is whatever the test says.
class LinkPair {
public:
    LinkPair(const LinkPair&) = delete;
    LinkPair& operator=(const LinkPair&) = delete;
    virtual ~LinkPair() = default;

    virtual link::Link& end(End end) = 0;
    link::Link& host() { return end(End::host); }
    link::Link& nwp() { return end(End::nwp); }

    /// Lets everything happen that is due by then. Time never goes back: an earlier instant does nothing.
    virtual void advance_to(Instant now) = 0;

    /// When something will next happen by itself; never() when all is still.
    virtual Instant next_event() const = 0;

protected:
    LinkPair() = default;
};

} // namespace nwp::kit
