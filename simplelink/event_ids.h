// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "simplelink/device.h"

#include <optional>

namespace nwp::simplelink {

/// How applications know an event.
struct EventId {
    EventClass event_class{};
    std::uint8_t id = 0;           ///< bit of the event mask
    std::uint32_t dropped_bit = 0; ///< of DeviceId::status when it was dropped; 0: has none
};

/// Of events that an application may mask; none: what the driver itself waits for.
std::optional<EventId> event_id(std::uint16_t opcode);

} // namespace nwp::simplelink
