// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/dialect/simplelink/flash.h"
#include "simplelink/wlan.h"

namespace nwp::simplelink {

inline constexpr std::string_view kModeName = "role"; ///< in the flash; one byte, WlanMode

inline bool is_mode(std::uint8_t mode) {
    return mode == static_cast<std::uint8_t>(WlanMode::station) ||
           mode == static_cast<std::uint8_t>(WlanMode::access_point) ||
           mode == static_cast<std::uint8_t>(WlanMode::p2p);
}

/// The mode that a chip starts in: a station until its host set another.
inline WlanMode mode_at_start(const Flash& flash) {
    const std::uint8_t mode = flash.number(kModeName, static_cast<std::uint8_t>(WlanMode::station));
    return is_mode(mode) ? static_cast<WlanMode>(mode) : WlanMode::station;
}

} // namespace nwp::simplelink
