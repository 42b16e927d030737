// SPDX-License-Identifier: Apache-2.0
#include "zephyr/datagram_buffers.h"

#include <zephyr/net/net_pkt.h>

namespace nwp::zephyr {

Result<void> send_datagram(Host& host, SocketId socket, const Address& to, const net_pkt& packet,
                           Instant until) {
    DatagramSending sending{to, net_pkt_get_len(const_cast<net_pkt*>(&packet))};
    const net_buf* next = packet.buffer;
    ByteView left;
    do {
        while (left.empty() && next != nullptr) {
            left = {next->data, next->len};
            next = next->frags;
        }
        Result<std::size_t> sent = Error::would_block;
        host.block(socket, sending.begun() ? Instant::never() : until, [&] {
            sent = host.send_datagram(socket, sending, left);
            return sent.error() != Error::would_block;
        });
        if (!sent) return sent.error();
        left = left.from(*sent);
    } while (!sending.done());
    return {};
}

Result<std::size_t> receive_datagram(Host& host, SocketId socket, net_pkt* packet) {
    net_buf* part = packet != nullptr ? packet->buffer : nullptr;
    DatagramReceiving receiving;
    for (;;) {
        const Bytes room = part != nullptr ? Bytes{net_buf_tail(part), net_buf_tailroom(part)} : Bytes{};
        const Result<std::size_t> copied = host.receive_datagram(socket, receiving, room);
        if (!copied) return copied;
        if (*copied == 0 || part == nullptr) break;
        net_buf_add(part, *copied);
        if (*copied == room.size()) part = part->frags;
    }
    const std::size_t size = receiving.size();
    const Result<void> taken = host.end_datagram(socket, receiving, false);
    if (!taken) return taken.error();
    return size;
}

} // namespace nwp::zephyr
