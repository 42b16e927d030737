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
    explicit FrameBusLink(PacketBus& bus) : pump_(bus, packet_) {}
    FrameBusLink(const FrameBusLink&) = delete;
    FrameBusLink& operator=(const FrameBusLink&) = delete;

    /// The controller works: tells the peer that we begin.
    void start() { pump_.settle(); }

    std::size_t frame_room() const override { return link::kBusFrameRoom; }
    Result<void> send(ByteView frame) override { return pump_.send(frame); }
    Result<ByteView> receive() override { return pump_.receive(); }
    void on_activity(Callback<void()> wake) override { pump_.on_activity(wake); }
    bool checked() const override { return true; }
    bool reliable() const override { return true; }

    /// From the controller's interrupt: something came, or there is room again.
    void on_packets() { pump_.notify(); }

private:
    link::FrameBusPump<PacketBus> pump_;
    alignas(4) Byte packet_[(link::kBusPacketMost + 4 + 3) / 4 * 4]; ///< some controllers add a checksum
};

} // namespace nwp::baremetal
