// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/address.h"
#include "base/result.h"
#include "nwpd/net/gate.h"
#include "nwpd/net/resolver.h"
#include "nwpd/wifi/radio.h"

#include <functional>
#include <list>
#include <optional>
#include <vector>

namespace nwp::wifi {
class AddressMap;
}

namespace nwp::service {

/// Whether and as whom we are on the network (SimpleLink: NetCfg): the lease, the gate that a lost access
/// point closes, and which real address stands behind an address of the lease. Without a radio (wired) the
/// composition root sets one lease with an unspecified address and the DNS servers, and
/// AddressMap::identity(). One executor. Outlives every service that is given it.
class Network {
public:
    Network(wifi::AddressMap& map, net::Resolver& resolver);
    /// Opens the gate, so that no stream that still flushes keeps its place in it.
    ~Network();
    Network(const Network&) = delete;
    Network& operator=(const Network&) = delete;

    /// By Wlan: address acquired, changed or lost.
    void set_lease(const std::optional<wifi::Lease>& lease);
    /// By Wlan: the access point is there (true) or lost.
    void set_associated(bool associated);

    const std::optional<wifi::Lease>& lease() const { return lease_; }
    net::Gate& gate() { return gate_; }

    /// Where a packet to `peer` really goes.
    ///   network_unreachable   no address, or nothing maps it
    ///   connection_refused    loopback: only sockets of this NWP's own clients live there
    Result<Address> real(const Address& peer) const;
    /// The real address (port 0) that a socket which talks to `peer` binds to, so that its packets come from
    /// the lease's address. Unspecified: the kernel chooses.
    Address real_source(const Address& peer) const;
    /// The lease's view of a real address of a peer; `hint` is the lease address that led there, if known.
    /// `real` itself where no lease address leads there.
    Address seen(const Address& real, const Address& hint = {}) const;
    /// The lease's view of a real address of our own: what getsockname() shows. Where the kernel chose a
    /// source that no lease address leads to, it is the lease's own address with the port.
    Address seen_as_own(const Address& real) const;
    /// Whether the lease gives us an address of this family; without a radio (wired) every family counts.
    bool has_address(Family family) const;

    /// Told after the address changed, came or went; sockets of another address end with network_down then.
    /// Stays registered for life.
    void on_lease_changed(std::function<void()> listener);

private:
    std::vector<Address> real_dns_servers() const;

    wifi::AddressMap& map_;
    net::Resolver& resolver_;
    net::Gate gate_;
    std::optional<wifi::Lease> lease_;
    std::list<std::function<void()>> listeners_;
};

} // namespace nwp::service
