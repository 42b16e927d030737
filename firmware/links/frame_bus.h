// SPDX-License-Identifier: Apache-2.0
// board_link.h includes it where it is the image's link.
#pragma once

#include "link/frame_bus.h"
#include "ports/baremetal/boards/mps2_an386/mps2_an386.h"

namespace nwp::firmware {

constexpr std::size_t kFrameRoom = link::kBusFrameRoom; ///< longest frame, in bytes
constexpr std::size_t kTransmitSlots = 2;               ///< frames that wait for the bus, which loses none

inline link::Link& board_link() { return mps2::frame_bus_link(); }

} // namespace nwp::firmware
