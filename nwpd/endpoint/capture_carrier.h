// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/endpoint/carrier.h"
#include "nwpd/endpoint/pcapng_writer.h"

#include <string>

namespace nwp::endpoint {

/// Another carrier, every frame of which is also written to a file.
class CaptureCarrier final : public Carrier {
public:
    CaptureCarrier(std::unique_ptr<Carrier> inner, const std::string& path);

    /// Empty, or why the file cannot be written.
    const std::string& error() const { return file_.error(); }

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
    std::unique_ptr<Carrier> inner_;
    PcapngWriter file_;
};

} // namespace nwp::endpoint
