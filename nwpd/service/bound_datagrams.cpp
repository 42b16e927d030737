// SPDX-License-Identifier: Apache-2.0
#include "nwpd/service/bound_datagrams.h"

#include "nwpd/service/mapped_address.h"
#include "nwpd/wifi/address_map.h"

#include <algorithm>
#include <utility>

namespace nwp::service {
namespace {

/// So often a port that the kernel chose for one place may be taken at another.
constexpr int kPortAttempts = 16;

bool is_of_machine_loopback(const Address& real) {
    const Address plain = is_ipv4_mapped(real) ? to_ipv4(real) : real;
    return plain.family == Family::ipv4 && plain.ip[0] == 127;
}

Address group_of(const Address& seen) { return with_port(is_ipv4_mapped(seen) ? to_ipv4(seen) : seen, 0); }

} // namespace

BoundDatagrams::~BoundDatagrams() { drop_all(); }

// ---- legs

net::UdpOptions BoundDatagrams::options_of(Use use) const {
    net::UdpOptions own = options_;
    // The kernel's IPV6_V6ONLY would refuse the IPv4-mapped address behind ::1.
    own.ipv6_only = options_.ipv6_only && network_.is_wired();
    // What is for everybody at that port is not one socket's alone.
    own.reuse_address = options_.reuse_address || use == Use::everybody || use == Use::group;
    return own;
}

Result<BoundDatagrams::LegPointer> BoundDatagrams::make(const Leg& wanted) {
    auto leg = std::make_shared<Leg>();
    leg->use = wanted.use;
    leg->where = wanted.where;
    leg->socket = std::make_unique<net::UdpSocket>(context_, network_.gate_for(wanted.where.seen));
    if (auto opened = leg->socket->open(family_, options_of(leg->use)); !opened) return opened.error();
    if (leg->use == Use::direct) return leg;

    if (auto bound = leg->socket->bind(leg->where.real); !bound) return bound.error();
    leg->where.real.port = leg->socket->local().port;
    if (leg->where.seen.port == 0) leg->where.seen.port = leg->where.real.port;
    if (leg->use == Use::group)
        if (auto joined = leg->socket->join(group_of(leg->where.seen), real_own()); !joined)
            return joined.error();
    // Without a network there is none to send to groups on.
    if (!network_.is_wired() && !leg->where.loopback)
        static_cast<void>(leg->socket->set_multicast_interface(real_own()));
    return leg;
}

void BoundDatagrams::admit(const LegPointer& leg) {
    if (leg->where.loopback)
        leg->registration = network_.loopback().add(SocketType::datagram, leg->where.seen, leg->where.real);
    if (!network_.is_wired())
        network_.set_heard_by_us(leg->where.real, options_.multicast_loop.value_or(true));
    legs_.push_back(leg);
    on_leg_(leg);
}

void BoundDatagrams::drop(Leg& leg) {
    if (leg.registration) network_.loopback().remove(*leg.registration);
    leg.registration.reset();
    network_.set_heard_by_us(leg.where.real, true);
    leg.socket->close();
}

void BoundDatagrams::drop_all() {
    for (const LegPointer& leg : legs_) drop(*leg);
    legs_.clear();
}

BoundDatagrams::LegPointer BoundDatagrams::leg_where(const std::function<bool(const Leg&)>& fits) const {
    const auto found =
        std::find_if(legs_.begin(), legs_.end(), [&](const LegPointer& leg) { return fits(*leg); });
    return found == legs_.end() ? nullptr : *found;
}

BoundDatagrams::LegPointer BoundDatagrams::lease_leg() const {
    return leg_where([](const Leg& leg) { return leg.use == Use::own && !leg.where.loopback; });
}

Result<BoundDatagrams::LegPointer> BoundDatagrams::direct_leg() {
    if (const LegPointer leg = leg_where([](const Leg& made) { return made.use == Use::direct; })) return leg;
    Leg wanted;
    wanted.use = Use::direct;
    auto made = make(wanted);
    if (made) admit(*made);
    return made;
}

Address BoundDatagrams::real_own() const {
    if (network_.is_wired() || !network_.lease()) return {};
    const auto places = network_.own_places(network_.lease()->address, false);
    return places ? places->front().real : Address{};
}

// ---- binding

std::vector<BoundDatagrams::Leg> BoundDatagrams::wanted_legs(const std::vector<OwnPlace>& places,
                                                             std::uint16_t port) const {
    std::vector<Leg> wanted;
    for (const OwnPlace& where : places) {
        wanted.emplace_back();
        wanted.back().where = where;
    }
    if (network_.is_wired() || !is_any(local_) || !is_of_machine_loopback(real_own())) return wanted;

    // What is sent to everybody is not sent to the address of any of our sockets.
    const auto add = [&](Use use, const Address& real, const Address& seen) {
        const bool map = family_ == Family::ipv6;
        const auto of_family = [map](const Address& address) {
            return map && address.family == Family::ipv4 ? to_ipv4_mapped(address) : address;
        };
        wanted.emplace_back();
        wanted.back().use = use;
        wanted.back().where = {of_family(with_port(real, port)), of_family(with_port(seen, port)), false};
    };
    if (port_named_ && !options_.ipv6_only)
        add(Use::everybody, Address::ipv4(127, 255, 255, 255), Address::ipv4(255, 255, 255, 255));
    for (const Membership& member : groups_) add(Use::group, member.group, member.group);
    return wanted;
}

Result<void> BoundDatagrams::make_all(const Address& local) {
    const auto places = network_.own_places(local, options_.ipv6_only);
    if (!places) return places.error();
    for (const Leg& wanted : wanted_legs(*places, local.port)) {
        auto leg = make(wanted);
        if (leg) {
            admit(*leg);
            continue;
        }
        // Where the machine does not have the lease's address, nobody could reach it there.
        if (wanted.use != Use::own) continue;
        if (leg.error() == Error::address_not_available && places->size() > 1) continue;
        drop_all();
        return leg.error();
    }
    return {};
}

Result<Address> BoundDatagrams::bind(const Address& local) {
    const auto places = network_.own_places(local, options_.ipv6_only);
    if (!places) return places.error();

    local_ = with_port(local, 0);
    port_named_ = local.port != 0;
    const bool choose = local.port == 0 && places->size() > 1;
    Result<void> bound = Error::address_in_use;
    for (int left = choose ? kPortAttempts : 1; left > 0 && bound.error() == Error::address_in_use; --left) {
        Address wanted = local;
        if (choose) {
            Leg first;
            first.where = places->front();
            const auto free = make(first);
            if (!free) return free.error();
            wanted.port = (*free)->where.seen.port;
        }
        bound = make_all(wanted);
    }
    if (!bound) {
        local_ = unspecified(family_);
        return bound.error();
    }
    is_bound_ = true;
    local_.port = legs_.empty() ? local.port : legs_.front()->where.seen.port;
    if (network_.is_wired()) add_missing_groups();
    return local_;
}

Result<void> BoundDatagrams::bind_if_unbound() {
    if (is_bound_) return {};
    const auto bound = bind(local_);
    return bound ? Result<void>{} : Result<void>{bound.error()};
}

void BoundDatagrams::unbind_port() {
    if (port_named_) return;
    drop_all();
    is_bound_ = false;
    local_.port = 0;
}

Result<void> BoundDatagrams::set_options(const net::UdpOptions& options) {
    options_ = options;
    for (const LegPointer& leg : legs_) {
        if (auto set = leg->socket->set_options(options_of(leg->use)); !set) return set;
        if (!network_.is_wired())
            network_.set_heard_by_us(leg->where.real, options.multicast_loop.value_or(true));
    }
    return {};
}

void BoundDatagrams::lease_changed() {
    if (network_.is_wired() || !is_bound_) return;
    const auto places = network_.own_places(local_, options_.ipv6_only);
    const std::vector<Leg> wanted = wanted_legs(places ? *places : std::vector<OwnPlace>{}, local_.port);
    std::erase_if(legs_, [&](const LegPointer& leg) {
        const bool stays = leg->use == Use::direct ||
                           std::any_of(wanted.begin(), wanted.end(),
                                       [&](const Leg& other) { return other.where.real == leg->where.real; });
        if (!stays) drop(*leg);
        return !stays;
    });
    for (const Leg& other : wanted) {
        if (leg_where([&](const Leg& leg) { return leg.where.real == other.where.real; })) continue;
        // A place that is taken stays away until the next change.
        if (auto leg = make(other)) admit(*leg);
    }
}

// ---- the way to a peer

bool BoundDatagrams::is_broadcast(const Address& peer) const {
    const Address plain = is_ipv4_mapped(peer) ? to_ipv4(peer) : peer;
    if (plain.family != Family::ipv4) return false;
    const auto number = [](const Address& address) {
        std::uint32_t value = 0;
        for (std::size_t at = 0; at < 4; ++at) value = value << 8 | address.ip[at];
        return value;
    };
    if (number(plain) == 0xFFFFFFFF) return true;
    const auto& lease = network_.lease();
    // RFC 3021: a network of two addresses has none for broadcasts.
    if (!lease || lease->address.family != Family::ipv4 || lease->prefix_length == 0 ||
        lease->prefix_length > 30)
        return false;
    const std::uint32_t hosts = 0xFFFFFFFFU >> lease->prefix_length;
    return number(plain) == (number(lease->address) | hosts);
}

Result<BoundDatagrams::Path> BoundDatagrams::path_to_loopback(const Address& peer) const {
    const Address source = network_.real_source(peer);
    LegPointer leg = leg_where([&](const Leg& candidate) {
        return candidate.where.loopback && with_port(candidate.where.real, 0) == source;
    });
    // As on Linux an address of the network reaches loopback, too.
    if (!leg) leg = lease_leg();
    if (!leg) return Error::network_unreachable;
    const auto real = network_.real(peer, SocketType::datagram);
    return Path{leg, real ? *real : Address{}};
}

/// To groups and to everybody: from the lease's address, into the machine's network that plays the air.
Result<BoundDatagrams::Path> BoundDatagrams::path_to_all(const Address& peer) const {
    const LegPointer leg = lease_leg();
    if (!leg) return Error::network_unreachable;
    if (is_multicast(peer)) return Path{leg, peer};
    if (!options_.broadcast) return Error::access_denied;
    if (!is_of_machine_loopback(leg->where.real)) {
        const auto real = network_.real(peer, SocketType::datagram);
        return Path{leg, real ? *real : peer};
    }
    const Address everybody = Address::ipv4(127, 255, 255, 255, peer.port);
    return Path{leg, family_ == Family::ipv6 ? to_ipv4_mapped(everybody) : everybody};
}

Result<BoundDatagrams::Path> BoundDatagrams::path_to(const Address& peer) {
    if (network_.is_wired()) {
        if (legs_.empty()) return Error::network_unreachable;
        return Path{legs_.front(), peer};
    }
    if (network_.is_own_loopback(peer)) return path_to_loopback(peer);
    if (!is_any(local_) && network_.is_own_loopback(local_)) return Error::invalid_argument; // as Linux
    if (is_multicast(peer) || is_broadcast(peer)) return path_to_all(peer);

    const auto real = network_.real(peer, SocketType::datagram);
    if (!real) return real.error();
    if (network_.real_source(peer).family == Family::unspecified) {
        const auto leg = direct_leg();
        if (!leg) return leg.error();
        return Path{*leg, *real};
    }
    const LegPointer leg = lease_leg();
    if (!leg) return Error::network_unreachable;
    return Path{leg, *real};
}

/// A kernel socket says at connect() what sendto() would say, and sends nothing.
Result<void> BoundDatagrams::probe(const Path& path) {
    if (path.real.family == Family::unspecified) return {};
    net::UdpSocket probe{context_, network_.gate()};
    net::UdpOptions options = options_;
    options.ipv6_only = options_.ipv6_only && network_.is_wired();
    options.reuse_address = false;
    if (auto opened = probe.open(family_, options); !opened) return opened;
    const Address source = with_port(path.leg->socket->local(), 0);
    if (source.family != Family::unspecified && !is_any(source) && !is_multicast(source))
        if (auto bound = probe.bind(source); !bound) return bound;
    if (is_multicast(path.real) && !network_.is_wired())
        if (auto set = probe.set_multicast_interface(real_own()); !set) return set;
    // The peer's port says nothing about the way.
    return probe.connect(with_port(path.real, 9));
}

// ---- groups

void BoundDatagrams::add_missing_groups() {
    if (network_.is_wired()) {
        for (const Membership& member : groups_)
            if (!legs_.empty())
                static_cast<void>(legs_.front()->socket->join(member.group, member.interface));
        return;
    }
    lease_changed(); // the lease is as it was: only what is missing comes
}

Result<BoundDatagrams::Membership> BoundDatagrams::membership(const Address& group,
                                                              const Address& interface) const {
    const Address plain = with_port(group, 0);
    if (network_.is_wired()) return Membership{plain, interface};
    const auto& lease = network_.lease();
    const bool ours = interface.family == Family::unspecified || (lease && lease->address == interface);
    if (!ours) return Error::no_device;
    return Membership{plain, {}};
}

Result<void> BoundDatagrams::join(const Address& group, const Address& interface) {
    if (!is_multicast(group) || is_ipv4_mapped(group)) return Error::invalid_argument;
    const auto wanted = membership(group, interface);
    if (!wanted) return wanted.error();
    if (std::find(groups_.begin(), groups_.end(), *wanted) != groups_.end()) return Error::address_in_use;
    if (!network_.is_wired() && (group.family == Family::ipv6 || !is_of_machine_loopback(real_own())))
        return Error::no_device;

    net::UdpSocket probe{context_, network_.gate()};
    if (auto opened = probe.open(family_, {}); !opened) return opened;
    const Address real = network_.is_wired() ? wanted->interface : real_own();
    if (auto joined = probe.join(wanted->group, real); !joined) return joined;
    groups_.push_back(*wanted);
    if (!is_bound_) return {};
    if (network_.is_wired()) return legs_.front()->socket->join(wanted->group, wanted->interface);
    add_missing_groups();
    return {};
}

Result<void> BoundDatagrams::leave(const Address& group, const Address& interface) {
    const auto wanted = membership(group, interface);
    if (!wanted) return wanted.error();
    if (std::erase(groups_, *wanted) == 0) return Error::address_not_available;
    if (!is_bound_) return {};
    if (network_.is_wired()) return legs_.front()->socket->leave(wanted->group, wanted->interface);
    lease_changed();
    return {};
}

} // namespace nwp::service
