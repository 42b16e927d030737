// SPDX-License-Identifier: Apache-2.0
#include "ports/baremetal/frame_bus_link.h"

namespace nwp::baremetal {

bool FrameBusLink::put(link::BusPacket packet, ByteView frame) {
    alignas(4) Byte header[link::kBusHeaderSize];
    const link::FrameBusEnd before = end_;
    end_.write_header(packet, frame.size(), header);
    if (bus_.send(header, frame)) return true;
    end_ = before;
    return false;
}

void FrameBusLink::start() { start_unsent_ = !put(link::BusPacket::start, {}); }

Result<void> FrameBusLink::send(ByteView frame) {
    if (frame.empty() || frame.size() > frame_room()) return Error::message_too_long;
    if (start_unsent_) start();
    if (start_unsent_ || !end_.may_send() || !put(link::BusPacket::frame, frame)) return Error::would_block;
    return {};
}

Result<ByteView> FrameBusLink::receive() {
    const Byte* const frame = packet_ + link::kBusHeaderSize;
    if (held_size_ != 0) {
        const ByteView held{frame, held_size_};
        held_size_ = 0;
        return held;
    }
    for (;;) {
        if (end_.owes_report()) put(link::BusPacket::report, {}); // no room: again at the next call
        const std::size_t size = bus_.receive(packet_);
        if (size == 0) return Error::would_block;
        const auto arrival = end_.on_packet(packet_, size < sizeof packet_ ? size : sizeof packet_);
        if (arrival.room) on_packets();
        if (arrival.started || arrival.lost) {
            held_size_ = arrival.frame_size;
            return Error::link_reset;
        }
        if (arrival.frame_size != 0) return ByteView{frame, arrival.frame_size};
    }
}

} // namespace nwp::baremetal
