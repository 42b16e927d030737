// SPDX-License-Identifier: Apache-2.0
#include "nwpd/wifi/address_map.h"

#include <algorithm>
#include <cstring>

namespace nwp::wifi {

namespace {

// RFC 4291 2.5.5.2: ::ffff:0:0/96
constexpr Byte kMappedPrefix[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

bool is_ipv4_mapped(const Address& address) {
    return address.family == Family::ipv6 &&
           std::memcmp(address.ip, kMappedPrefix, sizeof kMappedPrefix) == 0;
}

Address unmapped(const Address& address) {
    return Address::ipv4(address.ip[12], address.ip[13], address.ip[14], address.ip[15], address.port);
}

Address mapped(const Address& ipv4) {
    Address address;
    address.family = Family::ipv6;
    address.port = ipv4.port;
    copy_bytes(address.ip, kMappedPrefix);
    copy_bytes(Bytes{address.ip}.from(12), ipv4.ip_bytes());
    return address;
}

bool is_host_route(const IpNetwork& network) { return network.prefix_length == network.base.ip_size() * 8; }

std::uint16_t real_port(const MapEntry& entry, std::uint16_t lease) {
    for (const PortMapping& mapping : entry.ports) {
        if (mapping.lease == lease) return mapping.real;
    }
    return lease;
}

std::uint16_t lease_port(const MapEntry& entry, std::uint16_t real) {
    for (const PortMapping& mapping : entry.ports) {
        if (mapping.real == real) return mapping.lease;
    }
    return real;
}

Address real_address(const MapEntry& entry, const Address& lease) {
    Address real = entry.direct ? lease : combined(entry.to, lease);
    real.port = real_port(entry, lease.port);
    return real;
}

} // namespace

bool is_loopback(const Address& address) {
    if (is_ipv4_mapped(address)) return is_loopback(unmapped(address));
    if (address.family == Family::ipv4)
        return address.ip[0] == 127 || equal(address.ip_bytes(), ByteView{Address{}.ip}.first(4));
    if (address.family != Family::ipv6) return false;
    return equal(ByteView{address.ip}.first(15), ByteView{Address{}.ip}.first(15)) && address.ip[15] <= 1;
}

AddressMap::AddressMap(std::vector<MapEntry> entries) : entries_(std::move(entries)) {
    std::stable_sort(entries_.begin(), entries_.end(), [](const MapEntry& a, const MapEntry& b) {
        return a.network.prefix_length > b.network.prefix_length;
    });
}

AddressMap AddressMap::identity() {
    AddressMap map{{}};
    map.identity_ = true;
    return map;
}

const MapEntry* AddressMap::entry_for(const Address& lease) const {
    const auto found = std::find_if(entries_.begin(), entries_.end(),
                                    [&](const MapEntry& entry) { return entry.network.contains(lease); });
    return found == entries_.end() ? nullptr : &*found;
}

Result<Address> AddressMap::to_real(const Address& lease) const {
    if (identity_) return lease;
    if (is_loopback(lease)) return Error::connection_refused;
    if (is_ipv4_mapped(lease)) {
        const auto real = to_real(unmapped(lease));
        if (!real) return real.error();
        return mapped(*real);
    }
    const MapEntry* entry = entry_for(lease);
    if (entry == nullptr) return Error::network_unreachable;
    return real_address(*entry, lease);
}

Result<Address> AddressMap::to_lease(const Address& real, const Address& hint) const {
    if (identity_) return real;
    if (const auto hinted = to_real(hint); hinted && *hinted == real) return hint;
    if (is_ipv4_mapped(real)) {
        const auto lease = to_lease(unmapped(real), is_ipv4_mapped(hint) ? unmapped(hint) : hint);
        if (!lease) return lease.error();
        return mapped(*lease);
    }
    for (const MapEntry& entry : entries_) {
        if (entry.direct ? !entry.network.contains(real) : !entry.to.contains(real)) continue;
        Address lease = entry.direct ? real : combined(entry.network, real);
        // Many to one without a hint: no host of the network is more right than its first.
        if (is_host_route(entry.to) && !entry.direct) lease = combined(network_of(entry.network.base), real);
        lease.port = lease_port(entry, real.port);
        // A longer prefix may lead this lease address elsewhere; then it did not come from there.
        if (const auto back = to_real(lease); back && *back == real) return lease;
    }
    return Error::network_unreachable;
}

Address AddressMap::local_for(const Address& lease_peer, const Address& own) const {
    if (identity_) return {};
    if (is_ipv4_mapped(lease_peer)) {
        const Address local = local_for(unmapped(lease_peer), own);
        return local.family == Family::ipv4 ? mapped(local) : local;
    }
    const MapEntry* peer_entry = entry_for(lease_peer);
    const MapEntry* own_entry = entry_for(own);
    if (peer_entry == nullptr || own_entry == nullptr || peer_entry->direct || own_entry->direct) return {};

    Address local = real_address(*own_entry, own);
    local.port = 0;
    // A kernel does not send from a loopback address to one that is none, and the other way round.
    const Address peer = real_address(*peer_entry, lease_peer);
    if (local.family != peer.family || is_loopback(local) != is_loopback(peer)) return {};
    return local;
}

} // namespace nwp::wifi
