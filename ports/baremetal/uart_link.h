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

    /// The ring has room again: takes the byte that the handler left in the data register, if it is there,
    /// with interrupts off. The handler itself comes here too, by UartRing::take().
    virtual void resume_receive() = 0;

protected:
    ~Uart() = default;
};

/// What came over a UART and was not read yet. The interrupt puts bytes in, the driver takes them out.
class UartRing {
public:
    /// Owns nothing: `uart` and the bytes outlive it.
    UartRing(Uart& uart, Bytes bytes)
        : place_(bytes.begin()), stop_(bytes.end()), frame_at_(bytes.begin()), begin_(bytes.begin()),
          bytes_(bytes), uart_(uart) {}
    UartRing(const UartRing&) = delete;
    UartRing& operator=(const UartRing&) = delete;

    /// From the receiver's interrupt: a byte has come. Takes it with `read()`, which gives the data
    /// register's content. If the ring is full the byte stays there (RTS holds the sender where there is such
    /// a line) until Uart::resume_receive(), now or when the driver has made room. This runs for each byte,
    /// and is the driver's largest cost on a UART. Let nothing stand behind it in the handler: it then keeps
    /// no register and no return address on the stack.
    template <typename Read>
    void take(const Read& read) {
        Byte* at = place_.load(std::memory_order_relaxed);
        if (at == stop_) return on_full();
        const auto byte = static_cast<Byte>(read());
        *at++ = byte;
        std::atomic_signal_fence(std::memory_order_release);
        place_.store(at, std::memory_order_relaxed);
        if (byte == link::kDelimiter) on_delimiter();
    }

    /// The same for several bytes: where they are to be put; empty when there is no room until
    /// Uart::resume_receive().
    Bytes room() {
        Byte* place = place_.load(std::memory_order_relaxed);
        if (place == stop_) {
            if (!make_room()) return {};
            place = place_.load(std::memory_order_relaxed);
        }
        return {place, static_cast<std::size_t>(stop_ - place)};
    }
    /// So many were put there, at what room() gave. A receiver without a FIFO comes here for each byte.
    void on_bytes(Byte* place, std::size_t count) {
        if (count != 1) return on_several(count);
        const Byte byte = *place;
        std::atomic_signal_fence(std::memory_order_release);
        place_.store(place + 1, std::memory_order_relaxed);
        if (byte == link::kDelimiter) on_delimiter();
    }

    /// What came and lies in one piece.
    ByteView unread();
    /// So much of it is done with.
    void drop(std::size_t count);

    /// `wake` runs in the interrupt when a frame has ended, or nothing more fits.
    void on_activity(Callback<void()> wake) { wake_ = wake; }
    void notify() const {
        if (wake_) wake_();
    }

private:
    bool make_room();
    void on_full();
    void on_several(std::size_t count);
    void on_delimiter();

    // [begin_, place_) is unread, in two pieces where place_ went round; the two are equal only when nothing
    // is. The interrupt alone moves place_ and stop_, the driver alone begin_.
    std::atomic<Byte*> place_; ///< of the next byte
    Byte* stop_;               ///< where place_ goes round, or what is unread begins, as far as we looked
    Byte* frame_at_;           ///< behind the last delimiter
    std::atomic<Byte*> begin_;
    const Bytes bytes_;
    Callback<void()> wake_;
    Uart& uart_;
    std::atomic<bool> held_{false}; ///< the interrupt met a full ring
};

/// Memory of a UartLink for frames of that room; a whole encoded frame fits into the ring, or no delimiter
/// would ever end it.
template <std::size_t FrameRoom, std::size_t RingSize>
struct UartLinkStorage {
    static_assert(FrameRoom <= link::kFrameRoomMost && RingSize > link::encoded_room(FrameRoom));
    Byte ring[RingSize];
    Byte frame[link::framer_room(FrameRoom)];
    Byte encoded[link::encoded_room(FrameRoom)];
};

/// Frames over a UART whose interrupts move the bytes.
class UartLink final : public link::Link {
public:
    static constexpr int kNothing = -1;

    template <std::size_t FrameRoom, std::size_t RingSize>
    UartLink(Uart& uart, UartLinkStorage<FrameRoom, RingSize>& storage)
        : uart_(uart), ring_(uart, storage.ring), framer_(storage.frame), encoded_(storage.encoded),
          frame_room_(FrameRoom) {}
    UartLink(const UartLink&) = delete;
    UartLink& operator=(const UartLink&) = delete;

    std::size_t frame_room() const override { return frame_room_; }
    Result<void> send(ByteView frame) override;
    Result<ByteView> receive() override;
    void on_activity(Callback<void()> wake) override { ring_.on_activity(wake); }
    bool checked() const override { return true; }
    bool reliable() const override { return false; }

    const link::FramerCounters& counters() const { return framer_.counters(); }

    // ---- From the interrupts
    // -------------------------------------------------------------------------------

    /// Where the receiver's interrupt puts each byte.
    UartRing& ring() { return ring_; }

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
    /// All is sent: who found no room may try again.
    void call_sender() {
        if (!sender_waits_.load(std::memory_order_relaxed)) return;
        sender_waits_.store(false, std::memory_order_relaxed);
        ring_.notify();
    }

    Uart& uart_;
    UartRing ring_;
    link::Framer framer_;

    const Bytes encoded_;
    const Byte* encoded_end_ = nullptr;    ///< of the frame that is being sent
    std::atomic<std::uint32_t> unsent_{0}; ///< so many bytes of it are left
    std::atomic<bool> sender_waits_{false};
    const std::uint16_t frame_room_;
};

} // namespace nwp::baremetal
