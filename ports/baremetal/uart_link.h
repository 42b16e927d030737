// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "link/framer.h"
#include "link/link.h"

#include <atomic>

namespace nwp::baremetal {

/// What the link needs of a UART. Its interrupts call the link's on_... functions.
class Uart {
public:
    /// Calls UartLink::next_byte() from the transmitter's interrupt until it says kNothing. The interrupt of
    /// the last byte of an earlier frame may still be pending.
    virtual void start_transmit() = 0;

    /// The ring has room again: the receiver's interrupt, which stopped reading when there was none, goes on.
    virtual void resume_receive() = 0;

protected:
    ~Uart() = default;
};

/// Memory of a UartLink for frames of that room; `RingSize` is a power of two, and a whole encoded frame
/// fits, or no delimiter would ever end it.
template <std::size_t FrameRoom, std::size_t RingSize>
struct UartLinkStorage {
    static_assert((RingSize & (RingSize - 1)) == 0 && RingSize >= link::encoded_room(FrameRoom));
    Byte ring[RingSize];
    Byte frame[link::framer_room(FrameRoom)];
    Byte encoded[link::encoded_room(FrameRoom)];
};

/// Frames over a UART whose interrupts move the bytes. The receiver's handler stores a byte and tells the
/// driver only when a frame is over.
class UartLink final : public link::Link {
public:
    static constexpr int kNothing = -1;

    template <std::size_t FrameRoom, std::size_t RingSize>
    UartLink(Uart& uart, UartLinkStorage<FrameRoom, RingSize>& storage)
        : uart_(uart), ring_(storage.ring), mask_(RingSize - 1), framer_(storage.frame),
          encoded_(storage.encoded), frame_room_(FrameRoom) {}
    UartLink(const UartLink&) = delete;
    UartLink& operator=(const UartLink&) = delete;

    std::size_t frame_room() const override { return frame_room_; }
    Result<void> send(ByteView frame) override;
    Result<ByteView> receive() override;
    void on_activity(Callback<void()> wake) override { wake_ = wake; }
    bool checked() const override { return true; }
    bool reliable() const override { return false; }

    const link::FramerCounters& counters() const { return framer_.counters(); }

    // ---- From the interrupts
    // -------------------------------------------------------------------------------

    /// The handler asks before it reads the data register. False: it leaves the byte there (RTS holds the
    /// sender where there is such a line) until resume_receive().
    bool has_room() {
        const std::uint32_t end = end_.load(std::memory_order_relaxed);
        if (end - begin_.load(std::memory_order_relaxed) <= mask_) return true;
        held_.store(true, std::memory_order_relaxed);
        notify();
        return false;
    }

    /// A byte has come, and has_room() said so.
    void on_byte(Byte byte) {
        const std::uint32_t end = end_.load(std::memory_order_relaxed);
        ring_[end & mask_] = byte;
        std::atomic_signal_fence(std::memory_order_release);
        end_.store(end + 1, std::memory_order_relaxed);
        if (byte == link::kDelimiter) notify();
    }

    /// The next byte to send, or kNothing.
    int next_byte() {
        const std::uint32_t left = unsent_.load(std::memory_order_relaxed);
        if (left != 0) {
            unsent_.store(left - 1, std::memory_order_relaxed);
            return *(encoded_end_ - left);
        }
        call_sender();
        return kNothing;
    }

    // The same for handlers that move several bytes at once.

    /// Where bytes that come are to be put; empty when there is no room now, see has_room().
    Bytes room() {
        if (!has_room()) return {};
        const std::uint32_t end = end_.load(std::memory_order_relaxed);
        const std::uint32_t at = end & mask_;
        const std::uint32_t free = mask_ + 1 - (end - begin_.load(std::memory_order_relaxed));
        const std::uint32_t straight = mask_ + 1 - at;
        return {ring_ + at, free < straight ? free : straight};
    }

    /// So many of them were put there.
    void on_bytes(std::size_t count) {
        const std::uint32_t end = end_.load(std::memory_order_relaxed);
        bool over = false;
        for (std::size_t i = 0; i < count; ++i) over = over || ring_[(end & mask_) + i] == link::kDelimiter;
        std::atomic_signal_fence(std::memory_order_release);
        end_.store(end + static_cast<std::uint32_t>(count), std::memory_order_relaxed);
        if (over) notify();
    }

    /// What is to be sent; empty: nothing, and start_transmit() will be called before there is more.
    ByteView unsent() {
        const std::uint32_t left = unsent_.load(std::memory_order_relaxed);
        if (left == 0) call_sender();
        return {encoded_end_ - left, left};
    }

    /// So many of them were taken.
    void on_sent(std::size_t count) {
        unsent_.store(unsent_.load(std::memory_order_relaxed) - static_cast<std::uint32_t>(count),
                      std::memory_order_relaxed);
    }

private:
    void notify() const {
        if (wake_) wake_();
    }
    /// All is sent: who found no room may try again.
    void call_sender() {
        if (!sender_waits_.load(std::memory_order_relaxed)) return;
        sender_waits_.store(false, std::memory_order_relaxed);
        notify();
    }
    ByteView unread() const;

    Uart& uart_;
    Callback<void()> wake_;

    Byte* const ring_;
    const std::uint32_t mask_;
    std::atomic<std::uint32_t> begin_{0}; ///< read so far, modulo 2^32
    std::atomic<std::uint32_t> end_{0};   ///< came so far
    std::atomic<bool> held_{false};       ///< the handler met a full ring
    link::Framer framer_;

    const Bytes encoded_;
    const Byte* encoded_end_ = nullptr;    ///< of the frame that is being sent
    std::atomic<std::uint32_t> unsent_{0}; ///< so many bytes of it are left
    std::atomic<bool> sender_waits_{false};
    const std::size_t frame_room_;
};

} // namespace nwp::baremetal
