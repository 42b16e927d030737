// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/address.h"
#include "base/result.h"
#include "nwpd/net/gate.h"
#include "nwpd/net/resolver.h"
#include "nwpd/service/loopback.h"
#include "nwpd/wifi/radio.h"

#include <functional>
#include <list>
#include <optional>
#include <vector>

namespace nwp::wifi {
class AddressMap;
}

namespace nwp::service {

/// A real address that an address of ours stands for: a bound socket has a kernel socket at each.
struct OwnPlace {
    Address real;
    Address seen;          ///< as clients see it
    bool loopback = false; ///< there whatever the radio does
};

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
    /// For traffic to or from `seen`: loopback passes also while the access point is lost.
    net::Gate& gate_for(const Address& seen);
    /// Without a radio: every address is real, loopback is the machine's.
    bool is_wired() const;
    Loopback& loopback() { return loopback_; }
    /// A loopback address of the hosts, not of the machine.
    bool is_own_loopback(const Address& seen) const;

    /// Where a packet to `peer` really goes.
    ///   network_unreachable   no address, or nothing maps it
    ///   connection_refused    loopback, and no client of this NWP has a socket of this type bound there
    Result<Address> real(const Address& peer, SocketType type = SocketType::stream) const;
    /// Where a socket that a client binds to `local` really lives; loopback comes first. The unspecified
    /// address: every one of ours at this moment, for IPv6 also those of IPv4 unless `ipv6_only`.
    ///   address_not_available   none of ours
    Result<std::vector<OwnPlace>> own_places(const Address& local, bool ipv6_only) const;
    /// The real address (port 0) that a socket which talks to `peer` binds to, so that its packets come from
    /// the lease's address. Unspecified: the kernel chooses.
    Address real_source(const Address& peer) const;
    /// The lease's view of a real address of a peer; `hint` is the lease address that led there, if known.
    /// `real` itself where no lease address leads there.
    Address seen(const Address& real, const Address& hint = {}) const;
    /// IP_MULTICAST_LOOP off: what the socket at this real address sends to a group is not for us. The
    /// machine's network that plays the air gives it back all the same.
    void set_heard_by_us(const Address& real, bool heard);
    bool is_heard_by_us(const Address& real) const;
    /// As seen(), for who called or sent; loopback included.
    ///   network_unreachable   no lease address leads there: it did not come over the air
    Result<Address> seen_peer(const Address& real, SocketType type, const Address& hint = {}) const;
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
    std::vector<OwnPlace> all_own_places(const Address& any, bool ipv6_only) const;
    OwnPlace loopback_place(Family of, Family socket, std::uint16_t port) const;
    Result<OwnPlace> lease_place(Family socket, std::uint16_t port) const;
    std::uint16_t real_own_port(std::uint16_t port) const;

    wifi::AddressMap& map_;
    net::Resolver& resolver_;
    net::Gate gate_;
    net::Gate always_open_;
    Loopback loopback_;
    std::vector<Address> unheard_;
    std::optional<wifi::Lease> lease_;
    std::list<std::function<void()>> listeners_;
};

} // namespace nwp::service
