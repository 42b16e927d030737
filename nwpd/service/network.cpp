// SPDX-License-Identifier: Apache-2.0
#include "nwpd/service/network.h"

#include "nwpd/service/mapped_address.h"
#include "nwpd/wifi/address_map.h"

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

Result<Address> Network::real(const Address& peer) const {
    const auto real = map_.to_real(peer);
    // Loopback is there without a network too, and as empty.
    if (!real && real.error() == Error::connection_refused) return real;
    if (!lease_) return Error::network_unreachable;
    return real;
}

Address Network::real_source(const Address& peer) const {
    return lease_ ? map_.local_for(peer, lease_->address) : Address{};
}

Address Network::seen(const Address& real, const Address& hint) const {
    const auto lease = map_.to_lease(real, hint);
    return lease ? *lease : real;
}

Address Network::seen_as_own(const Address& real) const {
    if (!lease_ || lease_->address.family == Family::unspecified) return seen(real);

    Address own = lease_->address;
    own.port = real.port;
    if (own.family == Family::ipv4 && is_ipv4_mapped(real)) return to_ipv4_mapped(own);
    return own.family == real.family ? own : seen(real);
}

bool Network::has_address(Family family) const {
    if (!lease_) return false;
    return lease_->address.family == Family::unspecified || lease_->address.family == family;
}

void Network::on_lease_changed(std::function<void()> listener) { listeners_.push_back(std::move(listener)); }

} // namespace nwp::service
