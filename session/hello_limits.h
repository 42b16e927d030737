// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "link/link.h"

namespace nwp::session {

template <typename T>
T lower(T a, T b) {
    return a < b ? a : b;
}

/// A session can live with what the peer says of itself.
inline bool sound(std::uint16_t frame_room, std::uint16_t window) {
    return frame_room >= link::kFrameRoomLeast && window != 0;
}

} // namespace nwp::session
