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
    if (!end_.may_send()) {
        fetch(); // the report may be there already
        if (reset_ || held_size_ != 0) on_packets();
    }
    if (start_unsent_ || !end_.may_send() || !put(link::BusPacket::frame, frame)) return Error::would_block;
    return {};
}

/// Takes packets until there is something to tell, or no more.
void FrameBusLink::fetch() {
    while (!reset_ && held_size_ == 0) {
        if (end_.owes_report()) put(link::BusPacket::report, {}); // no room: again at the next call
        const std::size_t size = bus_.receive(packet_);
        if (size == 0) return;
        const auto arrival = end_.on_packet(packet_, size < sizeof packet_ ? size : sizeof packet_);
        if (arrival.room) on_packets();
        reset_ = arrival.started || arrival.lost;
        held_size_ = arrival.frame_size;
    }
}

Result<ByteView> FrameBusLink::receive() {
    fetch();
    if (reset_) {
        reset_ = false;
        return Error::link_reset;
    }
    if (held_size_ == 0) return Error::would_block;
    const ByteView frame{packet_ + link::kBusHeaderSize, held_size_};
    held_size_ = 0;
    return frame;
}

} // namespace nwp::baremetal
