// SPDX-License-Identifier: Apache-2.0
#include "nwpd/net/preceded_stream.h"

#include <boost/asio/post.hpp>

#include <utility>

namespace nwp::net {

PrecededStream::PrecededStream(boost::asio::io_context& context, std::unique_ptr<Stream> lower,
                               std::vector<Byte> first)
    : context_(context), lower_(std::move(lower)), first_(std::move(first)),
      readable_(std::make_shared<std::function<void()>>()) {}

Result<std::size_t> PrecededStream::read(Bytes into) {
    if (first_.empty()) return lower_->read(into);
    const std::size_t count = copy_bytes(into, ByteView{first_}.from(at_));
    at_ += count;
    if (at_ == first_.size()) first_ = {}; // their memory too
    return count;
}

void PrecededStream::wait_readable(std::function<void()> handler) {
    *readable_ = nullptr;
    if (first_.empty()) return lower_->wait_readable(std::move(handler));
    *readable_ = std::move(handler);
    boost::asio::post(context_, [weak = std::weak_ptr{readable_}] {
        const auto readable = weak.lock();
        if (!readable) return;
        if (const auto once = std::exchange(*readable, nullptr)) once();
    });
}

void PrecededStream::close(bool abort) {
    *readable_ = nullptr;
    first_ = {};
    lower_->close(abort);
}

} // namespace nwp::net
