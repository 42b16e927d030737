// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/address.h"
#include "base/credential.h"
#include "base/result.h"
#include "base/socket_types.h"

#include <optional>
#include <string>
#include <vector>

namespace nwp::service {

/// What is set on a socket.
struct SocketOptionValues {
    std::int32_t keep_alive = 0;
    std::int32_t no_delay = 0;
    std::int32_t receive_buffer = -1; ///< bytes; -1: the kernel's own
    std::int32_t send_buffer = -1;
    std::int32_t reuse_address = 0; ///< counts for bind() alone, as on Linux
    std::int32_t reuse_port = 0;    ///< likewise
    std::int32_t broadcast = 0;     ///< counts for datagrams alone, as on Linux
    std::int32_t hop_limit = -1;    ///< -1: the kernel's own
    std::int32_t multicast_hops = 1;
    std::int32_t multicast_loop = 1;
    std::int32_t linger = -1; ///< seconds; the host passes it to close()
    std::int32_t ipv6_only = 0;
    std::string device;

    std::vector<SecTag> tags;
    std::optional<std::string>
        host_name; ///< unset: the certificate must name the address that was connected to
    std::vector<std::int32_t> cipher_suites; ///< IANA numbers; empty: all
    std::int32_t peer_verify = -1;           ///< -1: nobody set it: required for a client, none for a server
    std::vector<std::string> alpn;
    std::int32_t version_max = static_cast<std::int32_t>(Protocol::tls_1_3);
    std::int32_t session_cache = 1; ///< whether a session may be kept and resumed
    std::int32_t defer = 0;         ///< 1: connect() and accept() give a plain stream

    // As Zephyr takes them on every TLS socket; they mean something for DTLS (role, timeouts) or for
    // credentials in the application's memory (no copy) or for Zephyr's own dispatcher (native).
    std::int32_t dtls_role = 0;
    std::int32_t timeout_min = 1000; ///< milliseconds, RFC 6347 4.2.4.1
    std::int32_t timeout_max = 60000;
    std::int32_t cert_no_copy = 0;
    std::int32_t native = 0;
};

/// The options of one socket, of TCP, UDP, TLS or DTLS: what they take and give (contracts 5; the SOL_TLS
/// ones as Zephyr has them, with larger lists). A value.
class SocketOptions {
public:
    static constexpr std::size_t kMostTags = 8;
    static constexpr std::size_t kMostCipherSuites = 24;
    static constexpr std::size_t kMostAlpnNames = 4;
    /// The one interface there is, for bind_to_device.
    static constexpr const char* kDevice = "wlan0";

    SocketOptions(Family family, SocketType type, Protocol protocol)
        : family_(family), type_(type), protocol_(protocol) {
        if (is_dtls(protocol)) values_.version_max = static_cast<std::int32_t>(Protocol::dtls_1_2);
    }

    /// `in_use`: bound, connecting or connected. The two memberships are the socket's business.
    ///   no_protocol_option   unknown, read only, of TLS on another socket, of TCP on datagrams, of IPv6 on
    ///   an
    ///                        IPv4 socket; multicast_hops on an IPv6 stream socket
    ///   invalid_argument     size or value; ipv6_only while in use; multicast_hops on a stream socket
    ///   no_device            bind_to_device names another interface than kDevice
    ///   protocol_error       multicast membership on a stream socket
    Result<void> set(SocketOption option, ByteView value, bool in_use);
    /// Everything but what the stream knows (tls_cipher_used, tls_version, tls_alpn_selected, tls_resumed)
    /// and an empty tls_cipher_list, which means all.
    ///   no_protocol_option   unknown, write only, of TLS on another socket, of IPv6 on an IPv4 socket
    Result<std::vector<Byte>> get(SocketOption option) const;

    const SocketOptionValues& values() const { return values_; }

private:
    Result<void> check_level(SocketOption option) const;
    Result<void> check_value(SocketOption option, std::int32_t number) const;
    Result<void> set_text(SocketOption option, ByteView value);
    Result<void> set_list(SocketOption option, ByteView value);

    Family family_;
    SocketType type_;
    Protocol protocol_;
    SocketOptionValues values_;
};

// The forms of base/socket_types.h.
/// As in a message: family, port, bytes, for IPv6 the scope.
///   invalid_argument   too short, too long, or another family
Result<Address> option_address(ByteView value);
std::vector<Byte> option_bytes(std::int32_t value);
std::vector<Byte> option_bytes(const std::vector<std::int32_t>& values);
std::vector<Byte> option_bytes(const std::string& text);

} // namespace nwp::service
