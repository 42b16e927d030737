// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/net/stream.h"

#include <boost/asio/io_context.hpp>

#include <memory>
#include <vector>

namespace nwp::net {

/// A stream of which somebody has read the first bytes already: whoever reads here gets them first.
class PrecededStream final : public Stream {
public:
    /// Takes the lower stream, which must be connected and run on `context`.
    PrecededStream(boost::asio::io_context& context, std::unique_ptr<Stream> lower, std::vector<Byte> first);

    Result<std::size_t> read(Bytes into) override;
    Result<std::size_t> write(ByteView bytes) override { return lower_->write(bytes); }
    void wait_readable(std::function<void()> handler) override;
    void wait_writable(std::function<void()> handler) override { lower_->wait_writable(std::move(handler)); }
    Result<void> shutdown_send() override { return lower_->shutdown_send(); }
    void close(bool abort) override;
    Address local() const override { return lower_->local(); }
    Address peer() const override { return lower_->peer(); }

private:
    boost::asio::io_context& context_;
    std::unique_ptr<Stream> lower_;
    std::vector<Byte> first_;
    std::size_t at_ = 0;
    std::shared_ptr<std::function<void()>> readable_; ///< while first_ lasts; posted calls hold it weakly
};

} // namespace nwp::net
