// SPDX-License-Identifier: Apache-2.0
// board_link.h includes it where it is the image's link.
#pragma once

#include "ports/baremetal/boards/mps2_an386/mps2_an386.h"

namespace nwp::firmware {

constexpr std::size_t kFrameRoom = 512;   ///< longest frame, in bytes
constexpr std::size_t kTransmitSlots = 4; ///< frames that wait for the line or for their acknowledgement

inline link::Link& board_link() { return mps2::uart_link(); }

} // namespace nwp::firmware
