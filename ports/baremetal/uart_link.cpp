// SPDX-License-Identifier: Apache-2.0
#include "ports/baremetal/uart_link.h"

namespace nwp::baremetal {

/// Goes round, or on up to what is unread. False: there is no room, and the driver will call when there is.
bool UartRing::make_room() {
    Byte* place = place_.load(std::memory_order_relaxed);
    Byte* const begin = begin_.load(std::memory_order_relaxed);
    if (place == bytes_.end() && begin != bytes_.begin()) {
        place_.store(place = bytes_.begin(), std::memory_order_relaxed);
    }
    stop_ = place < begin ? begin - 1 : bytes_.end();
    if (place != stop_) return true;
    held_.store(true, std::memory_order_relaxed);
    notify();
    return false;
}

void UartRing::on_full() {
    if (make_room()) uart_.resume_receive();
}

void UartRing::on_several(std::size_t count) {
    Byte* const place = place_.load(std::memory_order_relaxed);
    const bool ends_frame = std::memchr(place, link::kDelimiter, count) != nullptr;
    std::atomic_signal_fence(std::memory_order_release);
    place_.store(place + count, std::memory_order_relaxed);
    frame_at_ = bytes_.end(); // no delimiter follows on it
    if (ends_frame) notify();
}

/// Several in a row are an idle line.
void UartRing::on_delimiter() {
    Byte* const place = place_.load(std::memory_order_relaxed);
    const bool ends_frame = place != frame_at_ + 1;
    frame_at_ = place;
    if (ends_frame) notify();
}

ByteView UartRing::unread() {
    Byte* const place = place_.load(std::memory_order_relaxed);
    std::atomic_signal_fence(std::memory_order_acquire);
    Byte* begin = begin_.load(std::memory_order_relaxed);
    if (begin == bytes_.end() && place != begin) {
        begin_.store(begin = bytes_.begin(), std::memory_order_relaxed);
    }
    return {begin, static_cast<std::size_t>((place < begin ? bytes_.end() : place) - begin)};
}

void UartRing::drop(std::size_t count) {
    std::atomic_signal_fence(std::memory_order_release);
    begin_.store(begin_.load(std::memory_order_relaxed) + count, std::memory_order_relaxed);
    if (!held_.load(std::memory_order_relaxed)) return;
    held_.store(false, std::memory_order_relaxed);
    uart_.resume_receive();
}

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

Result<ByteView> UartLink::receive() {
    for (;;) {
        const ByteView bytes = ring_.unread();
        if (bytes.empty()) return Error::would_block;
        ring_.drop(framer_.on_bytes(bytes));
        if (!framer_.frame().empty()) return framer_.frame();
    }
}

} // namespace nwp::baremetal
