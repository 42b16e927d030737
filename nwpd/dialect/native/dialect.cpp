// SPDX-License-Identifier: Apache-2.0
#include "nwpd/dialect/native/dialect.h"

#include <utility>

namespace nwp::native {

Dialect::Dialect(boost::asio::io_context& context, service::Services services, std::uint32_t capabilities,
                 Duration reattach, std::function<Instant()> now)
    : services_(services), parking_(context, reattach),
      shared_{context, services_, parking_, capabilities, {}, std::move(now)} {
    shared_.check_links = [this] {
        for (const auto& front_end : front_ends_) front_end->look_for_loss();
    };
}

void Dialect::serve(std::unique_ptr<endpoint::Carrier> carrier, endpoint::Peer peer,
                    service::ClientPolicy policy) {
    const auto place = front_ends_.emplace(front_ends_.end());
    *place = std::make_unique<FrontEnd>(shared_, std::move(carrier), peer, std::move(policy),
                                        [this, place] { front_ends_.erase(place); });
}

Instant Dialect::next_deadline() const {
    Instant next = Instant::never();
    for (const auto& front_end : front_ends_) next = earlier(next, front_end->next_deadline());
    return next;
}

void Dialect::run_due() {
    const Instant now = shared_.now();
    for (const auto& front_end : front_ends_) {
        if (front_end->next_deadline() <= now) front_end->run();
    }
}

} // namespace nwp::native
