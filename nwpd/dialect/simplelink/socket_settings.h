// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "simplelink/socket.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace nwp::simplelink {

/// Levels of socket options.
enum class OptionLevel : std::uint8_t { socket = 1, ip = 2, phy = 3 };

/// Socket options; the numbers of the three levels do not overlap.
enum class OptionName : std::uint8_t {
    receive_buffer = 8,
    keep_alive = 9,
    linger = 13,
    receive_timeout = 20,
    non_blocking = 24,
    tls_method = 25,
    tls_cipher_mask = 26,
    tls_file_ids = 27,
    channel = 28,
    key_file = 30,
    certificate_file = 31,
    ca_file = 32,
    dh_file = 33,
    start_tls = 35,
    tls_connection = 36,
    keep_alive_time = 37,
    no_certificate_store = 38,
    keep_datagram_rest = 39,
    alpn = 40,
    client_challenge = 41,
    domain_name = 42,

    multicast_interface = 60,
    multicast_ttl = 61,
    join_group = 65,
    leave_group = 66,
    header_included = 67,
    raw_without_header = 68,
    ipv6_header_included = 69,
    ipv6_join_group = 70,
    ipv6_leave_group = 71,
    ipv6_multicast_hops = 72,

    phy_rate = 100,
    phy_tx_power = 101,
    phy_frames = 102,
    phy_preamble = 103,
    phy_tx_inhibit = 104,
    phy_timeout = 105,
    phy_acknowledge = 106,
};

/// TLS methods (option 25).
enum class TlsMethod : std::uint8_t {
    ssl_3 = 0,
    tls_1_0 = 1,
    tls_1_1 = 2,
    tls_1_2 = 3,
    highest = 4,
    dtls_1_0 = 5
};

/// What a host said about TLS on one socket. Files are named, not read: they may come later.
struct TlsChoice {
    static constexpr std::uint32_t all_ciphers = 0x007FFFFF;

    TlsMethod method = TlsMethod::highest;
    std::uint32_t ciphers = all_ciphers;
    std::uint32_t alpn = 0;
    std::string key_file;
    std::string certificate_file;
    std::string ca_file;
    std::string dh_file; ///< of a client: the certificate that the server must have
    std::optional<std::string> domain_name;
};

/// What is set on one socket that the silo itself acts on, or gives back. A value; accepted sockets inherit
/// it.
struct SocketSettings {
    std::uint32_t receive_buffer = 65536; ///< bytes
    std::uint32_t keep_alive = 1;
    std::uint32_t keep_alive_time = 300; ///< seconds
    std::uint32_t linger_on = 0;
    std::uint32_t linger_seconds = 0;
    std::int32_t receive_timeout_seconds = 0; ///< both 0: for ever
    std::int32_t receive_timeout_microseconds = 0;
    std::uint32_t no_certificate_store = 0; ///< there is none that a socket would use by itself
    std::uint32_t keep_datagram_rest = 0;
    std::uint32_t multicast_interface = 0;
    std::uint8_t multicast_ttl = 1;
    TlsChoice tls;

    std::optional<std::chrono::microseconds> receive_timeout() const;
    /// As service::Sockets::close() wants it.
    std::int32_t linger() const;
};

/// Which sockets an option is for.
enum class OptionScope : std::uint8_t { any, stream, datagram, transceiver, raw };

/// What is known of an option without any socket.
struct OptionRow {
    OptionLevel level;
    OptionName name;
    std::size_t least_size; ///< of the value, in bytes
    std::size_t most_size;
    OptionScope scope;
    bool settable;
    bool gettable;
};

inline constexpr std::size_t kMostText = 255;

/// The row of an option, or none: -92.
const OptionRow* find_option(std::uint8_t level, std::uint8_t name);
/// All of them.
const std::vector<OptionRow>& option_rows();

/// Stores the value of an option whose size was checked.
///   invalid_argument          a number outside of what the option takes
///   operation_not_supported   the value asks for what this chip does not do (DTLS 1.0)
Result<void> store_option(SocketSettings& settings, OptionName name, ByteView value);
/// The value of an option as a host reads it; none of it changes by itself.
std::vector<Byte> load_option(const SocketSettings& settings, OptionName name);

} // namespace nwp::simplelink
