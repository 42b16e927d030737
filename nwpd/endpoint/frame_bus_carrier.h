// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "link/frame_bus.h"
#include "nwpd/endpoint/carrier.h"
#include "nwpd/endpoint/descriptor_watch.h"
#include "nwpd/endpoint/opened.h"

#include <string>
#include <vector>

namespace nwp::endpoint {

/// A datagram socket at `path`, for a frame bus. A socket that was there before is replaced: nobody can tell
/// whether it is in use.
Opened open_frame_bus(const std::string& path);

/// The frame bus over a pair of Unix datagram sockets, as QEMU's `-netdev dgram` has it: each packet is one
/// datagram. A host that is not there loses what is sent to it; it says when it begins.
class FrameBusCarrier final : public Carrier {
public:
    /// Owns `descriptor`, of open_frame_bus(path), whose file goes with us. `peer` is the other end's path.
    FrameBusCarrier(boost::asio::io_context& context, int descriptor, std::string path,
                    const std::string& peer);
    ~FrameBusCarrier() override;

    std::size_t frame_room() const override { return link::kBusFrameRoom; }
    Result<void> send(ByteView frame) override;
    Result<ByteView> receive() override;
    void on_activity(Callback<void()> wake) override;
    bool checked() const override { return true; }
    bool reliable() const override { return true; }
    bool single_host() const override { return true; }
    std::uint64_t broken_frames() const override { return lost_ + end_.foreign(); }

private:
    bool put(link::BusPacket packet, ByteView frame);

    DescriptorWatch watch_;
    std::string path_;
    std::string peer_;
    link::FrameBusEnd end_;
    Callback<void()> wake_;
    std::vector<Byte> outgoing_;
    std::vector<Byte> incoming_;
    std::uint64_t lost_ = 0;
    std::size_t held_size_ = 0; ///< of a frame in incoming_ that comes behind a link_reset
};

} // namespace nwp::endpoint
