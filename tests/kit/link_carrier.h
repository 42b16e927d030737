// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/endpoint/carrier.h"

#include <boost/asio/io_context.hpp>

#include <memory>

namespace nwp::kit {

/// Any Link as an endpoint of the NWP. The link may call back from every thread: that is posted to the
/// executor.
class LinkCarrier final : public endpoint::Carrier {
public:
    LinkCarrier(boost::asio::io_context& context, link::Link& link);
    ~LinkCarrier() override;

    std::size_t frame_room() const override { return link_.frame_room(); }
    Result<void> send(ByteView frame) override { return link_.send(frame); }
    Result<ByteView> receive() override { return link_.receive(); }
    void on_activity(Callback<void()> wake) override { wake_->callback = wake; }
    bool checked() const override { return link_.checked(); }
    bool reliable() const override { return link_.reliable(); }
    bool single_host() const override { return true; }
    std::uint64_t broken_frames() const override { return 0; }

private:
    /// What a posted call may still find when we are gone.
    struct Wake {
        Callback<void()> callback;
    };

    void notify();

    boost::asio::io_context& context_;
    link::Link& link_;
    std::shared_ptr<Wake> wake_ = std::make_shared<Wake>();
};

} // namespace nwp::kit
