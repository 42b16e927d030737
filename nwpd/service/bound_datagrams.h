// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nwpd/net/udp.h"
#include "nwpd/service/network.h"

#include <boost/asio/io_context.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace nwp::service {

/// The kernel sockets of one datagram socket: one at each real address that its own address stands for, one
/// for each group it is a member of, one for broadcasts, and one for peers that are reached directly.
class BoundDatagrams {
public:
    enum class Use {
        own,       ///< at an address of ours
        everybody, ///< takes broadcasts
        group,     ///< takes what is sent to a group
        direct     ///< reaches real addresses, from whichever the kernel chooses
    };
    struct Leg {
        Use use{};
        OwnPlace where;
        std::unique_ptr<net::UdpSocket> socket;
        std::optional<Loopback::Registration> registration;
    };
    using LegPointer = std::shared_ptr<Leg>;
    /// How a datagram gets to a peer.
    struct Path {
        LegPointer leg;
        Address real; ///< unspecified: loopback, and nobody is bound there
    };

    /// `on_leg` is called for each new leg, so that its owner reads it.
    BoundDatagrams(boost::asio::io_context& context, Network& network, Family family,
                   std::function<void(const LegPointer&)> on_leg)
        : context_(context), network_(network), family_(family), on_leg_(std::move(on_leg)) {}
    ~BoundDatagrams();
    BoundDatagrams(const BoundDatagrams&) = delete;
    BoundDatagrams& operator=(const BoundDatagrams&) = delete;

    /// Of every leg, also of later ones.
    Result<void> set_options(const net::UdpOptions& options);
    /// Errors as Sockets::bind.
    Result<Address> bind(const Address& local);
    /// Where it was bound last, or anywhere, if it is not bound now.
    Result<void> bind_if_unbound();
    bool is_bound() const { return is_bound_; }
    /// As clients see it; unspecified address and port 0 before.
    const Address& local() const { return local_; }
    /// Gives a port back that the client did not name; the address stays.
    void unbind_port();

    /// The way to `peer`, of this socket's family. Bound before.
    ///   network_unreachable, access_denied, invalid_argument   as Sockets::check_route
    Result<Path> path_to(const Address& peer);
    /// Whether a datagram could leave on this path, as the kernel says.
    Result<void> probe(const Path& path);

    /// `interface`: an address of ours, as clients see it; unspecified: any.
    ///   address_in_use        a member already
    ///   invalid_argument      no group
    ///   no_device             no network to be a member on, or the address is none of ours
    Result<void> join(const Address& group, const Address& interface);
    ///   address_not_available   no member there
    ///   no_device               as join()
    Result<void> leave(const Address& group, const Address& interface);

    /// Moves along with the addresses that the lease gives us.
    void lease_changed();

private:
    struct Membership {
        Address group;
        Address interface; ///< wired: as join() had it; else there is one, and unspecified stands for it
        friend bool operator==(const Membership& a, const Membership& b) {
            return a.group == b.group && a.interface == b.interface;
        }
    };

    Result<Membership> membership(const Address& group, const Address& interface) const;
    Result<LegPointer> make(const Leg& wanted);
    Result<void> make_all(const Address& local);
    net::UdpOptions options_of(Use use) const;
    std::vector<Leg> wanted_legs(const std::vector<OwnPlace>& places, std::uint16_t port) const;
    void add_missing_groups();
    void admit(const LegPointer& leg);
    void drop(Leg& leg);
    void drop_all();
    LegPointer leg_where(const std::function<bool(const Leg&)>& fits) const;
    LegPointer lease_leg() const;
    Result<LegPointer> direct_leg();
    Result<Path> path_to_loopback(const Address& peer) const;
    Result<Path> path_to_all(const Address& peer) const;
    bool is_broadcast(const Address& peer) const;
    Address real_own() const;

    boost::asio::io_context& context_;
    Network& network_;
    const Family family_;
    std::function<void(const LegPointer&)> on_leg_;
    net::UdpOptions options_;
    Address local_ = unspecified(family_);
    bool is_bound_ = false;
    bool port_named_ = false; ///< by the client
    std::vector<LegPointer> legs_;
    std::vector<Membership> groups_;

    static Address unspecified(Family family) {
        Address address;
        address.family = family;
        return address;
    }
};

} // namespace nwp::service
