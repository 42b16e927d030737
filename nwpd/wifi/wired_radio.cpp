// SPDX-License-Identifier: Apache-2.0
#include "nwpd/wifi/wired_radio.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <utility>

namespace nwp::wifi {

struct WiredRadio::Impl {
    boost::asio::io_context& context;
    RadioListener* listener = nullptr;
    std::uint64_t join = 0; ///< counts joins and leaves: an answer to an earlier join is not given
    Lease lease;
};

WiredRadio::WiredRadio(boost::asio::io_context& context, Lease lease)
    : impl_(std::make_shared<Impl>(Impl{context, nullptr, 0, std::move(lease)})) {}

WiredRadio::~WiredRadio() { impl_->listener = nullptr; }

Lease WiredRadio::cable_lease() const { return impl_->lease; }

void WiredRadio::set_listener(RadioListener& listener) { impl_->listener = &listener; }

void WiredRadio::clear_listener() { impl_->listener = nullptr; }

void WiredRadio::scan() {
    boost::asio::post(impl_->context, [weak = std::weak_ptr{impl_}] {
        const auto self = weak.lock();
        if (self && self->listener != nullptr) self->listener->on_scan_done();
    });
}

void WiredRadio::join(const JoinRequest&) {
    const std::uint64_t number = ++impl_->join;
    boost::asio::post(impl_->context, [weak = std::weak_ptr{impl_}, number] {
        const auto self = weak.lock();
        if (!self || self->listener == nullptr || self->join != number) return;
        self->listener->on_join_failed(WifiCause::rejected);
    });
}

void WiredRadio::leave() { ++impl_->join; }

} // namespace nwp::wifi
