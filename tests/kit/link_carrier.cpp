// SPDX-License-Identifier: Apache-2.0
#include "tests/kit/link_carrier.h"

#include <boost/asio/post.hpp>

namespace nwp::kit {

LinkCarrier::LinkCarrier(boost::asio::io_context& context, link::Link& link)
    : context_(context), link_(link) {
    link_.on_activity(Callback<void()>::to<&LinkCarrier::notify>(*this));
}

LinkCarrier::~LinkCarrier() { link_.on_activity({}); }

void LinkCarrier::notify() {
    boost::asio::post(context_, [weak = std::weak_ptr(wake_)] {
        const auto wake = weak.lock();
        if (wake && wake->callback) wake->callback();
    });
}

} // namespace nwp::kit
