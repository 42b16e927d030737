// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "simplelink/config_ids.h"
#include "simplelink/opcodes.h"

#include <cstdint>

namespace nwp::simplelink {

/// How far this NWP goes with something that the protocol has.
enum class Standing : std::uint8_t {
    works,
    stored,  ///< checked, kept and told again; nothing else depends on it
    refused, ///< answered with an error of the exact size; an event: never sent
};

struct StandingRow {
    Standing standing = Standing::works;
    const char* why = ""; ///< for people; empty where it works as the protocol says
};

// docs/simplelink.md is made of these.

StandingRow standing_of(const CommandRow& command);
StandingRow standing_of(const EventRow& event);
StandingRow standing_of(const ConfigRow& setting);

} // namespace nwp::simplelink
