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

/// What came and lies in one piece.
ByteView UartLink::unread() const {
    const std::uint32_t begin = begin_.load(std::memory_order_relaxed);
    const std::uint32_t count = end_.load(std::memory_order_relaxed) - begin;
    std::atomic_signal_fence(std::memory_order_acquire);
    const std::uint32_t at = begin & mask_;
    const std::uint32_t straight = mask_ + 1 - at;
    return {ring_ + at, count < straight ? count : straight};
}

Result<ByteView> UartLink::receive() {
    for (;;) {
        const ByteView bytes = unread();
        if (bytes.empty()) return Error::would_block;
        const std::size_t taken = framer_.on_bytes(bytes);
        std::atomic_signal_fence(std::memory_order_release);
        begin_.store(begin_.load(std::memory_order_relaxed) + static_cast<std::uint32_t>(taken),
                     std::memory_order_relaxed);
        if (held_.load(std::memory_order_relaxed)) {
            held_.store(false, std::memory_order_relaxed);
            uart_.resume_receive();
        }
        if (!framer_.frame().empty()) return framer_.frame();
    }
}

} // namespace nwp::baremetal
