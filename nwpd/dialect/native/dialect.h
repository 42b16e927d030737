// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/dialect/native/front_end.h"

#include <list>

namespace nwp::native {

/// The native dialect on any number of links.
class Dialect {
public:
    /// `reattach`: how long sockets of a closed link wait for their host.
    Dialect(boost::asio::io_context& context, Services services, std::uint32_t capabilities,
            Duration reattach);
    Dialect(const Dialect&) = delete;
    Dialect& operator=(const Dialect&) = delete;

    /// Speaks to the host behind this carrier until its link is gone.
    void serve(std::unique_ptr<endpoint::Carrier> carrier, endpoint::Peer peer, service::ClientPolicy policy);

private:
    Services services_;
    Parking parking_;
    Shared shared_;
    std::list<std::unique_ptr<FrontEnd>> front_ends_;
};

} // namespace nwp::native
