// SPDX-License-Identifier: Apache-2.0
#include "nwpd/service/network.h"

#include "nwpd/service/mapped_address.h"
#include "nwpd/wifi/address_map.h"

#include <algorithm>
#include <utility>

namespace nwp::service {

Network::Network(wifi::AddressMap& map, net::Resolver& resolver) : map_(map), resolver_(resolver) {}

Network::~Network() { gate_.set(true); }

void Network::set_lease(const std::optional<wifi::Lease>& lease) {
    const auto address_of = [](const std::optional<wifi::Lease>& of) {
        return of ? std::optional<Address>{of->address} : std::nullopt;
    };
    const bool changed = address_of(lease) != address_of(lease_);
    lease_ = lease;
    resolver_.set_servers(real_dns_servers());
    if (!changed) return;
    for (const auto& listener : listeners_) listener();
}

void Network::set_associated(bool associated) { gate_.set(associated); }

std::vector<Address> Network::real_dns_servers() const {
    std::vector<Address> servers;
    if (!lease_) return servers;
    for (const Address& server : lease_->dns_servers)
        if (const auto mapped = map_.to_real(server)) servers.push_back(*mapped);
    return servers;
}

bool Network::is_wired() const { return map_.is_identity(); }

bool Network::is_own_loopback(const Address& seen) const {
    return !is_wired() && seen.family != Family::unspecified && wifi::is_loopback(seen);
}

net::Gate& Network::gate_for(const Address& seen) { return is_own_loopback(seen) ? always_open_ : gate_; }

Result<Address> Network::real(const Address& peer, SocketType type) const {
    // Loopback is there without a network too.
    if (is_own_loopback(peer)) {
        const auto real = loopback_.find(type, peer);
        if (!real) return real.error();
        return peer.family == Family::ipv6 ? to_ipv4_mapped(*real) : *real;
    }
    if (!lease_) return Error::network_unreachable;
    return map_.to_real(peer);
}

Address Network::real_source(const Address& peer) const {
    if (is_own_loopback(peer)) {
        const bool mapped = peer.family == Family::ipv4 || is_ipv4_mapped(peer);
        const Address real = loopback_.real_ip(mapped ? Family::ipv4 : Family::ipv6);
        return peer.family == Family::ipv6 ? to_ipv4_mapped(real) : real;
    }
    return lease_ ? map_.local_for(peer, lease_->address) : Address{};
}

Address Network::seen(const Address& real, const Address& hint) const {
    const auto lease = map_.to_lease(real, hint);
    return lease ? *lease : real;
}

void Network::set_heard_by_us(const Address& real, bool heard) {
    std::erase(unheard_, real);
    if (!heard) unheard_.push_back(real);
}

bool Network::is_heard_by_us(const Address& real) const {
    return std::find(unheard_.begin(), unheard_.end(), real) == unheard_.end();
}

Result<Address> Network::seen_peer(const Address& real, SocketType type, const Address& hint) const {
    if (!is_wired())
        if (const auto loopback = loopback_.seen(type, real)) return loopback;
    return map_.to_lease(real, hint);
}

Address Network::seen_as_own(const Address& real) const {
    if (!is_wired())
        if (const auto loopback = loopback_.seen(SocketType::stream, real)) return *loopback;
    if (!lease_ || lease_->address.family == Family::unspecified) return seen(real);

    Address own = lease_->address;
    own.port = real.port;
    if (own.family == Family::ipv4 && is_ipv4_mapped(real)) return to_ipv4_mapped(own);
    return own.family == real.family ? own : seen(real);
}

// ---- where our own sockets live

std::uint16_t Network::real_own_port(std::uint16_t port) const {
    if (!lease_ || port == 0) return port;
    const auto real = map_.to_real(with_port(lease_->address, port));
    return real ? real->port : port;
}

OwnPlace Network::loopback_place(Family of, Family socket, std::uint16_t port) const {
    OwnPlace place;
    place.loopback = true;
    place.seen = of == Family::ipv6 ? ipv6_loopback(port) : Address::ipv4(127, 0, 0, 1, port);
    place.real = with_port(loopback_.real_ip(of), real_own_port(port));
    if (socket == Family::ipv4) return place;
    place.real = to_ipv4_mapped(place.real);
    if (of == Family::ipv4) place.seen = to_ipv4_mapped(place.seen);
    return place;
}

Result<OwnPlace> Network::lease_place(Family socket, std::uint16_t port) const {
    if (!lease_ || lease_->address.family == Family::unspecified) return Error::address_not_available;
    if (socket == Family::ipv4 && lease_->address.family != Family::ipv4) return Error::address_not_available;
    OwnPlace place;
    place.seen = with_port(lease_->address, port);
    const auto real = map_.to_real(place.seen);
    if (!real) return Error::address_not_available;
    place.real = *real;
    if (socket == lease_->address.family) return place;
    place.seen = to_ipv4_mapped(place.seen);
    place.real = to_ipv4_mapped(place.real);
    return place;
}

std::vector<OwnPlace> Network::all_own_places(const Address& any, bool ipv6_only) const {
    std::vector<OwnPlace> places{loopback_place(any.family, any.family, any.port)};
    if (any.family == Family::ipv6 && !ipv6_only)
        places.push_back(loopback_place(Family::ipv4, Family::ipv6, any.port));
    const auto lease = lease_place(any.family, any.port);
    if (lease && !(ipv6_only && is_ipv4_mapped(lease->seen))) places.push_back(*lease);
    return places;
}

Result<std::vector<OwnPlace>> Network::own_places(const Address& local, bool ipv6_only) const {
    if (is_wired() || is_multicast(local)) return std::vector<OwnPlace>{{local, local, false}};
    if (is_ipv4_mapped(local)) {
        if (ipv6_only) return Error::invalid_argument; // as Linux
        auto places = own_places(to_ipv4(local), false);
        if (!places) return places;
        for (OwnPlace& place : *places)
            place = {to_ipv4_mapped(place.real), to_ipv4_mapped(place.seen), place.loopback};
        return places;
    }
    if (is_any(local)) return all_own_places(local, ipv6_only);
    if (is_own_loopback(local))
        return std::vector<OwnPlace>{loopback_place(local.family, local.family, local.port)};
    const auto lease = lease_place(local.family, local.port);
    if (!lease || lease->seen != local) return Error::address_not_available;
    return std::vector<OwnPlace>{*lease};
}

bool Network::has_address(Family family) const {
    if (!lease_) return false;
    return lease_->address.family == Family::unspecified || lease_->address.family == family;
}

void Network::on_lease_changed(std::function<void()> listener) { listeners_.push_back(std::move(listener)); }

} // namespace nwp::service
