// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "link/framer.h"
#include "nwpd/endpoint/carrier.h"
#include "nwpd/endpoint/descriptor_watch.h"

#include <vector>

namespace nwp::endpoint {

/// Frames over a terminal, real or pseudo: stuffed and checked, yet some may be lost.
class SerialCarrier final : public Carrier {
public:
    /// Owns `descriptor`, a non-blocking terminal in raw mode.
    SerialCarrier(boost::asio::io_context& context, int descriptor, std::size_t frame_room);

    std::size_t frame_room() const override { return frame_room_; }
    Result<void> send(ByteView frame) override;
    Result<ByteView> receive() override;
    void on_activity(Callback<void()> wake) override;
    bool checked() const override { return true; }
    bool reliable() const override { return false; }
    bool single_host() const override { return true; }
    std::uint64_t broken_frames() const override;

private:
    bool drain(); ///< true when nothing waits to go out
    bool refill();

    DescriptorWatch watch_;
    std::size_t frame_room_;
    std::vector<Byte> frame_;
    link::Framer framer_;
    std::vector<Byte> incoming_;
    ByteView unread_;
    std::vector<Byte> outgoing_;
    ByteView unsent_;
};

} // namespace nwp::endpoint
