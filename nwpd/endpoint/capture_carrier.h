// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/endpoint/carrier.h"

#include <fstream>
#include <string>

namespace nwp::endpoint {

/// Another carrier, every frame of which is also written to a pcapng file (link type USER0, 147; the
/// epb_flags option tells the direction as the NWP sees it). `nwp trace` reads it, Wireshark too. Frames hold
/// whatever the host sent: secrets that it provisions are in the file, so it is made with mode 0600.
class CaptureCarrier final : public Carrier {
public:
    CaptureCarrier(std::unique_ptr<Carrier> inner, const std::string& path);

    /// Empty, or why the file cannot be written.
    const std::string& error() const { return error_; }

    std::size_t frame_room() const override { return inner_->frame_room(); }
    Result<void> send(ByteView frame) override;
    Result<ByteView> receive() override;
    void on_activity(Callback<void()> wake) override { inner_->on_activity(wake); }
    bool checked() const override { return inner_->checked(); }
    bool reliable() const override { return inner_->reliable(); }
    bool single_host() const override { return inner_->single_host(); }
    bool is_closed() const override { return inner_->is_closed(); }
    std::uint64_t broken_frames() const override { return inner_->broken_frames(); }

private:
    enum class Direction : std::uint32_t { inbound = 1, outbound = 2 }; // pcapng 4.3.1, epb_flags
    void write(Direction direction, ByteView frame);

    std::unique_ptr<Carrier> inner_;
    std::ofstream file_;
    std::string error_;
};

} // namespace nwp::endpoint
