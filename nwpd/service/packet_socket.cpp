// SPDX-License-Identifier: Apache-2.0
#include "nwpd/service/packet_socket.h"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <utility>

namespace nwp::service {
namespace {

/// One socket reads so many frames before all others had their turn.
constexpr int kReadTurn = 32;
/// What a socket holds that never set SO_RCVBUF, and the most that one may ask for.
constexpr std::size_t kReceiveRoom = 64 * std::size_t{1024};
constexpr std::size_t kReceiveRoomMost = 1024 * std::size_t{1024};

std::size_t cost_of(std::size_t size) { return size + Sockets::kDatagramCost; }

} // namespace

Result<void> PacketSocket::open() {
    const std::string& interface = client_.policy().packets;
    if (interface.empty()) return Error::not_permitted;
    if (auto joined = tap_.open(interface); !joined) return joined;
    watch();
    return {};
}

bool PacketSocket::is_on_network() const {
    return services_.network.lease() && services_.network.gate().open();
}

// ---- What it is not

Result<Address> PacketSocket::bind(const Address&) { return Error::operation_not_supported; }

void PacketSocket::connect(const Address&, Duration, Connected done) {
    answer_later(std::move(done), Error::operation_not_supported);
}

Result<void> PacketSocket::check_route(const Address&) { return Error::family_not_supported; }

Result<void> PacketSocket::shutdown(Shutdown) { return Error::operation_not_supported; }

// ---- Options

Result<void> PacketSocket::set_option(SocketOption option, ByteView value) {
    if (option != SocketOption::receive_buffer) return Error::no_protocol_option;
    return options_.set(option, value, false);
}

Result<std::vector<Byte>> PacketSocket::get_option(SocketOption option) {
    if (option == SocketOption::receive_buffer)
        return option_bytes(static_cast<std::int32_t>(receive_room()));
    if (option == SocketOption::mtu) {
        const auto mtu = tap_.mtu();
        if (!mtu) return mtu.error();
        return option_bytes(static_cast<std::int32_t>(*mtu));
    }
    if (option != SocketOption::hardware_address) return Error::no_protocol_option;
    const auto address = tap_.hardware_address();
    if (!address) return address.error();
    return std::vector<Byte>(address->begin(), address->end());
}

// ---- Frames that come

void PacketSocket::watch() {
    tap_.wait_readable([weak = weak_from_this()] {
        if (const auto self = weak.lock()) self->on_readable();
    });
}

void PacketSocket::on_readable() {
    std::vector<Byte>& scratch = services_.scratch;
    if (scratch.empty()) scratch.resize(65536);
    bool more = false;
    for (int left = kReadTurn; left > 0; --left) {
        const auto size = tap_.receive(scratch);
        if (!size && size.error() != Error::would_block) {
            // The interface was taken away.
            return client_.listener().on_failed(id_, size.error());
        }
        if (!size) break;
        more = hold(ByteView{scratch}.first(*size)) || more;
    }
    watch();
    if (more) client_.listener().on_readable(id_);
}

/// False when it is dropped.
bool PacketSocket::hold(ByteView frame) {
    if (!is_on_network()) return false;
    if (held_cost_ + cost_of(frame.size()) > receive_room()) {
        ++services_.totals.datagrams_dropped;
        return false;
    }
    held_.emplace_back(frame.begin(), frame.end());
    held_cost_ += cost_of(frame.size());
    bytes_in_ += frame.size();
    services_.network.gate().count_received(frame.size());
    return true;
}

std::size_t PacketSocket::receive_room() const {
    const std::int32_t asked = options_.values().receive_buffer;
    return asked < 0 ? kReceiveRoom : std::min(static_cast<std::size_t>(asked), kReceiveRoomMost);
}

Result<ReceivedDatagram> PacketSocket::datagram() const {
    if (held_.empty()) return Error::would_block;
    return ReceivedDatagram{{}, held_.front()};
}

void PacketSocket::consume(bool delivered) {
    if (held_.empty()) return;
    held_cost_ -= cost_of(held_.front().size());
    held_.pop_front();
    if (!delivered) ++services_.totals.datagrams_dropped;
}

// ---- Frames that go

Result<void> PacketSocket::send(ByteView frame, const Address& to) {
    if (!is_on_network()) return {};
    const bool addressed = to.family != Family::unspecified; // the frame says itself where it goes
    const Result<void> sent = addressed ? Result<void>{Error::family_not_supported} : tap_.send(frame);
    if (sent) {
        bytes_out_ += frame.size();
        services_.network.gate().count_sent(frame.size());
        return {};
    }
    boost::asio::post(services_.context, [weak = weak_from_this(), error = sent.error()] {
        if (auto self = weak.lock()) self->client_.listener().on_problem(self->id_, error);
    });
    return {};
}

// ---- For who looks in

SocketSummary PacketSocket::summary() const {
    return {.socket = id_,
            .family = kind_.family,
            .type = kind_.type,
            .protocol = kind_.protocol,
            .state = SocketState::open,
            .peer = {}};
}

SocketDetails PacketSocket::details() const {
    SocketDetails details;
    details.client = &client_;
    details.summary = summary();
    details.bytes_in = bytes_in_;
    details.bytes_out = bytes_out_;
    details.unread = held_cost_;
    const std::size_t room = receive_room();
    details.credit = held_cost_ < room ? room - held_cost_ : 0;
    return details;
}

} // namespace nwp::service
