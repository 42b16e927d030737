// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/instant.h"

#include <cstddef>
#include <cstdint>

/// The one Ethernet of an image: the board's controller (ethernet.cpp), or what a network processor passes on
/// (driver_ethernet.cpp). Frames are without their CRC. One thread.
namespace nwp::baseline::ethernet {

constexpr std::size_t kLargestFrame = 1514;
/// Frames are moved in words: room for the CRC and to round up.
constexpr std::size_t kFrameWords = (kLargestFrame + 4 + 3) / 4;

/// Frames may come from now on; tells this end's address.
void start(std::uint8_t (&address)[6]);

/// Sends a frame; waits for room. Reads up to three bytes past its end, to make a word.
void send(const std::uint8_t* frame, std::size_t bytes);

/// The length of the oldest received frame, which receive() has to take next; 0: none is there.
std::size_t waiting();
/// Moves the frame of which waiting() told the length; `words` has room for it and 4 bytes more.
void receive(std::uint32_t* words, std::size_t bytes);

/// After waiting() said 0: sleeps until a frame is there, or until `until`; it may come back earlier.
void sleep(Instant until);

} // namespace nwp::baseline::ethernet
