// SPDX-License-Identifier: Apache-2.0
#include "nwpd/service/socket.h"

#include <boost/asio/post.hpp>

#include <utility>

namespace nwp::service {

void Socket::answer_later(Connected done, Result<Address> outcome) {
    boost::asio::post(services_.context, [presence = presence_, done = std::move(done), outcome] {
        if (!presence.expired()) done(outcome);
    });
}

} // namespace nwp::service
