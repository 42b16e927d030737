// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/endpoint/carrier.h"
#include "nwpd/endpoint/descriptor_watch.h"

#include <vector>

namespace nwp::endpoint {

/// One accepted SOCK_SEQPACKET connection: the kernel keeps frames whole, right and in order.
class SeqpacketCarrier final : public Carrier {
public:
    /// Owns `descriptor`, connected and non-blocking.
    SeqpacketCarrier(boost::asio::io_context& context, int descriptor, std::size_t frame_room);

    std::size_t frame_room() const override { return buffer_.size() - 1; }
    Result<void> send(ByteView frame) override;
    Result<ByteView> receive() override;
    void on_activity(Callback<void()> wake) override;
    bool checked() const override { return true; }
    bool reliable() const override { return true; }
    bool single_host() const override { return false; }
    bool is_closed() const override { return down_; }
    std::uint64_t broken_frames() const override { return broken_; }

private:
    DescriptorWatch watch_;
    std::vector<Byte> buffer_; ///< one byte more than a frame: a longer one shows
    std::uint64_t broken_ = 0;
    bool down_ = false;
};

} // namespace nwp::endpoint
