// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

/// The board's Ethernet controller, SMSC LAN9118. Frames are without their CRC. One thread.
namespace nwp::baseline::ethernet {

constexpr std::size_t kLargestFrame = 1514;
/// Frames are moved in words: room for the CRC and to round up.
constexpr std::size_t kFrameWords = (kLargestFrame + 4 + 3) / 4;

/// Resets the controller, gives it this address and lets it interrupt for what it receives.
void start(const std::uint8_t (&address)[6]);

/// Sends a frame; waits for room. Reads up to three bytes past its end, to make a word.
void send(const std::uint8_t* frame, std::size_t bytes);

/// The length of the oldest received frame, which receive() has to take next; 0: none is there.
std::size_t waiting();
/// Moves the frame of which waiting() told the length; `words` has room for it and 4 bytes more.
void receive(std::uint32_t* words, std::size_t bytes);

/// After waiting() said 0: the result becomes true, by an interrupt, when a frame is there.
const std::atomic<bool>& interrupt_for_next();

} // namespace nwp::baseline::ethernet
