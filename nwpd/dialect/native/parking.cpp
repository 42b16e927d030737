// SPDX-License-Identifier: Apache-2.0
#include "nwpd/dialect/native/parking.h"

#include <algorithm>

namespace nwp::native {

void Parking::park(std::unique_ptr<HostSession> host) {
    if (host->socket_count() == 0) return; // nothing to come back to
    const auto is_of_same_user = [&](const Place& place) { return place.host->uid() == host->uid(); };
    if (std::count_if(places_.begin(), places_.end(), is_of_same_user) >=
        static_cast<std::ptrdiff_t>(kMostPlaces)) {
        places_.erase(std::find_if(places_.begin(), places_.end(), is_of_same_user));
    }
    const auto place = places_.emplace(places_.end(), context_, std::move(host));
    place->timer.expires_after(std::chrono::microseconds(keep_.microseconds()));
    place->timer.async_wait([this, place](boost::system::error_code error) {
        if (!error) places_.erase(place); // an erased place cancels its timer, so `place` is alive here
    });
}

std::unique_ptr<HostSession> Parking::take(const wire::Token& token, std::optional<uid_t> uid) {
    auto found = places_.end();
    for (auto place = places_.begin(); place != places_.end(); ++place) {
        // Every token is looked at, so that the time says nothing about which one is near.
        const bool same = equal_in_constant_time(place->host->token().octets, token.octets);
        if (same && place->host->uid() == uid) found = place;
    }
    if (found == places_.end()) return nullptr;
    std::unique_ptr<HostSession> host = std::move(found->host);
    places_.erase(found);
    return host;
}

} // namespace nwp::native
