// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/address.h"
#include "base/result.h"
#include "base/socket_types.h"

#include <list>

namespace nwp::service {

/// The hosts' own 127.0.0.1 and ::1 (contracts 7): one for all clients of this NWP, and none of the machine's
/// own. Each of the two is a real address in a corner of 127.0.0.0/8 that this object picked by chance; a
/// port leads there only while one of our sockets is bound to it, so that a service of the machine that
/// listens everywhere is not found. A value's port goes through unchanged unless the radio file maps it.
class Loopback {
public:
    struct Bound {
        SocketType type{};
        Address seen; ///< 127.0.0.1 or ::1 with its port
        Address real; ///< IPv4, also for ::1
    };
    using Registration = std::list<Bound>::iterator;

    Loopback();
    Loopback(const Loopback&) = delete;
    Loopback& operator=(const Loopback&) = delete;

    /// Real address, IPv4, port 0, of 127.0.0.1 or ::1.
    Address real_ip(Family of) const { return of == Family::ipv6 ? behind_ipv6_ : behind_ipv4_; }

    /// Both with their ports; IPv4-mapped ones count as IPv4.
    Registration add(SocketType type, const Address& seen, const Address& real);
    void remove(Registration registration) { bound_.erase(registration); }

    /// Where a loopback address leads, IPv4; an IPv4-mapped one counts as IPv4, the unspecified ones as
    /// 127.0.0.1 and ::1.
    ///   connection_refused   no socket of ours is bound there
    Result<Address> find(SocketType type, const Address& seen) const;
    /// The loopback address behind a real one; `real` may be IPv4-mapped, the answer is then an IPv6 address.
    ///   address_not_available   it is not ours
    Result<Address> seen(SocketType type, const Address& real) const;

private:
    Address behind_ipv4_;
    Address behind_ipv6_;
    std::list<Bound> bound_;
};

} // namespace nwp::service
