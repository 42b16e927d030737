// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/bytes.h"

namespace nwp::link {

/// Frame bus: a medium that moves whole packets right and in order as long as the receiver has room for them
/// (SPI with DMA and a slave's queue; Ethernet packets between two ends that share a cable). A packet is an
/// Ethernet packet; docs/protocol/links.md has the bytes.
constexpr std::size_t kBusHeaderSize = 20;
constexpr std::size_t kBusPacketMost = 1514;
constexpr std::size_t kBusFrameRoom = 1492; ///< a multiple of four; the longest packet holds it

/// What either end keeps to: so many frames may be on their way that the receiver did not report as taken.
constexpr std::uint8_t kBusWindow = 4;

/// What a packet is.
enum class BusPacket : std::uint8_t {
    report = 0, ///< only tells how many frames were taken
    frame = 1,
    start = 2, ///< the sender began anew; it knows nothing of earlier packets
};

/// Either end of a frame bus: headers, the window, the peer's new beginnings. No I/O, no clock, no memory.
/// After construction a start goes out first. One thread at a time.
class FrameBusEnd {
public:
    /// A frame may be sent now.
    bool may_send() const { return static_cast<std::uint8_t>(sent_ - reported_) < kBusWindow; }
    /// The peer waits, or will soon: a report is to be sent, unless a frame goes out that carries it.
    bool owes_report() const { return static_cast<std::uint8_t>(taken_ - told_) >= kBusWindow / 2; }

    /// Writes the kBusHeaderSize bytes in front of a frame of that size (0: a report or start).
    void write_header(BusPacket packet, std::size_t frame_size, Byte* into);

    /// What came.
    struct Arrival {
        bool started = false;       ///< the peer began anew: what it sent before belongs to somebody else
        bool lost = false;          ///< a frame before this one did not come: the medium broke its promise
        bool room = false;          ///< the window has opened
        std::size_t frame_size = 0; ///< of the frame behind the header; 0: there is none
    };
    /// Looks at a packet of which the header and `size` bytes in all are there. What is none of ours is
    /// nothing.
    Arrival on_packet(const Byte* header, std::size_t size);

    std::uint32_t foreign() const { return foreign_; } ///< packets that were none of ours

private:
    std::uint8_t sent_ = 0;     ///< frames, modulo 256
    std::uint8_t reported_ = 0; ///< of them, those that the peer took
    std::uint8_t taken_ = 0;    ///< the number of the peer's next frame
    std::uint8_t told_ = 0;     ///< the last value of taken_ that was sent
    bool heard_ = false;        ///< something came since the peer's start, or ours
    std::uint32_t foreign_ = 0;
};

} // namespace nwp::link
