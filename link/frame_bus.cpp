// SPDX-License-Identifier: Apache-2.0
#include "link/frame_bus.h"

namespace nwp::link {
namespace {

// Locally administered addresses; there is nobody else on the cable.
constexpr Byte kAddresses[14] = {0x02, 0, 0, 0, 0, 1, 0x02, 0, 0, 0, 0, 2, 0x88, 0xB5};
constexpr std::size_t kTypeAt = 12;
constexpr std::size_t kKindAt = 14;
constexpr std::size_t kSizeAt = 16;
constexpr std::size_t kNumberAt = 18;
constexpr std::size_t kTakenAt = 19;

} // namespace

std::optional<BusPacket> FrameBusEnd::owed() const {
    if (owes_start_) return BusPacket::start;
    if (owes_answer_) return BusPacket::answer;
    // The peer waits, or will soon.
    if (static_cast<std::uint8_t>(taken_ - told_) >= kBusWindow / 2) return BusPacket::report;
    return {};
}

void FrameBusEnd::write_header(BusPacket packet, std::size_t frame_size, Byte* into) {
    if (packet == BusPacket::start) {
        count_from_zero();
        awaits_answer_ = deaf_ = true;
        owes_start_ = dropped_ = heard_ = false;
    }
    if (packet == BusPacket::answer) owes_answer_ = false;
    std::memcpy(into, kAddresses, sizeof kAddresses);
    into[kKindAt] = static_cast<Byte>(packet);
    into[kKindAt + 1] = 0;
    into[kSizeAt] = static_cast<Byte>(frame_size);
    into[kSizeAt + 1] = static_cast<Byte>(frame_size >> 8);
    into[kNumberAt] = sent_;
    into[kTakenAt] = told_ = taken_;
    if (packet == BusPacket::frame) ++sent_;
}

FrameBusEnd::Arrival FrameBusEnd::on_packet(const Byte* header, std::size_t size) {
    Arrival arrival;
    if (size < kBusHeaderSize || std::memcmp(header + kTypeAt, kAddresses + kTypeAt, 2) != 0) {
        ++foreign_;
        return arrival;
    }
    const auto frame_size = static_cast<std::size_t>(header[kSizeAt] | header[kSizeAt + 1] << 8);
    const auto packet = static_cast<BusPacket>(header[kKindAt]);
    const bool holds_frame = packet == BusPacket::frame;
    const bool fits = frame_size <= size - kBusHeaderSize && frame_size <= kBusFrameRoom;
    if (packet > BusPacket::answer || !fits || holds_frame != (frame_size != 0)) {
        ++foreign_;
        return arrival;
    }
    const bool closed = !may_send();
    if (packet == BusPacket::start) {
        arrival.started = heard_;
        count_from_zero();
        owes_answer_ = true;
        deaf_ = heard_ = false;
        return arrival;
    }
    if (packet == BusPacket::answer) {
        arrival.started = on_answer();
        return arrival;
    }
    if (deaf_) {
        dropped_ = true;
        return arrival;
    }
    // A report from before a start, of either end, is of frames that were never sent.
    const auto news = static_cast<std::uint8_t>(header[kTakenAt] - reported_);
    if (news <= in_flight()) reported_ = header[kTakenAt];
    if (holds_frame) {
        arrival.lost = heard_ && header[kNumberAt] != taken_;
        arrival.frame_size = frame_size;
        taken_ = static_cast<std::uint8_t>(header[kNumberAt] + 1);
        heard_ = true;
    }
    arrival.room = closed && may_send();
    return arrival;
}

/// The peer counts from 0 since our start. True: it did so once more, though it had answered, and what it had
/// of us is gone.
bool FrameBusEnd::on_answer() {
    const bool again = heard_ && !awaits_answer_;
    taken_ = told_ = 0;
    awaits_answer_ = deaf_ = false;
    if (again) heard_ = false;
    return again;
}

bool FrameBusEnd::on_empty() {
    // The peer talks to somebody before us, or its answer is still to come: then it answers twice.
    if (!deaf_ || !dropped_) return false;
    dropped_ = false;
    return owes_start_ = true;
}

} // namespace nwp::link
