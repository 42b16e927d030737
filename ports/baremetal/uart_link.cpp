// SPDX-License-Identifier: Apache-2.0
#include "ports/baremetal/uart_link.h"

namespace nwp::baremetal {

Result<void> UartLink::send(ByteView frame) {
    if (frame.empty() || frame.size() > frame_room_) return Error::message_too_long;
    // Said before the look, or the interrupt could end the sending between the two.
    sender_waits_.store(true, std::memory_order_relaxed);
    std::atomic_signal_fence(std::memory_order_seq_cst);
    if (unsent_.load(std::memory_order_relaxed) != 0) return Error::would_block;
    sender_waits_.store(false, std::memory_order_relaxed);

    // Always with a leading delimiter: noise on an idle line costs no frame, and it is one byte in hundreds.
    const std::size_t size = link::encode_frame(frame, encoded_, link::Lead::delimiter);
    encoded_end_ = encoded_.data() + size;
    std::atomic_signal_fence(std::memory_order_release);
    unsent_.store(static_cast<std::uint32_t>(size), std::memory_order_relaxed);
    uart_.start_transmit();
    return {};
}

void UartLink::on_full() {
    Byte* place = place_.load(std::memory_order_relaxed);
    Byte* const begin = begin_.load(std::memory_order_relaxed);
    if (place == ring_end_ && begin != ring_) place_.store(place = ring_, std::memory_order_relaxed);
    stop_ = place < begin ? begin - 1 : ring_end_;
    if (place != stop_) return uart_.resume_receive();
    held_.store(true, std::memory_order_relaxed);
    notify();
}

/// Several in a row are an idle line.
void UartLink::on_delimiter() {
    Byte* const place = place_.load(std::memory_order_relaxed);
    const bool ends_frame = place != frame_at_ + 1;
    frame_at_ = place;
    if (ends_frame) notify();
}

/// What came and lies in one piece.
ByteView UartLink::unread() {
    Byte* const place = place_.load(std::memory_order_relaxed);
    std::atomic_signal_fence(std::memory_order_acquire);
    Byte* begin = begin_.load(std::memory_order_relaxed);
    if (begin == ring_end_ && place != begin) begin_.store(begin = ring_, std::memory_order_relaxed);
    return {begin, static_cast<std::size_t>((place < begin ? ring_end_ : place) - begin)};
}

Result<ByteView> UartLink::receive() {
    for (;;) {
        const ByteView bytes = unread();
        if (bytes.empty()) return Error::would_block;
        const std::size_t taken = framer_.on_bytes(bytes);
        std::atomic_signal_fence(std::memory_order_release);
        begin_.store(begin_.load(std::memory_order_relaxed) + taken, std::memory_order_relaxed);
        if (held_.load(std::memory_order_relaxed)) {
            held_.store(false, std::memory_order_relaxed);
            on_full();
        }
        if (!framer_.frame().empty()) return framer_.frame();
    }
}

} // namespace nwp::baremetal
