// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace nwp {

enum class SocketType : std::uint8_t { stream = 1, datagram = 2, raw = 3 };

/// What a socket speaks. Values as in Zephyr's net/socket.h, so that a number means the same on both sides.
enum class Protocol : std::uint16_t {
    any = 0,
    tcp = 6,
    udp = 17,
    tls_1_0 = 256,
    tls_1_1 = 257,
    tls_1_2 = 258,
    tls_1_3 = 259,
    dtls_1_0 = 272,
    dtls_1_2 = 273,
};

constexpr bool is_tls(Protocol protocol) {
    return protocol >= Protocol::tls_1_0 && protocol <= Protocol::tls_1_3;
}
constexpr bool is_dtls(Protocol protocol) {
    return protocol == Protocol::dtls_1_0 || protocol == Protocol::dtls_1_2;
}

/// Which half of a connection a shutdown ends.
enum class Shutdown : std::uint8_t { receive = 0, send = 1, both = 2 };

/// Every socket option of the API, independent of any system's numbers. The value's form is given beside
/// each; integers travel as 32-bit little-endian, durations as milliseconds (0 = for ever).
enum class SocketOption : std::uint16_t {
    // Of the stream or datagram socket
    keep_alive = 1,       ///< int 0/1
    no_delay = 2,         ///< int 0/1
    receive_buffer = 3,   ///< int, bytes
    send_buffer = 4,      ///< int, bytes
    reuse_address = 5,    ///< int 0/1
    broadcast = 6,        ///< int 0/1
    linger = 7,           ///< int, seconds; -1 = off
    bind_to_device = 8,   ///< text
    ipv6_only = 9,        ///< int 0/1
    accepting = 10,       ///< int 0/1, read only
    multicast_join = 11,  ///< address of the group; of IPv4 one of ours behind it may name the interface
    multicast_leave = 12, ///< as multicast_join
    hop_limit = 13,       ///< int, 1 to 255; -1: the kernel's own (IP_TTL, IPV6_UNICAST_HOPS)
    multicast_hops = 14,  ///< int, 0 to 255 (IP_MULTICAST_TTL, IPV6_MULTICAST_HOPS)
    multicast_loop = 15,  ///< int 0/1
    reuse_port = 16,      ///< int 0/1

    // Of a packet socket, read only
    hardware_address = 17, ///< 6 bytes: the host's own on that Ethernet
    mtu = 18,              ///< int, bytes of a frame behind its header

    // Of TLS (SOL_TLS)
    tls_sec_tag_list = 64,  ///< array of int32
    tls_host_name = 65,     ///< text; empty = no host name check
    tls_cipher_list = 66,   ///< array of int32, IANA numbers
    tls_cipher_used = 67,   ///< int, read only
    tls_peer_verify = 68,   ///< int: 0 none, 1 optional, 2 required
    tls_dtls_role = 69,     ///< int: 0 client, 1 server
    tls_alpn_list = 70,     ///< names, each behind one length byte (RFC 7301 3.1)
    tls_timeout_min = 71,   ///< int, milliseconds
    tls_timeout_max = 72,   ///< int, milliseconds
    tls_cert_no_copy = 73,  ///< int 0/1
    tls_native = 74,        ///< int
    tls_session_cache = 75, ///< int 0/1
    tls_session_purge = 76, ///< any
    tls_version_max = 77,   ///< int, a Protocol
    tls_version = 78,       ///< int, a Protocol; read only
    tls_alpn_selected = 79, ///< text, read only
    tls_defer = 80,         ///< int: 1 connect() and accept() give a plain stream; 8 bytes begin TLS on it
    tls_resumed = 81,       ///< int 0/1, read only
};

/// How much a TLS socket insists on a peer that proves who it is.
enum class PeerVerify : std::uint8_t { none = 0, optional = 1, required = 2 };

} // namespace nwp
