// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/dialect/native/front_end.h"

#include <list>

namespace nwp::native {

/// The native dialect on any number of links.
class Dialect {
public:
    /// `reattach`: how long sockets of a closed link wait for their host. `now`: the clock of the sessions;
    /// whoever moves one of his own also calls run_due().
    Dialect(boost::asio::io_context& context, service::Services services, std::uint32_t capabilities,
            Duration reattach, std::function<Instant()> now = service::steady_now);
    Dialect(const Dialect&) = delete;
    Dialect& operator=(const Dialect&) = delete;

    /// Speaks to the host behind this carrier until its link is gone.
    void serve(std::unique_ptr<endpoint::Carrier> carrier, endpoint::Peer peer, service::ClientPolicy policy);

    /// Of all links, when there is something to do even if nothing comes.
    Instant next_deadline() const;
    /// Does what is due by that clock. On the executor, not from inside a handler.
    void run_due();

private:
    service::Services services_;
    Parking parking_;
    Shared shared_;
    std::list<std::unique_ptr<FrontEnd>> front_ends_;
};

} // namespace nwp::native
