// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/dialect/native/host_session.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <list>
#include <memory>

namespace nwp::native {

/// Hosts whose link is gone and whose sockets wait for the right token.
class Parking {
public:
    Parking(boost::asio::io_context& context, Duration keep) : context_(context), keep_(keep) {}
    Parking(const Parking&) = delete;
    Parking& operator=(const Parking&) = delete;

    /// Hosts of one user that may wait at a time: an end without a token, again and again, must not use up
    /// the NWP.
    static constexpr std::size_t kMostPlaces = 16;

    /// Waits for the token for as long as configured, then its sockets close. Where its user has too many
    /// that wait, the one that has waited longest goes.
    void park(std::unique_ptr<HostSession> host);
    /// The host with this token, for the same user only; null when there is none. Compares in constant time.
    std::unique_ptr<HostSession> take(const wire::Token& token, std::optional<uid_t> uid);

private:
    struct Place {
        Place(boost::asio::io_context& context, std::unique_ptr<HostSession> parked)
            : host(std::move(parked)), timer(context) {}
        std::unique_ptr<HostSession> host;
        boost::asio::steady_timer timer;
    };
    boost::asio::io_context& context_;
    Duration keep_;
    std::list<Place> places_;
};

} // namespace nwp::native
