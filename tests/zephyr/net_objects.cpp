// SPDX-License-Identifier: Apache-2.0
#include "tests/zephyr/net_objects.h"

#include "base/expect.h"
#include "tests/zephyr/board.h"

#include <algorithm>
#include <cerrno>
#include <utility>
#include <zephyr/net/net_offload.h>

namespace {

struct Pool {
    std::size_t room = 64;
    std::size_t used = 0;
    std::size_t packets = 0;
    std::vector<std::string> frames;
    bool refuses = false;
    std::size_t refused = 0;
};
Pool& pool = *new Pool; // the driver's threads outlive main()

net_context contexts[6];

net_buf* new_buffer() {
    if (pool.used >= pool.room) return nullptr;
    ++pool.used;
    auto* const buf = new net_buf{};
    buf->data = buf->bytes;
    return buf;
}

/// Buffers with room for so much.
bool add_room(net_pkt& packet, std::size_t size) {
    net_buf** end = &packet.buffer;
    for (std::size_t room = 0; room < size; room += sizeof net_buf::bytes) {
        *end = new_buffer();
        if (*end == nullptr) return false;
        end = &(*end)->frags;
    }
    return true;
}

net_pkt* new_packet() {
    ++pool.packets;
    return new net_pkt{};
}

} // namespace

net_pkt* net_pkt_rx_alloc_with_buffer(net_if* interface, std::size_t size, sa_family_t, int, k_timeout_t) {
    net_pkt* const packet = new_packet();
    packet->interface = interface;
    // As Zephyr: of a packet there is no more than the interface takes.
    if (add_room(*packet, std::min<std::size_t>(size, 1514))) return packet;
    net_pkt_unref(packet);
    return nullptr;
}

void net_pkt_unref(net_pkt* packet) {
    while (packet->buffer != nullptr) packet->buffer = net_buf_frag_del(nullptr, packet->buffer);
    --pool.packets;
    delete packet;
}

std::size_t net_pkt_get_len(net_pkt* packet) {
    std::size_t size = 0;
    for (const net_buf* part = packet->buffer; part != nullptr; part = part->frags) size += part->len;
    return size;
}

net_buf* net_buf_frag_del(net_buf*, net_buf* frag) {
    net_buf* const next = frag->frags;
    --pool.used;
    delete frag;
    return next;
}

int net_recv_data(net_if*, net_pkt* packet) {
    if (pool.refuses) {
        ++pool.refused;
        return -ENETDOWN;
    }
    pool.frames.push_back(nwp::shim::bytes_of(*packet));
    net_pkt_unref(packet);
    return 0;
}

int net_context_get(sa_family_t family, net_sock_type type, uint16_t protocol, net_context** context) {
    for (net_context& one : contexts) {
        if (one.used) continue;
        one = {};
        one.used = true;
        one.family = family;
        one.type = type;
        *context = &one;
        const int there = nwp::shim::interface().if_dev->offload->get(family, type, protocol, context);
        if (there < 0) one.used = false;
        return there;
    }
    return -ENOENT;
}

int net_context_put(net_context* context) {
    context->used = false;
    return context->interface->if_dev->offload->put(context);
}

namespace nwp::shim {

void set_buffers(std::size_t count) { pool.room = count; }

net_pkt* packet_of(const std::string& bytes, net_context* context, std::size_t each) {
    net_pkt* const packet = new_packet();
    packet->context = context;
    net_buf** end = &packet->buffer;
    for (std::size_t at = 0; at < bytes.size(); at += each) {
        const std::string part = bytes.substr(at, each);
        *end = new_buffer();
        NWP_EXPECT(*end != nullptr && part.size() <= sizeof net_buf::bytes);
        part.copy(reinterpret_cast<char*>((*end)->data), part.size());
        net_buf_add(*end, part.size());
        end = &(*end)->frags;
    }
    return packet;
}

std::string bytes_of(const net_pkt& packet) {
    std::string bytes;
    for (const net_buf* part = packet.buffer; part != nullptr; part = part->frags) {
        bytes.append(reinterpret_cast<const char*>(part->data), part->len);
    }
    return bytes;
}

std::size_t packets_in_use() { return pool.packets; }
std::size_t contexts_in_use() {
    return static_cast<std::size_t>(std::count_if(std::begin(contexts), std::end(contexts),
                                                  [](const net_context& one) { return one.used; }));
}
std::vector<std::string> take_frames() { return std::exchange(pool.frames, {}); }
void refuse_frames(bool refuse) { pool.refuses = refuse; }
std::size_t frames_refused() { return pool.refused; }

} // namespace nwp::shim
