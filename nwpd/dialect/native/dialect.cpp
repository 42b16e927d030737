// SPDX-License-Identifier: Apache-2.0
#include "nwpd/dialect/native/dialect.h"

namespace nwp::native {

Dialect::Dialect(boost::asio::io_context& context, Services services, std::uint32_t capabilities,
                 Duration reattach)
    : services_(services), parking_(context, reattach),
      shared_{context, services_, parking_, capabilities, {}} {
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

} // namespace nwp::native
