// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "link/frame_bus.h"
#include "link/link.h"

namespace nwp::baremetal {

/// What the link needs of a controller that moves packets: words through queues, or by DMA.
class PacketBus {
public:
    /// Sends `head` and behind it `rest`, as one packet. Both begin at a word. False: no room now, and
    /// FrameBusLink::on_packets() follows when there is.
    virtual bool send(ByteView head, ByteView rest) = 0;
    /// Takes the next packet and returns its size; what does not fit into `into`, which begins at a word and
    /// is whole words, is dropped. 0: nothing came.
    virtual std::size_t receive(Bytes into) = 0;

protected:
    ~PacketBus() = default;
};

/// Frames over a packet bus that loses none within a window: no acknowledging, no resending, no CRC.
class FrameBusLink final : public link::Link {
public:
    explicit FrameBusLink(PacketBus& bus) : bus_(bus) {}
    FrameBusLink(const FrameBusLink&) = delete;
    FrameBusLink& operator=(const FrameBusLink&) = delete;

    /// The controller works: tells the peer that we begin.
    void start();

    std::size_t frame_room() const override { return link::kBusFrameRoom; }
    Result<void> send(ByteView frame) override;
    Result<ByteView> receive() override;
    void on_activity(Callback<void()> wake) override { wake_ = wake; }
    bool checked() const override { return true; }
    bool reliable() const override { return true; }

    /// From the controller's interrupt: something came, or there is room again.
    void on_packets() {
        if (wake_) wake_();
    }

private:
    bool put(link::BusPacket packet, ByteView frame);

    PacketBus& bus_;
    Callback<void()> wake_;
    link::FrameBusEnd end_;
    bool start_unsent_ = false;
    std::size_t held_size_ = 0; ///< of a frame in packet_ that comes behind a link_reset
    alignas(4) Byte packet_[(link::kBusPacketMost + 4 + 3) / 4 * 4]; ///< some controllers add a checksum
};

} // namespace nwp::baremetal
