// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/address.h"
#include "base/result.h"
#include "nwpd/net/gate.h"
#include "nwpd/net/resolver.h"
#include "nwpd/wifi/radio.h"

#include <functional>
#include <list>
#include <memory>
#include <optional>

namespace nwp::wifi {
class AddressMap;
}

namespace nwp::service {

/// Whether and as whom we are on the network (SimpleLink: NetCfg): the lease, the gate that a lost access
/// point closes, and which real address stands behind an address of the lease.
class Network {
public:
    Network(wifi::AddressMap& map, net::Resolver& resolver);
    Network(const Network&) = delete;

    /// By Wlan: address acquired, changed or lost.
    void set_lease(const std::optional<wifi::Lease>& lease);
    /// By Wlan: the access point is there (true) or lost.
    void set_associated(bool associated);

    const std::optional<wifi::Lease>& lease() const;
    net::Gate& gate();

    /// Where a packet to `peer` really goes.
    ///   network_unreachable   no address, or nothing maps it
    ///   connection_refused    loopback: only sockets of this NWP's own clients live there
    Result<Address> real(const Address& peer) const;
    /// The lease's view of a real address of our own or of a peer.
    Address seen(const Address& real) const;

    /// Told when the address changes or goes (from, to); sockets end with network_down then. Stays registered
    /// for life.
    void on_lease_changed(std::function<void()> listener);

private:
    wifi::AddressMap& map_;
    net::Resolver& resolver_;
    net::Gate gate_;
    std::optional<wifi::Lease> lease_;
    std::list<std::function<void()>> listeners_;
};

} // namespace nwp::service
