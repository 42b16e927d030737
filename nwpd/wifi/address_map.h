// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/wifi/ip_network.h"

#include <cstdint>
#include <vector>

namespace nwp::wifi {

/// Traffic to one port of a lease address really goes to another port.
struct PortMapping {
    std::uint16_t lease = 0;
    std::uint16_t real = 0;

    friend bool operator==(const PortMapping&, const PortMapping&) = default;
};

/// Where the addresses of one lease network really are.
struct MapEntry {
    IpNetwork network;   ///< as hosts see it
    IpNetwork to;        ///< as the machine sees it, of the same family. Its prefix is as long as that of
                         ///< `network`, or whole: then every host is that one address. Unused if direct.
    bool direct = false; ///< the addresses are real ones
    std::vector<PortMapping> ports; ///< ports not listed stay as they are

    friend bool operator==(const MapEntry&, const MapEntry&) = default;
};

/// True for what a kernel delivers to the machine itself whatever its network is: 127.0.0.0/8 (RFC
/// 1122 3.2.1.3), ::1, the unspecified address (Linux takes a connect to it as loopback), and the IPv4-mapped
/// forms of these.
bool is_loopback(const Address& address);

/// Between the addresses that hosts see (the lease's) and those that the machine's kernel sees (real).
class AddressMap {
public:
    /// The entry with the longest prefix that covers an address decides.
    explicit AddressMap(std::vector<MapEntry> entries);
    /// For `radio = none`: every address is real, loopback included.
    static AddressMap identity();
    bool is_identity() const { return identity_; }

    /// Where traffic to `lease` (address and port) really goes. An IPv4-mapped IPv6 address follows the IPv4
    /// entries and stays mapped.
    ///   connection_refused    a loopback address: only sockets that clients bound are there, and those are
    ///   not
    ///                         found here; ask is_loopback() first
    ///   network_unreachable   no entry covers it
    Result<Address> to_real(const Address& lease) const;

    /// The lease address behind `real`, as getpeername, getsockname and recvfrom must give it. Where several
    /// lease addresses share one real address `hint` decides if it is one of them: pass what the host
    /// connected to, bound, or sent to.
    ///   network_unreachable   no lease address leads there: a datagram from it did not come over the air
    Result<Address> to_lease(const Address& real, const Address& hint = {}) const;

    /// The real address that a socket of a station with `own` as its lease address should have when it talks
    /// to `lease_peer`, port 0. Unspecified: let the kernel choose (the peer is direct, or no entry maps
    /// `own` to an address that can reach it).
    Address local_for(const Address& lease_peer, const Address& own) const;

private:
    const MapEntry* entry_for(const Address& lease) const;

    bool identity_ = false;
    std::vector<MapEntry> entries_; ///< longest prefix first
};

} // namespace nwp::wifi
