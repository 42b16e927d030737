// SPDX-License-Identifier: Apache-2.0
#include "nwpd/service/datagram_socket.h"

#include "nwpd/service/mapped_address.h"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <utility>

namespace nwp::service {
namespace {

/// One socket reads so many datagrams before all others had their turn.
constexpr int kReadTurn = 32;
/// What a socket holds that never set SO_RCVBUF, and the most that one may ask for.
constexpr std::size_t kReceiveRoom = 208 * std::size_t{1024};
constexpr std::size_t kReceiveRoomMost = 1024 * std::size_t{1024};
constexpr std::size_t kIpv4AddressSize = 7; // on the wire: family, port, four bytes

std::size_t cost_of(std::size_t size) { return size + Sockets::kDatagramCost; }

} // namespace

DatagramSocket::DatagramSocket(SocketServices& services, Client& client,
                               std::weak_ptr<ClientPresence> presence, SocketId id, Kind kind)
    : Socket(services, client, std::move(presence), id, kind),
      bound_(services.context, services.network, kind.family,
             [this](const BoundDatagrams::LegPointer& leg) { watch(leg); }) {
    if (is_dtls(kind.protocol))
        dtls_ = std::make_shared<DtlsLayer>(services, client, options_, kind.protocol,
                                            static_cast<DtlsLayer::Owner&>(*this));
}

/// DTLS says good-bye through everything else.
DatagramSocket::~DatagramSocket() {
    if (dtls_) dtls_->drop();
}

// ---- addresses

Result<Address> DatagramSocket::bind(const Address& local) {
    if (local.family != kind_.family) return Error::family_not_supported;
    if (bound_.is_bound()) return Error::invalid_argument;
    if (auto set = bound_.set_options(udp_options()); !set) return set.error();
    return bound_.bind(local);
}

Result<Address> DatagramSocket::of_own_family(const Address& peer) const {
    const bool ipv6_only = options_.values().ipv6_only != 0;
    if (peer.family == Family::unspecified || (peer.family == Family::ipv6 && kind_.family == Family::ipv4))
        return Error::family_not_supported;
    if (ipv6_only && (peer.family == Family::ipv4 || is_ipv4_mapped(peer))) return Error::network_unreachable;
    return peer.family == kind_.family ? peer : to_ipv4_mapped(peer);
}

void DatagramSocket::connect(const Address& peer, Duration limit, Connected done) {
    if (dtls_) return connect_with_dtls(peer, limit, std::move(done));
    if (peer.family == Family::unspecified) {
        dissolve();
        return answer_later(std::move(done), local());
    }
    answer_later(std::move(done), associate(peer));
}

Result<Address> DatagramSocket::associate(const Address& peer) {
    const auto own = of_own_family(peer);
    if (!own) return own;
    if (auto set = bound_.set_options(udp_options()); !set) return set.error();
    if (auto bound = bound_.bind_if_unbound(); !bound) return bound.error();
    const auto path = bound_.path_to(*own);
    if (!path) return path.error();
    if (auto leaves = bound_.probe(*path); !leaves) return leaves.error();

    const auto before = connected_leg_.lock();
    if (before && before != path->leg) static_cast<void>(before->socket->connect({}));
    connected_leg_.reset();
    peer_ = *own;
    if (auto connected = connect_leg(); !connected) return connected.error();
    return local();
}

/// The kernel then says when nobody is there. On loopback it is we who know.
Result<void> DatagramSocket::connect_leg() {
    const auto path = bound_.path_to(peer_);
    if (!path) return path.error();
    if (path->leg->where.loopback || path->real.family == Family::unspecified) return {};
    if (auto connected = path->leg->socket->connect(path->real); !connected) return connected;
    connected_leg_ = path->leg;
    return {};
}

void DatagramSocket::dissolve() {
    if (const auto leg = connected_leg_.lock()) static_cast<void>(leg->socket->connect({}));
    connected_leg_.reset();
    if (is_connected()) bound_.unbind_port(); // as Linux
    peer_ = {};
}

Result<void> DatagramSocket::check_route(const Address& to) {
    const auto own = of_own_family(to);
    if (!own) return own.error();
    if (to.port == 0) return Error::invalid_argument;
    if (auto set = bound_.set_options(udp_options()); !set) return set;
    if (auto bound = bound_.bind_if_unbound(); !bound) return bound;
    const auto path = bound_.path_to(*own);
    if (!path) return path.error();
    if (auto leaves = bound_.probe(*path); !leaves || !dtls_) return leaves;
    return dtls_->check_route(*own);
}

void DatagramSocket::lease_changed() {
    bound_.lease_changed();
    if (is_connected() && connected_leg_.expired()) static_cast<void>(connect_leg());
    send_waiting();
}

Address DatagramSocket::local() const {
    const Address& own = bound_.local();
    if (!is_connected() || !is_any(own)) return own;
    const auto leg = connected_leg_.lock();
    if (leg) {
        const Address seen = services_.network.seen_as_own(leg->socket->local());
        return leg->use == BoundDatagrams::Use::direct ? seen : with_port(seen, own.port);
    }
    if (!services_.network.is_own_loopback(peer_)) return own;
    if (kind_.family == Family::ipv6 && !is_ipv4_mapped(peer_)) return ipv6_loopback(own.port);
    const Address ipv4 = Address::ipv4(127, 0, 0, 1, own.port);
    return kind_.family == Family::ipv6 ? to_ipv4_mapped(ipv4) : ipv4;
}

Result<Address> DatagramSocket::peer() const {
    if (!is_connected()) return Error::not_connected;
    return peer_;
}

SocketSummary DatagramSocket::summary() const {
    return {.socket = id_,
            .family = kind_.family,
            .type = kind_.type,
            .protocol = kind_.protocol,
            .state = dtls_            ? dtls_->state()
                     : is_connected() ? SocketState::connected
                                      : SocketState::open,
            .peer = peer_};
}

SocketDetails DatagramSocket::details() const {
    SocketDetails details;
    details.client = &client_;
    details.summary = summary();
    details.local = local();
    details.bytes_in = bytes_in_;
    details.bytes_out = bytes_out_;
    details.unread = held_cost_;
    details.unsent = unsent_cost_;
    const std::size_t room = receive_room();
    details.credit = held_cost_ < room ? room - held_cost_ : 0;
    return details;
}

// ---- datagrams that come

void DatagramSocket::watch(const BoundDatagrams::LegPointer& leg) {
    leg->socket->wait_readable([weak = weak_from_this(), weak_leg = std::weak_ptr<BoundDatagrams::Leg>(leg)] {
        const auto self = weak.lock();
        const auto from = weak_leg.lock();
        if (self && from) self->on_readable(from);
    });
}

void DatagramSocket::on_readable(const BoundDatagrams::LegPointer& leg) {
    std::vector<Byte>& scratch = services_.scratch;
    if (scratch.empty()) scratch.resize(65536);
    bool more = false;
    for (int left = kReadTurn; left > 0; --left) {
        const auto got = leg->socket->receive(scratch);
        if (!got && got.error() == Error::would_block) break;
        if (!got)
            network_failed(got.error());
        else
            more = take(*leg, *got) || more;
    }
    watch(leg);
    if (more) client_.listener().on_readable(id_);
}

/// False when it is nothing for the client: from elsewhere than the peer or the air, or one too many.
bool DatagramSocket::take(const BoundDatagrams::Leg& leg, const net::DatagramInfo& info) {
    const auto from = services_.network.seen_peer(info.from, SocketType::datagram, peer_);
    if (!from) return false;
    if (leg.use == BoundDatagrams::Use::group && !services_.network.is_heard_by_us(info.from)) return false;
    if (is_connected() && connected_leg_.lock().get() != &leg && *from != peer_) return false;
    const ByteView bytes = ByteView{services_.scratch}.first(info.size);
    if (!dtls_) return hold(*from, bytes);
    dtls_->arrived(*from, bytes);
    return false;
}

/// False when there is no room.
bool DatagramSocket::hold(const Address& from, ByteView datagram) {
    if (held_cost_ > receive_room()) { // as Linux: the one that passes the limit is still taken
        ++services_.totals.datagrams_dropped;
        return false;
    }
    held_.push_back({from, {datagram.begin(), datagram.end()}});
    held_cost_ += cost_of(datagram.size());
    bytes_in_ += datagram.size();
    return true;
}

std::size_t DatagramSocket::receive_room() const {
    const std::int32_t asked = options_.values().receive_buffer;
    return asked < 0 ? kReceiveRoom : std::min(static_cast<std::size_t>(asked), kReceiveRoomMost);
}

Result<ReceivedDatagram> DatagramSocket::datagram() const {
    if (held_.empty()) return Error::would_block;
    return ReceivedDatagram{held_.front().other, held_.front().bytes};
}

void DatagramSocket::consume(bool delivered) {
    if (held_.empty()) return;
    held_cost_ -= cost_of(held_.front().bytes.size());
    held_.pop_front();
    if (!delivered) ++services_.totals.datagrams_dropped;
}

// ---- datagrams that go

Result<void> DatagramSocket::send(ByteView datagram, const Address& to) {
    if (send_ended_) return Error::broken_pipe;
    if (unsent_cost_ + cost_of(datagram.size()) > Sockets::kSendRoom) return Error::no_buffers;
    if (!unsent_.empty()) {
        keep(datagram, to);
        return {};
    }
    const Result<void> sent = pass_on(datagram, to);
    if (sent) return {};
    if (sent.error() == Error::would_block)
        keep(datagram, to);
    else
        tell_problem(sent.error());
    return {};
}

Result<void> DatagramSocket::pass_on(ByteView datagram, const Address& to) {
    const Result<void> sent = dtls_ ? secure(datagram, to) : transmit(datagram, to);
    if (sent) bytes_out_ += datagram.size();
    return sent;
}

/// One whole datagram to the kernel.
///   would_block   there is no room, or the access point is away
Result<void> DatagramSocket::transmit(ByteView datagram, const Address& to) {
    const bool to_peer = to.family == Family::unspecified;
    if (to_peer && !is_connected()) return Error::destination_required;
    const auto own = to_peer ? Result<Address>{peer_} : of_own_family(to);
    if (!own) return own.error();
    if (own->port == 0) return Error::invalid_argument;
    if (!bound_.is_bound()) {
        if (auto set = bound_.set_options(udp_options()); !set) return set;
        if (auto bound = bound_.bind_if_unbound(); !bound) return bound;
    }
    const auto path = bound_.path_to(*own);
    if (!path) return path.error();
    if (path->real.family == Family::unspecified)
        return to_peer ? Result<void>{Error::connection_refused} : Result<void>{};

    const bool kernel_knows = to_peer && connected_leg_.lock() == path->leg;
    const Address real = kernel_knows ? Address{} : path->real;
    const Result<void> sent = path->leg->socket->send(datagram, real);
    if (sent || sent.error() != Error::connection_refused) return sent;
    // That was about an earlier one, and this one did not go (udp(7)).
    network_failed(sent.error());
    return path->leg->socket->send(datagram, real);
}

void DatagramSocket::keep(ByteView datagram, const Address& to) {
    unsent_.push_back({to, {datagram.begin(), datagram.end()}});
    unsent_cost_ += cost_of(datagram.size());
    watch_writable();
}

void DatagramSocket::watch_writable() {
    if (unsent_.empty() || std::exchange(watching_writable_, true)) return;
    const auto again = [weak = weak_from_this()] {
        const auto self = weak.lock();
        if (!self) return;
        self->watching_writable_ = false;
        self->send_waiting();
    };
    if (dtls_) return dtls_->wait_writable(again);
    const Address& to = unsent_.front().other;
    wait_path(to.family == Family::unspecified ? peer_ : *of_own_family(to), again);
}

void DatagramSocket::wait_path(const Address& peer, const std::function<void()>& handler) {
    const auto path = bound_.path_to(peer);
    if (path)
        path->leg->socket->wait_writable(handler);
    else
        boost::asio::post(services_.context, handler); // then it fails for good
}

void DatagramSocket::send_waiting() {
    const std::size_t before = unsent_cost_;
    while (!unsent_.empty()) {
        const Held& first = unsent_.front();
        const Result<void> sent = pass_on(first.bytes, first.other);
        if (!sent && sent.error() == Error::would_block) break;
        if (!sent) tell_problem(sent.error());
        unsent_cost_ -= cost_of(first.bytes.size());
        unsent_.pop_front();
    }
    watch_writable();
    if (unsent_cost_ < before)
        boost::asio::post(services_.context, [weak = weak_from_this()] {
            if (auto self = weak.lock()) self->client_.listener().on_taken(self->id_);
        });
}

void DatagramSocket::tell_problem(Error error) {
    boost::asio::post(services_.context, [weak = weak_from_this(), error] {
        if (auto self = weak.lock()) self->client_.listener().on_problem(self->id_, error);
    });
}

/// Linux answers ENOTCONN to a socket without a peer, and ends the half all the same.
Result<void> DatagramSocket::shutdown(Shutdown how) {
    send_ended_ = send_ended_ || how != Shutdown::receive;
    return is_connected() ? Result<void>{} : Result<void>{Error::not_connected};
}

// ---- options

Result<void> DatagramSocket::set_option(SocketOption option, ByteView value) {
    if (option == SocketOption::multicast_join || option == SocketOption::multicast_leave) {
        const std::size_t both = 2 * kIpv4AddressSize; // the interface's behind it
        const bool names_interface = value.size() == both;
        const auto group = option_address(names_interface ? value.first(kIpv4AddressSize) : value);
        if (!group) return group.error();
        const auto interface = names_interface ? option_address(value.from(kIpv4AddressSize)) : Address{};
        if (!interface) return interface.error();
        // As Linux: IPV6_JOIN_GROUP is not for AF_INET sockets.
        if (group->family == Family::ipv6 && kind_.family == Family::ipv4) return Error::no_protocol_option;
        return option == SocketOption::multicast_join ? bound_.join(*group, *interface)
                                                      : bound_.leave(*group, *interface);
    }
    if (auto set = options_.set(option, value, bound_.is_bound()); !set) return set;
    return bound_.set_options(udp_options());
}

Result<std::vector<Byte>> DatagramSocket::get_option(SocketOption option) {
    return dtls_ ? get_dtls_option(option) : options_.get(option);
}

net::UdpOptions DatagramSocket::udp_options() const {
    const SocketOptionValues& values = options_.values();
    net::UdpOptions options;
    options.broadcast = values.broadcast != 0;
    options.reuse_address = values.reuse_address != 0;
    options.reuse_port = values.reuse_port != 0;
    options.ipv6_only = values.ipv6_only != 0;
    if (values.send_buffer >= 0) options.send_buffer = values.send_buffer;
    if (values.hop_limit >= 0) options.hop_limit = values.hop_limit;
    options.multicast_hops = values.multicast_hops;
    options.multicast_loop = values.multicast_loop != 0;
    return options;
}

} // namespace nwp::service
