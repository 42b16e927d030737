// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/bytes.h"
#include "base/callback.h"
#include "base/result.h"

#include <optional>

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
    start = 2,  ///< the sender began anew; it knows nothing of earlier packets
    answer = 3, ///< to a start: what comes before it was sent to somebody else
};

/// Either end of a frame bus: headers, the window, the peer's new beginnings. No I/O, no clock, no memory.
/// One thread at a time.
class FrameBusEnd {
public:
    /// A frame may be sent now.
    bool may_send() const { return !owes_start_ && !owes_answer_ && in_flight() < kBusWindow; }
    /// A packet without a frame that is to go out, before any frame: after construction a start.
    std::optional<BusPacket> owed() const;

    /// Writes the kBusHeaderSize bytes in front of a frame of that size (0: any other packet).
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
    /// No packet waits. True: something is owed now.
    bool on_empty();

    std::uint32_t foreign() const { return foreign_; } ///< packets that were none of ours

private:
    std::uint8_t in_flight() const { return static_cast<std::uint8_t>(sent_ - reported_); }
    void count_from_zero() { sent_ = reported_ = taken_ = told_ = 0; }
    bool on_answer();

    std::uint8_t sent_ = 0;     ///< frames, modulo 256
    std::uint8_t reported_ = 0; ///< of them, those that the peer took
    std::uint8_t taken_ = 0;    ///< the number of the peer's next frame
    std::uint8_t told_ = 0;     ///< the last value of taken_ that was sent
    bool owes_start_ = true;
    bool owes_answer_ = false;
    bool awaits_answer_ = false; ///< to the last start
    bool deaf_ = true;           ///< until the peer knows that we began, all is for somebody before us
    bool dropped_ = false;       ///< something came since the last start, and we were deaf
    bool heard_ = false;         ///< a frame came since the peer's start, or ours
    std::uint32_t foreign_ = 0;
};

/// Moves packets between an end and its medium, a frame at a time; what a Link over a frame bus does. `Bus`
/// has
///   bool send(ByteView head, ByteView rest)   as one packet; false: no room now, and on_activity() follows
///   std::size_t receive(Bytes into)           the next packet's size, of which what fits is there; 0: none
template <typename Bus>
class FrameBusPump {
public:
    /// Keeps `packet`, kBusPacketMost bytes or more, for what comes.
    FrameBusPump(Bus& bus, Bytes packet) : bus_(bus), packet_(packet) {}
    FrameBusPump(const FrameBusPump&) = delete;
    FrameBusPump& operator=(const FrameBusPump&) = delete;

    /// What is owed goes out: the first time, the start. False: there is no room for it.
    bool settle() {
        while (const auto owed = end_.owed()) {
            if (!put(*owed, {})) return false;
        }
        return true;
    }

    /// As Link's.
    Result<void> send(ByteView frame) {
        if (frame.empty() || frame.size() > kBusFrameRoom) return Error::message_too_long;
        if (!end_.may_send()) {
            settle();
            fetch(); // the report may be there already
            if (reset_ || held_size_ != 0) notify();
        }
        if (!end_.may_send() || !put(BusPacket::frame, frame)) return Error::would_block;
        return {};
    }
    Result<ByteView> receive() {
        fetch();
        if (reset_) {
            reset_ = false;
            return Error::link_reset;
        }
        if (held_size_ == 0) return Error::would_block;
        const ByteView frame{packet_.data() + kBusHeaderSize, held_size_};
        held_size_ = 0;
        return frame;
    }
    void on_activity(Callback<void()> wake) { wake_ = wake; }
    void notify() {
        if (wake_) wake_();
    }

    std::uint32_t broken() const { return lost_ + end_.foreign(); } ///< frames lost, and packets of nobody

private:
    bool put(BusPacket packet, ByteView frame) {
        alignas(4) Byte header[kBusHeaderSize];
        const FrameBusEnd before = end_;
        end_.write_header(packet, frame.size(), header);
        if (bus_.send(header, frame)) return true;
        end_ = before;
        return false;
    }

    /// Takes packets until there is something to tell, or no more.
    void fetch() {
        while (!reset_ && held_size_ == 0) {
            settle(); // no room: again at the next call
            const std::size_t size = bus_.receive(packet_);
            if (size == 0) {
                if (end_.on_empty()) continue;
                return;
            }
            const auto arrival =
                end_.on_packet(packet_.data(), size < packet_.size() ? size : packet_.size());
            if (arrival.room) notify();
            if (arrival.lost) ++lost_;
            reset_ = arrival.started || arrival.lost;
            held_size_ = arrival.frame_size;
        }
    }

    Bus& bus_;
    const Bytes packet_;
    Callback<void()> wake_;
    FrameBusEnd end_;
    std::uint32_t lost_ = 0;
    bool reset_ = false;        ///< to be told, before
    std::size_t held_size_ = 0; ///< the frame in packet_ that nobody has taken yet
};

} // namespace nwp::link
