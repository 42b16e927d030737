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
    Result<void> send(ByteView frame) override { return pump_.send(frame); }
    Result<ByteView> receive() override { return pump_.receive(); }
    void on_activity(Callback<void()> wake) override;
    bool checked() const override { return true; }
    bool reliable() const override { return true; }
    bool single_host() const override { return true; }
    std::uint64_t broken_frames() const override { return pump_.broken(); }

private:
    /// Packets as datagrams to `peer`.
    struct Datagrams {
        bool send(ByteView head, ByteView rest);
        std::size_t receive(Bytes into);

        DescriptorWatch watch;
        std::string peer;
    };

    Datagrams datagrams_;
    std::string path_;
    std::vector<Byte> packet_;
    link::FrameBusPump<Datagrams> pump_;
};

} // namespace nwp::endpoint
