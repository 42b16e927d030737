// SPDX-License-Identifier: Apache-2.0
#pragma once

// Packets and their buffers, of 128 bytes each as Zephyr's. Of a packet's cursor, priority and headers there
// is nothing; both kinds of memory are one pool.

#include <zephyr/kernel.h>
#include <zephyr/net/net_context.h>

struct net_buf {
    net_buf* frags;
    std::uint8_t* data;
    std::uint16_t len;
    std::uint8_t bytes[128];
};
struct net_pkt {
    net_buf* buffer;
    net_context* context;
    net_if* interface;
    std::uint8_t family;
};

/// Null: no room for all of it.
net_pkt* net_pkt_rx_alloc_with_buffer(net_if* interface, std::size_t size, sa_family_t family, int protocol,
                                      k_timeout_t limit);
void net_pkt_unref(net_pkt* packet);
std::size_t net_pkt_get_len(net_pkt* packet);
net_buf* net_buf_frag_del(net_buf* parent, net_buf* frag);
int net_recv_data(net_if* interface, net_pkt* packet);

inline std::uint8_t* net_buf_tail(net_buf* buf) { return buf->data + buf->len; }
inline std::size_t net_buf_tailroom(net_buf* buf) {
    return static_cast<std::size_t>(buf->bytes + sizeof buf->bytes - net_buf_tail(buf));
}
inline void net_buf_add(net_buf* buf, std::size_t size) {
    buf->len = static_cast<std::uint16_t>(buf->len + size);
}
inline void net_buf_pull(net_buf* buf, std::size_t size) {
    buf->data += size;
    buf->len = static_cast<std::uint16_t>(buf->len - size);
}
inline net_context* net_pkt_context(net_pkt* packet) { return packet->context; }
inline void net_pkt_set_context(net_pkt* packet, net_context* context) { packet->context = context; }
inline void net_pkt_set_family(net_pkt* packet, std::uint8_t family) { packet->family = family; }
inline void net_pkt_cursor_init(net_pkt*) {}
