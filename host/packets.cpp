// SPDX-License-Identifier: Apache-2.0
#include "nwp/packets.h"

#include "nwp/waited.h"

namespace nwp {

Result<void> PacketSocket::begin_open(std::uint32_t cookie) {
    const Result<SocketId> begun = host_.open(Family::packet, SocketType::datagram, Protocol::any, cookie);
    if (!begun) return begun.error();
    socket_ = *begun;
    return {};
}

Result<void> PacketSocket::opened() {
    const Result<void> there = host_.opened(socket_);
    if (!there && there.error() != Error::would_block) close();
    return there;
}

Result<void> PacketSocket::open(std::uint32_t cookie) {
    const Result<SocketId> begun =
        open_in_turn(host_, Family::packet, SocketType::datagram, Protocol::any, cookie);
    if (!begun) return begun.error();
    socket_ = *begun;
    const Result<void> there = waited(host_, socket_, [&] { return host_.opened(socket_); });
    if (!there) close();
    return there;
}

Result<void> PacketSocket::adopt(SocketId socket) {
    const Result<void> adopted = host_.adopt(socket);
    if (adopted) socket_ = socket;
    return adopted;
}

void PacketSocket::close() {
    static_cast<void>(host_.close(socket_)); // bad_handle: it is not open
    socket_ = {};
}

Result<void> PacketSocket::send(ByteView frame) {
    DatagramSending sending{{}, frame.size()};
    ByteView left = frame;
    Result<void> outcome;
    // Once a part of it went the rest has to follow, whatever time that takes.
    const auto send_some = [&] {
        do {
            const Result<std::size_t> sent = host_.send_datagram(socket_, sending, left);
            if (!sent) {
                outcome = sent.error();
                return sent.error() != Error::would_block;
            }
            outcome = {};
            left = left.from(*sent);
        } while (!sending.done());
        return true;
    };
    if (!send_some() && sending.begun()) host_.block(socket_, Instant::never(), send_some);
    return outcome;
}

Result<std::size_t> PacketSocket::receive(Bytes into) {
    DatagramReceiving receiving;
    std::size_t size = 0;
    for (;;) {
        const Result<std::size_t> some = host_.receive_datagram(socket_, receiving, into.from(size));
        if (!some) return some;
        if (*some == 0) break;
        size += *some;
    }
    const Result<void> taken = host_.end_datagram(socket_, receiving, false);
    if (!taken) return taken.error();
    return size;
}

Result<PacketSocket::Interface> PacketSocket::interface() {
    Interface is{};
    Byte mtu[4] = {};
    request::GetOption address{socket_, SocketOption::hardware_address, is.hardware_address};
    request::GetOption size{socket_, SocketOption::mtu, mtu};
    Result<void> known = host_.perform(address);
    if (known) known = host_.perform(size);
    if (!known) return known.error();
    if (address.size() != sizeof is.hardware_address || size.size() != sizeof mtu)
        return Error::protocol_error;
    wire::Reader reader{mtu};
    is.mtu = static_cast<std::uint32_t>(reader.number(sizeof mtu));
    return is;
}

} // namespace nwp
